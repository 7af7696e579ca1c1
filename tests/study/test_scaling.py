import keras
import pytest

from layersmith.families import Established
from layersmith.study.scaling import machine_speed, macs_per_row, scaled

_FCN = Established(name="FCN", source="a paper", values={"family": "temporal", "temporal/filters": 128})
_VALUES = {"family": "temporal", "temporal/filters": 128, "epochs": 2000, "batch_size": 16}


def test_macs_of_dense_and_convolution():
    entry = keras.Input((10, 3))
    convolved = keras.layers.Conv1D(4, 5, padding="same")(entry)  # 5 * 3 * 4 at each of 10 steps
    model = keras.Model(entry, keras.layers.Dense(2)(keras.layers.Flatten()(convolved)))
    assert macs_per_row(model) == 10 * 60 + 80


def test_macs_of_a_recurrent_layer_count_every_step():
    model = keras.Sequential([keras.Input((7, 3)), keras.layers.SimpleRNN(4)])
    assert macs_per_row(model) == 7 * (3 * 4 + 4 * 4)


@pytest.mark.parametrize(("seconds", "filters"), [(1e6, 128), (6.0, 64), (2.0, 32), (1e-6, 16)])
def test_width_is_halved_until_a_training_fits(seconds, filters):
    entry = scaled(_FCN, _VALUES, macs=66_000_000, rows=36, seconds=seconds, speed=2e11)
    assert entry.values["temporal/filters"] == filters
    assert (entry.name == "FCN") == (filters == 128)


def test_short_published_trainings_ask_for_a_quarter_of_their_epochs():
    short = {**_VALUES, "epochs": 40}
    assert scaled(_FCN, short, macs=66_000_000, rows=36, seconds=2.0, speed=2e11) == _FCN


def test_this_machine_has_a_speed():
    assert 1e8 < machine_speed() < 1e14
