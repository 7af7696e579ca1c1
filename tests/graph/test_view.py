import keras
import numpy as np
import pytest
from keras import layers, ops

from layersmith.errors import GraphError, UnknownNameError
from layersmith.graph import Reference, outline, view, weights_of

# Keras 3.15 converts its variables in a way that NumPy 2 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")


def names(graph):
    return [node.name for node in graph.nodes]


def mlp(name="mlp"):
    stack = [keras.Input((4,), name="x"), layers.Dense(3, activation="relu", name="a"), layers.Dense(1, name="b")]
    return keras.Sequential(stack, name=name)


def nested():
    inputs = keras.Input((4,), name="x")
    encoder = mlp("encoder")
    y = layers.Add(name="add")([encoder(inputs), encoder(inputs * 2.0)])
    return keras.Model(inputs, layers.Dense(2, name="a")(y), name="outer")


def test_sequential():
    graph = view(mlp())
    assert (graph.name, graph.class_name) == ("mlp", "Sequential")
    assert names(graph) == ["x", "a", "b"]
    assert graph.inputs == Reference("x")
    assert graph.outputs == Reference("b")
    assert graph.compiled is None


def test_node_says_what_keras_says():
    node = view(mlp()).node("a")
    assert (node.class_name, node.module, node.registered_name) == ("Dense", "keras.layers", "Dense")
    assert node.config["units"] == 3
    assert node.inputs == (Reference("x"),)
    assert node.output_shape == (None, 3)
    assert node.output_dtypes == ("float32",)
    assert node.weights == {"a/kernel": (4, 3), "a/bias": (3,)}
    assert node.num_params == 15
    assert isinstance(node.operation, layers.Dense)
    assert not node.is_input
    assert not node.is_operation


def test_nodes_come_after_what_they_read_and_branches_in_one_piece():
    inputs = keras.Input((4,), name="x")
    left = layers.ReLU(name="left_2")(layers.Dense(3, name="left_1")(inputs))
    right = layers.ReLU(name="right_2")(layers.Dense(3, name="right_1")(inputs))
    graph = view(keras.Model(inputs, layers.Add(name="add")([left, right])))
    assert names(graph) == ["x", "left_1", "left_2", "right_1", "right_2", "add"]


def test_a_shared_layer_is_one_set_of_weights_and_several_nodes():
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    tower = layers.Dense(3, name="tower")
    model = keras.Model([a, b], layers.Add(name="add")([tower(a), tower(b)]))
    graph = view(model)
    assert names(graph) == ["a", "b", "tower", "tower#1", "add"]
    assert graph.node("tower#1").layer_name == "tower"
    assert graph.node("tower#1").inputs == (Reference("b"),)
    assert graph.node("tower").weights == graph.node("tower#1").weights
    assert list(graph.layers) == ["a", "b", "tower", "add"]
    assert graph.num_params == model.count_params() == 15
    assert list(weights_of(graph)) == ["tower/kernel", "tower/bias"]


def test_calls_made_outside_the_model_are_not_in_its_graph():
    inputs = keras.Input((4,), name="x")
    dense = layers.Dense(3, name="dense")
    dense(keras.Input((4,)))
    graph = view(keras.Model(inputs, dense(inputs)))
    assert names(graph) == ["x", "dense"]


def test_nested_models_flatten():
    graph = view(nested())
    assert names(graph) == [
        "x",
        "encoder/a",
        "encoder/b",
        graph.nodes[3].name,
        "encoder/a#1",
        "encoder/b#1",
        "add",
        "a",
    ]
    assert graph.node("encoder/a#1").inputs == (Reference(graph.nodes[3].name),)
    assert graph.node("add").inputs == (Reference("encoder/b"), Reference("encoder/b#1"))
    assert list(graph.node("encoder/a").weights) == ["encoder/a/kernel", "encoder/a/bias"]
    assert graph.num_params == nested().count_params()


def test_outline_keeps_nested_models():
    graph = outline(nested())
    assert [node.class_name for node in graph.nodes if node.module == "keras"] == ["Sequential", "Sequential"]
    assert {"encoder", "encoder#1"} <= set(names(graph))
    assert graph.num_params == nested().count_params()


def test_models_nested_twice_flatten_with_their_whole_path():
    inputs = keras.Input((4,), name="x")
    middle = keras.Sequential([keras.Input((4,)), mlp("inner")], name="middle")
    assert names(view(keras.Model(inputs, middle(inputs)))) == ["x", "middle/inner/a", "middle/inner/b"]


def test_a_nested_model_with_dictionaries():
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    inner = keras.Model({"b": b, "a": a}, {"z": a * 2.0, "y": b * 3.0})
    x, y = keras.Input((4,), name="x"), keras.Input((4,), name="y")
    outputs = inner({"a": x, "b": y})
    graph = view(keras.Model([x, y], {"first": outputs["z"], "second": outputs["y"]}))
    assert graph.node(graph.outputs["first"].node).inputs == (Reference("x"),)
    assert graph.node(graph.outputs["second"].node).inputs == (Reference("y"),)


def test_input_and_output_structures_are_kept():
    inputs = {"b": keras.Input((2,), name="b"), "a": keras.Input((3,), dtype="int32", name="a")}
    outputs = [inputs["b"] * 2.0, {"sum": ops.sum(inputs["a"], axis=1)}]
    graph = view(keras.Model(inputs, outputs))
    assert graph.inputs == {"b": Reference("b"), "a": Reference("a")}
    assert [graph.node(graph.outputs[0].node).class_name, graph.node(graph.outputs[1]["sum"].node).class_name] == [
        "Multiply",
        "Sum",
    ]
    assert {node.name: node.output_dtypes for node in graph.input_nodes} == {"a": ("int32",), "b": ("float32",)}


def test_inputs_that_nothing_reads_stay():
    used, unused = keras.Input((2,), name="used"), keras.Input((2,), name="unused")
    assert names(view(keras.Model([used, unused], layers.ReLU(name="relu")(used)))) == ["used", "unused", "relu"]


def test_operations_and_their_constants():
    inputs = keras.Input((4,), name="x")
    y = 1 - ops.take(inputs, np.array([0, 2]), axis=1)
    graph = view(keras.Model(inputs, ops.add(y, ops.convert_to_tensor([1.0, 2.0]))[:, -1]))
    take, subtract, add, item = graph.nodes[1:]
    assert take.is_operation
    assert take.config["axis"] == 1
    np.testing.assert_array_equal(take.args[1], [0, 2])
    assert subtract.args == (1, Reference(take.name))
    assert isinstance(add.args[1], np.ndarray)
    assert item.args == (Reference(add.name), (slice(None), -1))


def test_keys_of_slices_are_tuples_after_a_round_trip():
    inputs = keras.Input((4, 2), name="x")
    model = keras.Model(inputs, inputs[:, -1:, :])
    again = keras.Model.from_config(model.get_config())
    for graph in (view(model), view(again)):
        assert graph.nodes[-1].args[1] == (slice(None), slice(-1, None), slice(None))


def test_several_outputs_of_one_call():
    inputs = keras.Input((4, 2), name="x")
    sequence, state = layers.GRU(3, return_sequences=True, return_state=True, name="gru")(inputs)
    graph = view(keras.Model(inputs, [state, sequence]))
    assert graph.outputs == [Reference("gru", 1), Reference("gru", 0)]
    assert graph.node("gru").output_shapes == ((None, 4, 3), (None, 3))


def test_attention_reads_one_tensor_twice():
    inputs = keras.Input((4, 2), name="x")
    model = keras.Model(inputs, layers.MultiHeadAttention(1, 2, name="attend")(inputs, inputs, use_causal_mask=True))
    node = view(model).node("attend")
    assert node.inputs == (Reference("x"), Reference("x"))
    assert node.kwargs["use_causal_mask"] is True
    assert "attend/query/kernel" in node.weights


def test_masks_that_keras_passes_on_are_implicit():
    inputs = keras.Input((4,), dtype="int32", name="x")
    x = layers.Embedding(5, 2, mask_zero=True, name="embed")(inputs)
    graph = view(keras.Model(inputs, layers.LSTM(2, name="lstm")(x)))
    node = graph.node("lstm")
    assert "mask" in node.implicit
    assert graph.node(node.kwargs["mask"].node).class_name == "NotEqual"


def test_a_call_argument_the_user_gave_is_not_implicit():
    inputs = keras.Input((4,), name="x")
    graph = view(keras.Model(inputs, layers.Dropout(0.5, name="drop")(inputs, training=True)))
    assert graph.node("drop").kwargs == {"training": True}
    assert graph.node("drop").implicit == frozenset()


def test_nested_weight_names_are_unique():
    inputs = keras.Input((4, 2), name="x")
    model = keras.Model(inputs, layers.Bidirectional(layers.LSTM(2), name="lstm")(inputs))
    weights = view(model).node("lstm").weights
    assert len(weights) == len(model.weights) == 6
    assert next(iter(weights)).startswith("lstm/forward_lstm")


def test_weights_are_copies_in_keras_order():
    model = mlp()
    values = weights_of(view(model))
    for value, expected in zip(values.values(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(value, expected)
    values["a/kernel"][:] = 7
    assert not np.any(model.get_weights()[0] == 7)


def test_compiled():
    model = mlp()
    model.compile(keras.optimizers.SGD(0.5), loss=keras.losses.Huber(delta=0.5), metrics=["mae"])
    model.optimizer.learning_rate = 0.25
    compiled = view(model).compiled
    assert compiled.optimizer["class_name"] == "SGD"
    assert compiled.optimizer["config"]["learning_rate"] == 0.25
    assert compiled.loss["config"]["delta"] == 0.5
    assert compiled.metrics == ["mae"]


def test_unknown_nodes_name_the_nearest():
    with pytest.raises(UnknownNameError, match="unknown node 'aa'"):
        view(mlp()).node("aa")


def test_custom_layers_are_read_under_their_own_module():
    @keras.saving.register_keras_serializable("mine")
    class Twice(layers.Layer):
        def call(self, inputs):
            return inputs * 2

    inputs = keras.Input((2,))
    node = view(keras.Model(inputs, Twice(name="twice")(inputs))).node("twice")
    assert node.registered_name == "mine>Twice"
    assert node.module == Twice.__module__


def test_subclassed_models_are_refused():
    class Own(keras.Model):
        def call(self, inputs):
            return inputs

    with pytest.raises(GraphError, match="subclassed model") as caught:
        view(Own())
    assert "keras.Model(inputs, outputs)" in str(caught.value)


def test_unbuilt_models_are_refused():
    with pytest.raises(GraphError, match="is not built") as caught:
        view(keras.Sequential([layers.Dense(1)], name="late"))
    assert "keras.Input" in str(caught.value)


def test_other_objects_are_refused():
    with pytest.raises(GraphError, match="Dense object is not a Keras model"):
        view(layers.Dense(1))


def test_operations_without_a_config_are_refused():
    class Fixed(layers.Layer):
        def __init__(self, values, **kwargs):
            super().__init__(**kwargs)
            self.values = values

        def call(self, inputs):
            return inputs

    inputs = keras.Input((2,))
    model = keras.Model(inputs, Fixed(np.ones(2), name="fixed")(inputs))
    with pytest.raises(GraphError, match="Fixed 'fixed' has no config"):
        view(model)
    assert view(model, needs_configs=False).node("fixed").config == {}


def huber(y_true, y_pred):
    return keras.ops.mean((y_true - y_pred) ** 2, axis=-1)


def test_a_users_function_is_told_from_keras_own_of_that_name():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", loss=huber, metrics=[huber, "mse", keras.metrics.mean_squared_error])
    compiled = view(model).compiled
    assert compiled.loss["module"] == huber.__module__
    assert compiled.metrics[0]["module"] == huber.__module__
    assert compiled.metrics[1] == "mse"
    assert compiled.metrics[2]["module"] == "builtins"
