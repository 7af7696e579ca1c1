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
        "name": "image", "class": "InputLayer", "detail": "", "output_shape": [None, 8, 8, 1], "params": 0, "macs": 0,
        "inputs": [],
    }  # fmt: skip
    assert layers["output"]["params"] == 4 * 3 + 3
    assert layers["output"]["macs"] == 4 * 3
    assert facts["total_params"] == facts["cost"]["params"] == model.count_params()


def test_layers_say_their_size_and_what_they_read(model):
    layers = describe(model)["layers"]
    assert layers[2]["detail"] == "4 · 3×3"
    assert layers[4]["detail"] == "relu"
    assert [layer["inputs"] for layer in layers[1:]] == [[layer["name"]] for layer in layers[:-1]]


def test_branches_are_told_by_what_a_layer_reads():
    entry = keras.Input((4,))
    left, right = keras.layers.Dense(3, "tanh")(entry), keras.layers.Dropout(0.25)(keras.layers.Dense(3)(entry))
    layers = describe(keras.Model(entry, keras.layers.Add()([left, right])))["layers"]
    by_class = {layer["class"]: layer for layer in layers}
    assert len(by_class["Add"]["inputs"]) == 2
    assert by_class["Dropout"]["detail"] == "0.25"
