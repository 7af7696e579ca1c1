import keras
import pytest

from layersmith.families.kernels import ACTIVATIONS, INITIALIZERS, KernelOptions, active, kernel_choices
from layersmith.space import HyperParameters


def test_defaults_of_the_space_are_the_defaults_of_the_options():
    assert KernelOptions(**active(kernel_choices(HyperParameters()))) == KernelOptions()


def test_bias_is_offered_without_batch_normalisation_only():
    hp = HyperParameters()
    hp.values["normalization"] = "layer"
    assert kernel_choices(hp)["use_bias"] is True
    assert kernel_choices(HyperParameters())["use_bias"] is None


def test_active_keeps_false_and_zero():
    assert active({"use_bias": False, "l1": 0.0, "units": None}) == {"use_bias": False, "l1": 0.0}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_keras_knows_the_activations(name):
    assert callable(keras.activations.get(name))


@pytest.mark.parametrize("name", INITIALIZERS)
def test_keras_knows_the_initialisers(name):
    assert isinstance(keras.initializers.get(name), keras.initializers.Initializer)
