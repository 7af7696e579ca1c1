import keras
import numpy as np
import pytest
from tests.cost.xla import assert_counted, build

from layersmith.cost import cost_of
from layersmith.cost.operations import OPERATIONS, UNCOUNTED
from layersmith.graph import view

layers, ops = keras.layers, keras.ops


def array(*shape):
    return np.ones(shape, "float32")


@pytest.mark.filterwarnings("ignore:NotImplemented should not be used:DeprecationWarning")  # Keras' tensordot
@pytest.mark.parametrize(
    ("operation", "shapes"),
    [
        (lambda x: ops.matmul(x, array(32, 8)), [(6, 32)]),
        (ops.matmul, [(6, 32), (32, 5)]),
        (lambda x: x @ array(32, 8), [(32,)]),
        (lambda x: ops.dot(x, array(32, 8)), [(6, 32)]),
        (lambda x: ops.inner(x, array(8, 32)), [(6, 32)]),
        (lambda x: ops.tensordot(x, array(32, 8), axes=1), [(6, 32)]),
        (lambda x: ops.tensordot(x, array(6, 32, 8), axes=2), [(6, 32)]),
        (lambda x: ops.tensordot(x, array(8, 32), axes=[[2], [1]]), [(6, 32)]),
        (lambda x, y: ops.einsum("bij,bkj->bik", x, y), [(6, 32), (7, 32)]),
        (lambda x: ops.conv(x, array(3, 3, 8, 16), padding="valid"), [(12, 12, 8)]),
        (lambda x: ops.depthwise_conv(x, array(3, 3, 8, 2), padding="valid"), [(12, 12, 8)]),
        (lambda x: ops.separable_conv(x, array(3, 3, 8, 2), array(1, 1, 16, 5), padding="valid"), [(12, 12, 8)]),
        (lambda x, y: ops.dot_product_attention(x, y, y), [(12, 4, 16), (9, 4, 16)]),
        (lambda x, y: layers.Dot(axes=(2, 2))([x, y]), [(12, 32), (9, 32)]),
        (lambda x, y: layers.Dot(axes=-1)([x, y]), [(32,), (32,)]),
    ],
)
def test_products(operation, shapes):
    assert_counted(operation, *shapes)


def test_a_transposed_convolution_spreads_each_input():
    """Keras 3.15 swaps two of this operation's arguments, so that no model with it can be run: no count of XLA's."""
    model = build(lambda x: ops.conv_transpose(x, array(3, 3, 5, 8), strides=2), (12, 12, 8))
    assert cost_of(view(model)).macs == 12 * 12 * 8 * 9 * 5


@pytest.mark.parametrize(
    "operation",
    [
        lambda x: ops.exp(x) * 2.0 + ops.mean(x, axis=-1, keepdims=True),
        lambda x: ops.dot(x, np.float32(2.0)),
        lambda x: ops.reshape(ops.transpose(x, (0, 2, 1)), (-1, 12)),
        lambda x: ops.einsum("bij->bji", x),
        lambda x: ops.einsum("bij,bij->bij", x, x),
        lambda x: ops.max_pool(x, 2),
    ],
)
def test_what_combines_single_values_counts_none(operation):
    cost = cost_of(view(build(operation, (4, 3))))
    assert (cost.macs, cost.unknown) == (0, ())


@pytest.mark.parametrize(
    "operation",
    [
        lambda x: ops.fft((x, x))[0],
        lambda x: ops.qr(x)[0],
        lambda x: ops.vectorized_map(lambda row: row * 2, x),
        lambda x: ops.einsum("bij,bjk,bkl->bil", x, x, x),
    ],
)
def test_what_does_more_is_unknown(operation):
    assert len(cost_of(view(build(operation, (4, 4)))).unknown) >= 1


def test_every_name_is_an_operation_of_keras():
    import keras.src.ops as home

    modules = (home.core, home.image, home.linalg, home.math, home.nn, home.numpy)
    known = {name for module in modules for name in vars(module)}
    assert not {*OPERATIONS, *UNCOUNTED} - known
    assert not OPERATIONS.keys() & UNCOUNTED
