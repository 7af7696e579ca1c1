import jax.numpy as jnp
import keras
import numpy as np
import pytest

from layersmith.engine.lower.env import Env
from layersmith.engine.unsupported import Unsupported
from layersmith.testing.lowerings import check_lowering, check_row_mask, lowered

_ATOL = 1e-5  # the gradient of the keys' bias is zero but for rounding


def _attention(num_heads=2, key_dim=3, **options):
    return keras.layers.MultiHeadAttention(num_heads, key_dim, kernel_initializer="zeros", **options)


def _model(entries, outputs):
    model = keras.Model(entries, outputs)
    source = np.random.default_rng(7)
    model.set_weights([source.normal(size=w.shape).astype("float32") for w in model.get_weights()])
    return model


_OPTIONS = [
    {},
    {"num_heads": 1, "key_dim": 1},
    {"use_bias": False},
    {"output_shape": 4},
    {"output_shape": (2, 2)},
    {"sliding_window": 2},
    {"use_gate": True},
    {"attention_axes": 1},
    {"kernel_regularizer": "l2", "bias_regularizer": "l1", "activity_regularizer": "l2"},
]


@pytest.mark.parametrize("options", [_OPTIONS[:5], _OPTIONS[5:]])
def test_every_option_equals_keras(options, numbers, plain):
    query, value = keras.Input((4, 3)), keras.Input((5, 2))
    model = _model([query, value], [_attention(**each)(query, value) for each in options])
    inputs = [numbers(3, 4, 3), numbers(3, 5, 2, seed=1)]
    check_lowering(model, inputs, atol=_ATOL)
    check_row_mask(model, inputs)


def test_every_call_equals_keras(numbers, plain):
    query, value, key = keras.Input((4, 3)), keras.Input((5, 2)), keras.Input((5, 4))
    outputs = [
        _attention()(query, value, key),
        _attention()(query, value, key=key, use_causal_mask=True),
        _attention(sliding_window=2)(query, value, use_causal_mask=True),
        _attention()(query, query),
        *_attention()(query, query, return_attention_scores=True),
        _attention(dropout=0.3)(query, value, training=False),
        *_attention(value_dim=5)(query, query, return_attention_scores=True),  # Keras on JAX fuses equal widths alone
        _attention(dropout=0.3, value_dim=2, use_gate=True)(query, value),
    ]
    model = _model([query, value, key], outputs)
    inputs = [numbers(3, 4, 3), numbers(3, 5, 2, seed=1), numbers(3, 5, 4, seed=2)]
    check_lowering(model, inputs, stochastic=True, atol=_ATOL)
    check_row_mask(keras.Model([query, value, key], outputs[:4]), inputs)


@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_masks_equal_keras_even_where_nothing_is_seen(dropout, numbers, plain):
    entry = keras.Input((4, 3))
    pairs, keys = keras.Input((4, 4), dtype="bool"), keras.Input((4,), dtype="bool")
    made = [
        _attention(dropout=dropout)(entry, entry, attention_mask=pairs),
        _attention(dropout=dropout)(entry, entry, attention_mask=pairs, use_causal_mask=True),
        _attention(dropout=dropout)(entry, entry, value_mask=keys),
        _attention(dropout=dropout)(entry, entry, key_mask=keys, attention_mask=pairs),
    ]
    source = np.random.default_rng(3)
    seen = source.integers(0, 2, (3, 4, 4)).astype(bool)
    seen[0, 1] = False  # this query sees nothing
    some = source.integers(0, 2, (3, 4)).astype(bool)
    some[:, 0] = True
    check_lowering(
        _model([entry, pairs, keys], made), [numbers(3, 4, 3), seen, some], stochastic=dropout > 0, atol=_ATOL
    )


def test_a_block_of_a_transformer(numbers, plain):
    layers = keras.layers
    entry = keras.Input((4, 6))
    value = layers.Add()([entry, layers.MultiHeadAttention(2, 3)(entry, entry)])
    value = layers.LayerNormalization()(value)
    value = layers.LayerNormalization()(layers.Add()([value, layers.Dense(6)(layers.Dense(8, "gelu")(value))]))
    model = _model(entry, layers.Dense(1)(layers.GlobalAveragePooling1D()(value)))
    check_lowering(model, [numbers(3, 4, 6)], atol=_ATOL)
    check_row_mask(model, [numbers(3, 4, 6)])


def test_dropout_acts_in_training_alone(numbers):
    entry = keras.Input((4, 3))
    layer = _attention(dropout=0.5)
    network, weights = lowered(_model(entry, layer(entry, entry)))
    x = jnp.asarray(numbers(3, 4, 3))
    still = network.apply(weights, [x], Env(training=False))
    drawn = [network.apply(weights, [x], Env(training=True, seed=jnp.uint32(seed))) for seed in (1, 1, 2)]
    np.testing.assert_array_equal(drawn[0], drawn[1])
    assert np.abs(np.asarray(drawn[0] - drawn[2])).max() > 1e-3
    assert np.abs(np.asarray(drawn[0] - still)).max() > 1e-3


@pytest.mark.parametrize(
    ("options", "shape", "why"),
    [
        ({"attention_axes": 2}, (4, 5, 3), "attention_axes"),
        ({"dropout": 1.0}, (4, 3), "rate of 1"),
        ({}, (4, 5, 3), "attention_axes"),
    ],
)
def test_what_is_not_covered_is_named(options, shape, why):
    entry = keras.Input(shape)
    with pytest.raises(Unsupported, match=why):
        lowered(keras.Model(entry, _attention(**options)(entry, entry)))


def test_attention_over_one_of_two_axes_is_refused():
    entry = keras.Input((4, 5, 3))
    with pytest.raises(Unsupported, match="axes"):
        lowered(keras.Model(entry, _attention(attention_axes=1)(entry, entry)))


def test_masks_that_travel_on_the_tensors_equal_keras(plain):
    layers = keras.layers
    queries, keys = keras.Input((4,), dtype="int32"), keras.Input((5,), dtype="int32")
    table = layers.Embedding(5, 3, mask_zero=True, embeddings_initializer="zeros")
    query, value, key = table(queries), table(keys), layers.Dense(2, kernel_initializer="zeros")(table(keys))
    first = _attention()(query, value)
    second = _attention()(first, value, key)  # the masks of its query and its value are gone by now, not its key's
    outputs = [first, second, layers.GlobalAveragePooling1D()(_attention(use_gate=True)(table(queries), table(keys)))]
    ids = np.array([[1, 2, 0, 0], [3, 0, 4, 1], [2, 2, 2, 0]], "int32")
    others = np.array([[1, 0, 0, 0, 0], [3, 0, 4, 1, 1], [2, 2, 2, 0, 3]], "int32")
    check_lowering(_model([queries, keys], outputs), [ids, others], atol=_ATOL)


def test_grouped_queries_are_refused():
    entry = keras.Input((4, 3))
    with pytest.raises(Unsupported, match="QueryAttention"):
        lowered(keras.Model(entry, keras.layers.GroupQueryAttention(2, 2, 1)(entry, entry)))


def test_no_dtype_is_promoted_silently(strict, numbers):
    entry = keras.Input((4, 3))
    made = [_attention()(entry, entry, use_causal_mask=True), _attention(dropout=0.3, use_gate=True)(entry, entry)]
    network, weights = lowered(keras.Model(entry, made))
    outputs = network.apply(weights, [jnp.asarray(numbers(3, 4, 3))], Env(training=True, seed=jnp.uint32(1)))
    assert {output.dtype for output in outputs} == {np.dtype("float32")}
