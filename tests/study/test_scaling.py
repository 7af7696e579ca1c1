import pytest

from layersmith.families import Established
from layersmith.study.scaling import machine_speed, scaled

_FCN = Established(name="FCN", source="a paper", values={"family": "temporal", "temporal/filters": 128})
_VALUES = {"family": "temporal", "temporal/filters": 128, "epochs": 2000, "batch_size": 16}


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
