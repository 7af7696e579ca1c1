import keras
import numpy as np
import pytest
from keras import layers, ops

from layersmith.errors import GraphError, UnknownNameError
from layersmith.graph import compile_like, difference, rebuild, view

# Keras 3.15 converts its variables in a way that NumPy 2 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")


def chain():
    inputs = keras.Input((4,), name="x")
    y = layers.Dense(3, name="first")(inputs)
    y = layers.Activation("tanh", name="squash")(y)
    return keras.Model(inputs, layers.Dense(3, name="last")(y), name="chain")


def shared():
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    tower = layers.Dense(3, name="tower")
    return keras.Model({"a": a, "b": b}, {"gap": tower(a) - tower(b), "sum": tower(a) + 1.0})


def nested():
    encoder = keras.Sequential(
        [keras.Input((4,)), layers.Dense(4, name="dense"), layers.Dense(4, name="own")], name="enc"
    )
    inputs = keras.Input((4,), name="x")
    return keras.Model(inputs, layers.Dense(2, name="dense")(encoder(encoder(inputs))))


def table():
    numeric = keras.Input((3,), name="numeric")
    codes = keras.Input((2,), dtype="int32", name="codes")
    scale = layers.Normalization()
    scale.adapt(np.random.default_rng(0).normal(5, 3, (20, 3)).astype("float32"))
    clean = ops.where(ops.isnan(numeric), 0.0, scale(numeric))
    embedded = layers.Flatten()(layers.Embedding(5, 2)(codes))
    return keras.Model({"numeric": numeric, "codes": codes}, ops.concatenate([clean, embedded], axis=-1)[:, 1:])


def recurrent():
    tokens = keras.Input((5,), dtype="int32", name="tokens")
    x = layers.Embedding(6, 3, mask_zero=True)(tokens)
    x, forward, backward = layers.Bidirectional(layers.GRU(2, return_sequences=True, return_state=True))(x)
    x = layers.MultiHeadAttention(1, 2)(x, x)
    return keras.Model(tokens, [x, forward + backward])


@pytest.mark.parametrize("build", [chain, shared, nested, table, recurrent])
def test_a_rebuilt_model_gives_the_same_outputs(build):
    model = build()
    again = rebuild(view(model))
    assert difference(model, again) <= 1e-6
    assert again.count_params() == model.count_params()
    assert [tensor.name for tensor in again.inputs] == [tensor.name for tensor in model.inputs]


def test_the_new_model_has_weights_of_its_own():
    model = chain()
    again = rebuild(view(model))
    before = model.get_weights()
    again.set_weights([weights * 0 for weights in again.get_weights()])
    for old, now in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, now)


def test_nested_layers_keep_their_names_where_free():
    names = [layer.name for layer in rebuild(view(nested())).layers]
    assert names == ["x", "enc_dense", "own", "dense"]


def test_a_node_is_dropped():
    model = chain()
    again = rebuild(view(model), {"squash": None})
    assert "squash" not in [layer.name for layer in again.layers]
    rows = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")
    first, last = model.get_layer("first"), model.get_layer("last")
    np.testing.assert_allclose(again(rows), last(first(rows)), rtol=1e-5, atol=1e-6)


def test_a_node_is_replaced():
    again = rebuild(view(chain()), {"squash": layers.ReLU(name="rectify")})
    assert [layer.name for layer in again.layers] == ["x", "first", "rectify", "last"]
    assert difference(chain(), again) > 0


def test_an_output_node_can_be_dropped():
    inputs = keras.Input((4,), name="x")
    model = keras.Model(inputs, layers.Activation("linear", name="nothing")(layers.Dense(3, name="dense")(inputs)))
    assert difference(model, rebuild(view(model), {"nothing": None})) == 0


@pytest.mark.parametrize(("build", "name"), [(chain, "first"), (chain, "x"), (shared, "subtract")])
def test_what_cannot_be_dropped_is_refused(build, name):
    graph = view(build())
    name = next(node.name for node in graph.nodes if node.name.startswith(name))
    with pytest.raises(GraphError):
        rebuild(graph, {name: None})


def test_unknown_nodes_are_refused():
    with pytest.raises(UnknownNameError, match="use 'squash'"):
        rebuild(view(chain()), {"sqash": None})


def test_compile_like():
    model = chain()
    model.compile(keras.optimizers.Adam(0.02), loss=keras.losses.Huber(delta=0.5), metrics=["mae"])
    again = rebuild(view(model))
    assert not again.compiled
    compile_like(again, view(model).compiled)
    rows = np.random.default_rng(0).normal(size=(8, 4)).astype("float32")
    targets = np.ones((8, 3), "float32")
    expected = model.evaluate(rows, targets, verbose=0)
    np.testing.assert_allclose(again.evaluate(rows, targets, verbose=0), expected, rtol=1e-5)
    assert float(again.optimizer.get_config()["learning_rate"]) == pytest.approx(0.02)
