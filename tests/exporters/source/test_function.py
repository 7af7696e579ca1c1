import keras
import pytest

from layersmith.errors import GraphError
from layersmith.exporters.source.expression import flat, layout
from layersmith.exporters.source.function import input_call, model_lines
from layersmith.graph import view


def lines(model):
    statements, made = model_lines(model, nested=lambda inner: f"build_{inner.name}()")
    return [line.strip() for line in statements], flat(made)


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (lambda: keras.Input((3,), name="x"), 'keras.Input((3,), name="x")'),
        (lambda: keras.Input((), name="x"), 'keras.Input((), name="x")'),
        (lambda: keras.Input((None, 2), dtype="int32", name="x"), 'keras.Input((None, 2), dtype="int32", name="x")'),
        (lambda: keras.Input((3,), batch_size=8, name="x"), 'keras.Input((3,), batch_size=8, name="x")'),
        (lambda: keras.Input((3,)), "keras.Input((3,))"),
    ],
)
def test_inputs(made, text):
    inputs = made()
    assert flat(input_call(view(keras.Model(inputs, keras.layers.ReLU()(inputs))).nodes[0])) == text


def test_a_chain_uses_one_variable():
    inputs = keras.Input((3,))
    x = keras.layers.ReLU(name="a")(inputs)
    model = keras.Model(inputs, keras.layers.ReLU(name="b")(x))
    assert lines(model) == (
        [
            "inputs = keras.Input((3,))",
            'x = keras.layers.ReLU(name="a")(inputs)',
            'x = keras.layers.ReLU(name="b")(x)',
        ],
        "keras.Model(inputs, x)",
    )


def test_branches_are_named_and_the_last_of_each_is_not_lost():
    inputs = keras.Input((3,))
    left = keras.layers.ReLU(name="left_2")(keras.layers.ReLU(name="left_1")(inputs))
    right = keras.layers.ReLU(name="right")(inputs)
    model = keras.Model(inputs, [keras.layers.Add(name="add")([left, right]), left])
    assert lines(model) == (
        [
            "inputs = keras.Input((3,))",
            'x = keras.layers.ReLU(name="left_1")(inputs)',
            'left_2 = keras.layers.ReLU(name="left_2")(x)',
            'x = keras.layers.ReLU(name="right")(inputs)',
            'x = keras.layers.Add(name="add")([left_2, x])',
        ],
        "keras.Model(inputs, [x, left_2])",
    )


def test_operations_are_named_without_the_process_wide_count():
    inputs = keras.Input((3,))
    for _ in range(3):
        total = keras.ops.exp(inputs)
    model = keras.Model(inputs, [total, total + 1.0])
    assert lines(model)[0][1:] == ["exp = keras.ops.exp(inputs)", "x = exp + 1.0"]


def test_names_of_layers_do_not_hide_what_the_source_needs():
    a, b = keras.Input((3,), name="keras"), keras.Input((3,), name="x")
    model = keras.Model([a, b], keras.layers.Add(name="np")([a, b]))
    assert lines(model)[0][:2] == ['keras_2 = keras.Input((3,), name="keras")', 'x_2 = keras.Input((3,), name="x")']


def test_nested_models_are_made_by_the_caller():
    inner_in = keras.Input((3,))
    inner = keras.Model(inner_in, inner_in * 2.0, name="inner")
    inputs = keras.Input((3,))
    assert lines(keras.Model(inputs, inner(inputs)))[0][1] == "x = build_inner()(inputs)"


def test_an_adapted_vocabulary_is_written():
    codes = keras.layers.IntegerLookup(name="codes")
    codes.adapt([[5], [7], [5]])
    made = model_lines(keras.Sequential([keras.Input((1,), dtype="int64"), codes]), nested=str)[1]
    assert "vocabulary=[5, 7]" in layout(made)


def test_classes_derived_from_model_are_refused():
    class Trained(keras.Model):
        """A Functional model with a training step of its own."""

    inputs = keras.Input((3,))
    with pytest.raises(GraphError, match="is a Trained"):
        lines(Trained(inputs, inputs * 2.0))
