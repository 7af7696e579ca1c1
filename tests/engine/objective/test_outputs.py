"""How outputs are counted and named, against what Keras' own `compile` makes of them."""

import keras
import pytest
from keras import layers

from layersmith.engine.objective.outputs import Outputs, outputs_of, spread
from layersmith.engine.unsupported import Unsupported

ENTRY = keras.Input((4,))
KIND, PRICE = layers.Dense(3, name="kind")(ENTRY), layers.Dense(1, name="price")(ENTRY)
TWO = Outputs(kind="list", names=("a", "b"), shapes=((None, 1), (None, 1)))


@pytest.mark.parametrize(
    ("struct", "kind", "names"),
    [
        (PRICE, "tensor", ("price",)),
        ([PRICE], "tensor", ("price",)),
        ([KIND, PRICE], "list", ("kind", "price")),
        ((PRICE, KIND), "list", ("price", "kind")),
        ({"b": KIND, "a": PRICE}, "dict", ("a", "b")),
        ({"only": PRICE}, "dict", ("only",)),
        ({"price": PRICE, "kind": KIND}, "dict", ("kind", "price")),
    ],
    ids=str,
)
def test_outputs_are_flattened_and_named_as_in_keras(struct, kind, names):
    model = keras.Model(ENTRY, struct)
    outputs = outputs_of(model)
    assert (outputs.kind, outputs.names) == (kind, names)
    assert list(outputs.shapes) == [tensor.shape for tensor in model.outputs]


def test_a_sequential_model_has_one_output_without_a_name():
    assert outputs_of(keras.Sequential([keras.Input((4,)), layers.Dense(1)])).names == ("",)


def test_two_outputs_of_one_layer_share_its_name():
    shared = layers.Dense(1, name="shared")
    assert outputs_of(keras.Model(ENTRY, [shared(ENTRY), shared(ENTRY)])).names == ("shared", "shared")


@pytest.mark.parametrize("struct", [[KIND, [PRICE]], {"a": [KIND, PRICE]}, {"a": {"b": KIND}}], ids=str)
def test_nested_containers_are_refused(struct):
    with pytest.raises(Unsupported, match="nested"):
        outputs_of(keras.Model(ENTRY, struct))


def test_a_sequential_model_with_two_outputs_is_refused():
    model = keras.Sequential([keras.Input((4, 2)), layers.LSTM(2, return_state=True)])
    with pytest.raises(Unsupported, match="several outputs"):
        outputs_of(model)


@pytest.mark.parametrize("given", [["x", "y"], ("x", "y"), {"b": "y", "a": "x"}], ids=str)
def test_what_is_given_per_output_comes_in_their_order(given):
    assert spread(given, TWO, "loss") == ["x", "y"]


@pytest.mark.parametrize("given", [["x"], ["x", "y", "z"], {"a": "x"}, {"a": "x", "b": "y", "c": "z"}], ids=str)
def test_what_does_not_match_the_outputs_is_refused(given):
    with pytest.raises(Unsupported, match="loss"):
        spread(given, TWO, "loss")
