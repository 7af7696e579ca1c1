"""Names and weights across two models built by the same code."""

import keras
import numpy as np
import pytest
from keras import layers

from layersmith.errors import GraphError
from layersmith.families.naming import copy_weights, rename


def data(shape, seed=0, rows=6):
    return np.random.default_rng(seed).normal(size=(rows, *shape)).astype("float32")


def same_outputs(one, other, x):
    np.testing.assert_array_equal(np.asarray(one(x)), np.asarray(other(x)))


def chain():
    entry = keras.Input((4,), name="numeric")
    hidden = layers.Dense(5, activation="relu")(entry)
    hidden = layers.BatchNormalization()(layers.Dense(3)(hidden))
    return keras.Model({"numeric": entry}, layers.Dense(1)(layers.Dropout(0.5)(hidden)))


def shared():
    entry = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    tower = layers.Dense(3)
    joined = layers.Concatenate()([tower(entry[0]), tower(entry[1]), layers.Dense(2)(entry[1])])
    return keras.Model(list(entry), layers.Dense(1)(joined))


def operations():
    entry = keras.Input((4,), name="x")
    hidden = keras.ops.sqrt(1.0 + keras.ops.square(layers.Dense(3)(entry)))
    return keras.Model(entry, keras.ops.exp(layers.Dense(2)(hidden) - hidden[:, :2]))


def recurrent():
    entry = keras.Input((5, 2), name="series")
    return keras.Model(entry, layers.Bidirectional(layers.LSTM(3))(layers.Normalization()(entry)))


def nested():
    inner_entry = keras.Input((4,))
    inner = keras.Model(inner_entry, layers.Dense(3)(inner_entry))
    entry = keras.Input((4,), name="x")
    return keras.Model(entry, layers.Dense(2)(inner(entry)))


MODELS = {
    "chain": (chain, lambda: {"numeric": data((4,))}),
    "shared": (shared, lambda: [data((4,)), data((4,), 1)]),
    "operations": (operations, lambda: data((4,))),
    "recurrent": (recurrent, lambda: data((5, 2))),
    "nested": (nested, lambda: data((4,))),
}
each = pytest.mark.parametrize(("build", "x"), MODELS.values(), ids=list(MODELS))


@each
def test_renaming_keeps_outputs(build, x):
    model = build()
    same_outputs(rename(model), model, x())


@each
def test_renamed_layers_are_numbered_from_the_first(build, x):
    build()  # Keras' own numbers move on
    names = [layer.name for layer in rename(build()).layers]
    assert names == [layer.name for layer in rename(build()).layers]
    assert len(names) == len(set(names))
    for name in names:
        base, _, number = name.rpartition("_")
        assert not number.isdigit() or int(number) < sum(other.startswith(base) for other in names)


def test_a_shared_layer_stays_one_layer():
    renamed = rename(shared())
    assert [type(layer).__name__ for layer in renamed.layers].count("Dense") == 3
    assert len(renamed.get_layer("dense")._inbound_nodes) == 2


def test_inputs_keep_their_names_and_structure():
    renamed = rename(chain())
    assert list(renamed.input) == ["numeric"]
    assert [entry.name for entry in rename(shared()).inputs] == ["a", "b"]
    assert renamed.name == "model"


def test_short_names_go_past_names_that_are_taken():
    entry = keras.Input((2,), name="dense")
    hidden = layers.Dense(2, name="dense_7")(entry)
    hidden = layers.Dense(2, name="dense_1_0")(hidden)
    model = keras.Model(entry, layers.Dense(2, name="dense_9")(hidden))
    renamed = rename(model)
    assert [layer.name for layer in renamed.layers] == ["dense", "dense_1", "dense_1_1", "dense_2"]
    same_outputs(renamed, model, data((2,)))


def test_statistics_of_a_normalization_layer_are_copied_and_used():
    model = recurrent()
    values = data((5, 2))
    norm = next(layer for layer in model.layers if isinstance(layer, layers.Normalization))
    norm.load_own_variables(
        {"0": np.array([1.0, 2.0], "float32"), "1": np.array([4.0, 9.0], "float32"), "2": np.zeros((), "int64")}
    )
    same_outputs(rename(model), model, values)
    other = recurrent()
    copy_weights(model.layers, other.layers)
    same_outputs(other, model, values)


@each
def test_copied_weights_give_the_same_outputs(build, x):
    one, other = build(), build()
    assert not np.allclose(np.asarray(one(x())), np.asarray(other(x())))
    copy_weights(one.layers, other.layers)
    same_outputs(one, other, x())


def test_copying_pairs_layers_by_number_not_by_text():
    def build():
        entry = keras.Input((2,))
        hidden = entry
        for _ in range(12):  # dense_9 stands before dense_10
            hidden = layers.Dense(2)(hidden)
        return keras.Model(entry, hidden)

    one, other = build(), build()
    copy_weights(one.layers, other.layers)
    same_outputs(one, other, data((2,)))


def test_copies_are_independent():
    one, other = chain(), chain()
    copy_weights(one.layers, other.layers)
    before = np.array(other({"numeric": data((4,))}))
    for weight in one.weights:
        weight.assign(np.zeros(weight.shape, "float32"))
    np.testing.assert_array_equal(np.asarray(other({"numeric": data((4,))})), before)


def dense(*units, width=4):
    entry = keras.Input((width,))
    hidden = entry
    for size in units:
        hidden = layers.Dense(size)(hidden)
    return keras.Model(entry, hidden)


@pytest.mark.parametrize(
    ("source", "target"),
    [((3, 2), (3,)), ((3,), (3, 2)), ((3, 2), (2, 3)), ((), (3,))],
    ids=["fewer", "more", "other widths", "none"],
)
def test_different_models_are_refused_before_anything_is_copied(source, target):
    taken = dense(*target)
    before = np.array(taken(data((4,))))
    with pytest.raises(GraphError, match="weights of the layers") as caught:
        copy_weights(dense(*source).layers, taken.layers)
    assert "same code" in caught.value.fix
    np.testing.assert_array_equal(np.asarray(taken(data((4,)))), before)


def test_another_class_is_refused():
    entry = keras.Input((4,))
    one = keras.Model(entry, layers.LayerNormalization()(entry))
    two = keras.Model(entry, layers.BatchNormalization()(entry))
    with pytest.raises(GraphError, match="LayerNormalization"):
        copy_weights(one.layers, two.layers)
