import inspect

import keras
import pytest
from tests.cost.xla import build

from layersmith.cost import cost_of
from layersmith.cost.table import FREE, LAYERS
from layersmith.graph import view

UNKNOWN = {  # transforms without a row, code of another framework, and what is no layer by itself
    *("ContrastLimitedAdaptiveHistogramEqualization", "MaxNumBoundingBoxes", "MelSpectrogram", "STFTSpectrogram"),
    *("FlaxLayer", "JaxLayer", "TFSMLayer", "TorchModuleWrapper"),
    *("InputSpec", "Lambda", "Layer", "Pipeline", "Wrapper"),
}


def test_every_layer_of_keras_is_counted_or_known_not_to_be():
    classes = {value.__name__ for value in vars(keras.layers).values() if inspect.isclass(value)}
    assert classes - UNKNOWN == {*LAYERS, *FREE}


def test_no_layer_is_in_two_places():
    assert not LAYERS.keys() & FREE


@keras.saving.register_keras_serializable("tests")
class Dense(keras.layers.Dense):
    pass


@pytest.mark.parametrize("layer", [keras.layers.Lambda(lambda x: x * 2), Dense(4)])
def test_a_layer_of_a_users_own_is_unknown_whatever_its_name(layer):
    model = build(layer, (3,))
    cost = cost_of(view(model))
    assert cost.unknown == (f"the work of {type(layer).__name__} {layer.name!r}",)
    assert cost.macs == 0
    assert cost.params == model.count_params()


@pytest.mark.parametrize(
    "layer",
    [
        keras.layers.BatchNormalization(),
        keras.layers.LayerNormalization(),
        keras.layers.MaxPooling1D(2),
        keras.layers.GlobalAveragePooling1D(),
        keras.layers.Activation("gelu"),
        keras.layers.PReLU(),
        keras.layers.UpSampling1D(2),
    ],
)
def test_normalisation_pooling_and_activations_multiply_no_matrices(layer):
    cost = cost_of(view(build(layer, (8, 3))))
    assert (cost.macs, cost.unknown) == (0, ())
