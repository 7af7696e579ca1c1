import keras
import numpy as np
import pytest
from tests.cost.xla import assert_counted, build

from layersmith.cost import cost_of
from layersmith.graph import view

layers = keras.layers


@pytest.mark.parametrize("shape", [(32,), (7, 32), (3, 5, 32)])
def test_dense_on_the_last_axis(shape):
    assert_counted(layers.Dense(64), shape)


@pytest.mark.parametrize(
    ("equation", "output_shape", "shape"),
    [
        ("ab,bc->ac", 8, (32,)),
        ("abc,cde->abde", (None, 4, 16), (7, 32)),
        ("abc,bcd->abd", (7, 6), (7, 32)),  # a kernel for each step
        ("...x,xy->...y", 6, (7, 32)),
        ("abcd,cde->abe", (None, 6), (3, 5, 32)),
    ],
)
def test_einsum_dense(equation, output_shape, shape):
    assert_counted(layers.EinsumDense(equation, output_shape=output_shape), shape)


def test_a_reversed_embedding_is_a_product_and_a_lookup_none():
    table = layers.ReversibleEmbedding(50, 8)
    codes = keras.Input((6,), dtype="int32")
    states = layers.Dense(8)(table(codes))
    model = keras.Model(codes, table(states, reverse=True))
    assert cost_of(view(model)).macs == 6 * (8 * 8 + 8 * 50)


def test_quantized_weights_do_as_much_work_in_fewer_bytes():
    layer = layers.Dense(8)
    model = build(layer, (4,))
    layer.quantize("int8")
    cost = cost_of(view(model))
    assert cost.macs == 32
    assert cost.model_bytes == 32 + 4 * 8 + 4 * 8  # kernel, bias, scale


def test_low_rank_adapters_are_not_counted():
    layer = layers.Dense(8)
    model = build(layer, (4,))
    layer.enable_lora(2)
    assert cost_of(view(model)).unknown == (f"the work of Dense {layer.name!r}",)
    assert np.isfinite(cost_of(view(model)).model_bytes)
