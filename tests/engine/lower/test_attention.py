import itertools

import jax.numpy as jnp
import keras
import numpy as np
import pytest

from layersmith.engine.lower.attention_mask import both, causal, drop
from layersmith.engine.lower.env import Env
from layersmith.engine.unsupported import Unsupported
from layersmith.testing.lowerings import check_lowering, check_row_mask, lowered

_LAYERS = [
    keras.layers.Attention,
    lambda: keras.layers.Attention(use_scale=True),
    lambda: keras.layers.Attention(score_mode="concat"),
    lambda: keras.layers.Attention(score_mode="concat", use_scale=True),
    keras.layers.AdditiveAttention,
    lambda: keras.layers.AdditiveAttention(use_scale=False),
]


def _fill(model):
    source = np.random.default_rng(7)
    model.set_weights([source.normal(size=w.shape).astype("float32") + 1.0 for w in model.get_weights()])
    return model


@pytest.mark.parametrize("with_key", [False, True])
def test_every_score_equals_keras(with_key, numbers, plain):
    inputs = [numbers(3, 4, 2), numbers(3, 5, 2, seed=1), *([numbers(3, 5, 2, seed=2)] if with_key else [])]
    entries = [keras.Input(value.shape[1:]) for value in inputs]
    outputs = []
    for make, is_causal in itertools.product(_LAYERS, (False, True)):
        outputs.append(make()(entries, use_causal_mask=is_causal))
    outputs += make()(entries, return_attention_scores=True)
    model = _fill(keras.Model(entries, outputs))
    check_lowering(model, inputs)
    check_row_mask(model, inputs)


@pytest.mark.parametrize("is_causal", [False, True])
def test_given_masks_equal_keras(is_causal, numbers, plain):
    entries = [keras.Input((4, 2)), keras.Input((5, 2))]
    masks = [keras.Input((4,), dtype="bool"), keras.Input((5,), dtype="bool")]
    outputs = [make()(entries, mask=masks, use_causal_mask=is_causal) for make in (_LAYERS[1], _LAYERS[4])]
    hidden = np.random.default_rng(0).integers(0, 2, (3, 5)).astype(bool)
    hidden[:, 0] = True
    queries = np.random.default_rng(1).integers(0, 2, (3, 4)).astype(bool)
    model = _fill(keras.Model([*entries, *masks], outputs))
    check_lowering(model, [numbers(3, 4, 2), numbers(3, 5, 2, seed=1), queries, hidden])


def test_inside_a_model(numbers, plain):
    layers = keras.layers
    entry = keras.Input((4, 3))
    value = layers.Dense(2)(entry)
    value = layers.Attention(use_scale=True)([value, value])
    check_lowering(keras.Model(entry, layers.Dense(1)(value)), [numbers(3, 4, 3)])


def test_dropout_keeps_the_mean(numbers):
    entry = keras.Input((4, 3))
    network, weights = lowered(keras.Model(entry, keras.layers.Attention(dropout=0.5)([entry, entry])))
    x = jnp.asarray(numbers(2, 4, 3))
    still = network.apply(weights, [x], Env(training=False))
    drawn = [network.apply(weights, [x], Env(training=True, seed=jnp.uint32(seed))) for seed in range(300)]
    assert np.abs(np.asarray(drawn[0] - still)).max() > 1e-3
    np.testing.assert_allclose(np.mean(drawn, axis=0), still, atol=0.3)


def test_masks_that_travel_on_the_tensors_equal_keras(plain):
    entry = keras.Input((4,), dtype="int32")
    value = keras.layers.Embedding(5, 2, mask_zero=True)(entry)
    made = [make()([value, keras.layers.Dense(2)(value)], use_causal_mask=True) for make in (_LAYERS[1], _LAYERS[4])]
    outputs = [*made, keras.layers.GlobalAveragePooling1D()(made[0])]
    ids = np.array([[1, 2, 0, 0], [3, 0, 4, 1], [2, 2, 2, 0]], "int32")
    check_lowering(_fill(keras.Model(entry, outputs)), [ids])


def test_a_rate_of_one_is_refused():
    entry = keras.Input((4, 2))
    with pytest.raises(Unsupported, match="rate of 1"):
        lowered(keras.Model(entry, keras.layers.Attention(dropout=1.0)([entry, entry])))


def test_no_dtype_is_promoted_silently(strict, numbers):
    entry = keras.Input((4, 2))
    layers = [make()([entry, entry], use_causal_mask=True) for make in _LAYERS]
    network, weights = lowered(keras.Model(entry, layers))
    outputs = network.apply(weights, [jnp.asarray(numbers(3, 4, 2))], Env(training=True, seed=jnp.uint32(1)))
    assert {output.dtype for output in outputs} == {np.dtype("float32")}


def test_masks_combine():
    lower, all_seen = causal(2, 2), jnp.ones((2, 2), bool)
    assert both(None, None) is None
    assert both(lower, None) is lower
    assert both(None, lower) is lower
    np.testing.assert_array_equal(both(lower, all_seen), lower)


def test_drop_by_rate_and_training():
    scores, env = jnp.ones((50, 100)), Env(training=True, seed=jnp.uint32(1))
    assert drop(scores, 0.0, env, 1) is scores
    assert drop(scores, 0.5, Env(training=False), 1) is scores
    dropped = np.asarray(drop(scores, 0.25, env, 1))
    np.testing.assert_allclose(np.unique(dropped), [0.0, 4 / 3], rtol=1e-6)
    assert abs(dropped.mean() - 1.0) < 0.05
