"""Statistics that layers learn anew."""

import keras
import numpy as np
import pytest

from layersmith.errors import SpaceError
from layersmith.experiments.adapted import adapt_to, adapted_layers

X = np.random.default_rng(0).normal(5.0, 3.0, (50, 3)).astype(np.float32)
ROWS = np.arange(20)


def test_statistics_are_those_of_the_rows():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Normalization(), keras.layers.Dense(1)])
    adapt_to(model, {"x": X}, ROWS)
    assert np.allclose(model.layers[0].adapt_mean, X[ROWS].mean(axis=0), atol=1e-5)
    assert np.allclose(model.layers[0].adapt_variance, X[ROWS].var(axis=0), rtol=1e-4)


def test_what_stands_in_front_is_applied_first():
    inputs = keras.Input((3,), name="x")
    scaled = keras.layers.Rescaling(10.0)(inputs)
    model = keras.Model(inputs, keras.layers.Normalization()(scaled))
    adapt_to(model, {"x": X}, ROWS)
    assert np.allclose(model.layers[-1].adapt_mean, 10 * X[ROWS].mean(axis=0), rtol=1e-4)


def test_given_statistics_stay():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Normalization(mean=1.0, variance=4.0)])
    assert adapted_layers(model) == []


def test_an_adapted_layer_inside_a_nested_model_is_refused():
    nested = keras.Sequential([keras.Input((3,)), keras.layers.Normalization()])
    model = keras.Sequential([keras.Input((3,)), nested, keras.layers.Dense(1)])
    with pytest.raises(SpaceError, match="inside the nested model"):
        adapted_layers(model)
