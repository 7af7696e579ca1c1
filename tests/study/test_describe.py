import json

import keras
import pytest

from layersmith.study.describe import describe


@pytest.fixture(scope="module")
def model():
    entry = keras.Input((8, 8, 1), name="image")
    x = keras.layers.Rescaling(1 / 255)(entry)
    for _ in range(2):
        x = keras.layers.Conv2D(4, 3, padding="same")(x)
        x = keras.layers.BatchNormalization()(x)
        x = keras.layers.Activation("relu")(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(entry, keras.layers.Dense(3, name="output")(x * 2.0))


def test_what_matters_is_said_and_repeats_are_counted(model):
    assert describe(model)["architecture"] == "Conv2D 4 ×2 → GlobalAveragePooling2D → Dense 3"


def test_layers_have_their_shapes_and_parameters(model):
    facts = json.loads(json.dumps(describe(model)))
    layers = {layer["name"]: layer for layer in facts["layers"]}
    assert layers["image"] == {
        "name": "image", "class": "InputLayer", "output_shape": [None, 8, 8, 1], "params": 0,
    }  # fmt: skip
    assert layers["output"]["params"] == 4 * 3 + 3
    assert facts["total_params"] == model.count_params()
    assert len(facts["layers"]) == 10  # operations are no layers
