import keras
import pytest
from tests.cost.xla import assert_counted, build

from layersmith.cost import cost_of
from layersmith.cost.attention import num_pairs
from layersmith.graph import view

layers = keras.layers


def called(layer, *names):
    """Return a function that gives inputs to a layer by name."""
    return lambda *inputs: layer(**dict(zip(names, inputs, strict=True)))


@pytest.mark.parametrize(
    ("layer", "shapes"),
    [
        (lambda: layers.MultiHeadAttention(4, 16), [(12, 32), (9, 32)]),
        (lambda: layers.MultiHeadAttention(4, 16, value_dim=24, dropout=0.1), [(12, 32), (9, 32), (9, 40)]),
        (lambda: layers.MultiHeadAttention(4, 16, output_shape=20), [(12, 32), (9, 32)]),
        (lambda: layers.MultiHeadAttention(4, 16, attention_axes=(2,)), [(5, 12, 32), (5, 9, 32)]),
        (lambda: layers.MultiHeadAttention(4, 16, attention_axes=(1, 2)), [(3, 4, 32), (3, 4, 32)]),
        (lambda: layers.GroupQueryAttention(16, 4, 2), [(12, 32), (9, 32)]),
        (lambda: lambda *inputs: layers.Attention()(list(inputs)), [(12, 32), (9, 32)]),
        (lambda: lambda *inputs: layers.Attention()(list(inputs)), [(12, 32), (9, 20), (9, 32)]),
    ],
)
def test_attention(layer, shapes):
    assert_counted(layer(), *shapes)


def test_additive_attention_sums_over_every_pair():
    model = build(lambda *inputs: layers.AdditiveAttention()(list(inputs)), (12, 32), (9, 32))
    cost = cost_of(view(model))
    assert cost.macs == 12 * 9 * (32 + 32)
    assert cost.activation_bytes == 4 * (12 * 32 + 9 * 32 + 12 * 9 * 33 + 12 * 32)


def test_arguments_by_name_in_any_order():
    model = build(called(layers.MultiHeadAttention(2, 8), "value", "query"), (9, 32), (12, 16))
    projections = 12 * 16 * 16 + 2 * 9 * 32 * 16 + 12 * 16 * 16
    assert cost_of(view(model)).macs == projections + 2 * 12 * 9 * 16


def test_a_gate_is_one_more_projection_of_the_query():
    plain, gated = (
        cost_of(view(build(layers.MultiHeadAttention(2, 8, use_gate=gate), (12, 16), (9, 16)))).macs
        for gate in (False, True)
    )
    assert gated - plain == 12 * 16 * 16


def test_scores_grow_with_the_square_of_the_steps():
    short, long = (
        cost_of(view(build(lambda x: layers.MultiHeadAttention(2, 8)(x, x), (steps, 16)))) for steps in (100, 200)
    )
    scores = 4 * 2 * 100**2
    assert short.activation_bytes == scores + 4 * 100 * (16 + 16 + 4 * 16)
    assert long.activation_bytes == 4 * scores + 4 * 200 * (16 + 16 + 4 * 16)


def test_a_mask_is_no_query():
    mask = keras.Input((12, 12), dtype="bool")
    x = keras.Input((12, 16))
    masked = keras.Model([x, mask], layers.MultiHeadAttention(2, 8)(x, x, attention_mask=mask))
    plain = build(lambda x: layers.MultiHeadAttention(2, 8)(x, x), (12, 16))
    assert cost_of(view(masked)).macs == cost_of(view(plain)).macs


def test_pairs_over_some_axes():
    assert num_pairs((1, 3, 4, 8), (1, 3, 4, 8), [1, 2]) == 144
    assert num_pairs((1, 3, 4, 8), (1, 3, 4, 8), [-2]) == num_pairs((1, 3, 4, 8), (1, 3, 4, 8), [2]) == 48
