import keras
import numpy as np
import pytest
from keras import ops

from layersmith.errors import GraphError
from layersmith.exporters.source.expression import flat
from layersmith.exporters.source.literals import literal
from layersmith.exporters.source.operations import operation_call
from layersmith.graph import Reference, view


def written(function):
    inputs = keras.Input((4,))
    node = view(keras.Model(inputs, function(inputs))).nodes[-1]

    def operand(value):
        if isinstance(value, Reference):
            return "x"
        if isinstance(value, list):
            return f"[{', '.join(map(operand, value))}]"
        return literal(value)

    return flat(operation_call(node, operand))


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (lambda x: x + 1, "x + 1"),
        (lambda x: 1.5 - x, "1.5 - x"),
        (lambda x: x**2, "x**2"),
        (lambda x: -x, "-x"),
        (lambda x: x > 0, "x > 0"),
        (lambda x: x * x, "x * x"),
        (lambda x: ops.add(np.float32(2), x), "keras.ops.add(np.float32(2.0), x)"),
        (lambda x: x[:, -1], "x[:, -1]"),
        (lambda x: x[..., None], "x[..., None]"),
        (ops.isnan, "keras.ops.isnan(x)"),
        (ops.log1p, "keras.ops.log1p(x)"),
        (lambda x: ops.cast(x, "int32"), 'keras.ops.cast(x, "int32")'),
        (lambda x: ops.sum(x, axis=1), "keras.ops.sum(x, axis=1)"),
        (lambda x: ops.concatenate([x, x], axis=1), "keras.ops.concatenate([x, x], axis=1)"),
        (lambda x: ops.where(x, x, 0.0), "keras.ops.where(x, x1=x, x2=0.0)"),
        (lambda x: ops.nan_to_num(x, nan=1.0), "keras.ops.nan_to_num(x, nan=1.0)"),
        (lambda x: ops.einsum("ab,ab->a", x, x), 'keras.ops.einsum("ab,ab->a", x, x)'),
        (lambda x: ops.one_hot(x, 3), 'keras.ops.one_hot(x, 3, dtype="float32")'),
        (lambda x: ops.pad(x, ((0, 0), (1, 1))), "keras.ops.pad(x, ((0, 0), (1, 1)))"),
        (lambda x: ops.equal(x, 0), "keras.ops.equal(x, 0)"),
    ],
)
def test_forms(function, text):
    assert written(function) == text


def test_operations_without_a_function_are_refused():
    class Odd(keras.Operation):
        __module__ = "keras.src.ops.odd"

        def call(self, x):
            return x

        def compute_output_spec(self, x):
            return keras.KerasTensor(x.shape, x.dtype)

    with pytest.raises(GraphError, match="operation Odd"):
        written(lambda x: Odd().symbolic_call(x))
