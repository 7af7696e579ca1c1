import keras
import pytest
from tests.cost.xla import assert_counted, build

from layersmith.cost import cost_of
from layersmith.graph import view

layers = keras.layers


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (lambda: layers.TimeDistributed(layers.Dense(8)), (6, 32)),
        (lambda: layers.TimeDistributed(layers.Conv1D(8, 3)), (6, 12, 16)),
        (lambda: layers.SpectralNormalization(layers.Dense(8)), (32,)),
    ],
)
def test_wrapped_layers(layer, shape):
    assert_counted(layer(), shape)


def image_model():
    return keras.Sequential([keras.Input((8, 8, 2)), layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(5)])


def test_a_wrapped_model_runs_at_each_step_with_the_memory_of_one():
    alone, repeated = (cost_of(view(model)) for model in (image_model(), build(_over_time, (6, 8, 8, 2))))
    assert repeated.macs == 6 * alone.macs
    assert repeated.params == alone.params
    assert repeated.activation_bytes == alone.activation_bytes + 4 * 6 * (128 + 5)
    assert repeated.training_bytes == 6 * alone.training_bytes + 4 * 6 * (128 + 5)


def _over_time(frames):
    return layers.TimeDistributed(image_model())(frames)


def test_an_unknown_layer_is_unknown_inside_a_wrapper():
    wrapped = [layers.Lambda(lambda x: x), keras.Sequential([keras.Input((3,)), layers.Lambda(lambda x: x)])]
    for layer in wrapped:
        model = build(layers.TimeDistributed(layer), (6, 3))
        assert cost_of(view(model)).unknown == (f"the work of TimeDistributed {model.layers[-1].name!r}",)
