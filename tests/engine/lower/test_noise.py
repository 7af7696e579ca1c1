"""Noise is compared in distribution: what it keeps, its mean and variance, and what it is independent of."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from keras import layers

from layersmith.engine.lower.env import Env
from layersmith.engine.lower.noise import dropout
from layersmith.engine.lower.noise_source import normal, uniform
from layersmith.testing.lowerings import check_lowering, lowered

pytestmark = pytest.mark.usefixtures("plain")

_ROWS = 4000
_NOISE = {
    "dropout": layers.Dropout,
    "dropout_shaped": lambda strength: layers.Dropout(strength, noise_shape=(None, 1)),
    "gaussian_noise": layers.GaussianNoise,
    "gaussian_dropout": layers.GaussianDropout,
    "alpha_dropout": layers.AlphaDropout,
    "alpha_dropout_shaped": lambda strength: layers.AlphaDropout(strength, noise_shape=(None, 1)),
}


def _run(model, x, *, seed=0, training=True, **runtime):
    network, weights = lowered(model)
    env = Env(training=training, seed=jnp.uint32(seed), runtime={key: jnp.float32(v) for key, v in runtime.items()})
    with jax.numpy_dtype_promotion("strict"):
        return np.asarray(jax.tree.leaves(network.apply(weights, [jnp.asarray(x)], env))[0])


def _model(layer, shape=(8,)):
    return keras.Sequential([keras.Input(shape), layer])


def _x(*shape):
    return np.random.default_rng(0).normal(1.0, 2.0, shape).astype("float32")


@pytest.mark.parametrize("name", _NOISE)
def test_nothing_happens_outside_training(name):
    check_lowering(_model(_NOISE[name](0.4)), [_x(5, 8)], stochastic=True)


@pytest.mark.parametrize("name", _NOISE)
def test_strength_zero_is_the_identity_to_the_last_bit(name):
    x = _x(50, 8)
    np.testing.assert_array_equal(_run(_model(_NOISE[name](0.0)), x), x)
    strength = "1/stddev" if name == "gaussian_noise" else "1/rate"
    np.testing.assert_array_equal(_run(_model(_NOISE[name](0.5)), x, **{strength: 0.0}), x)


@pytest.mark.parametrize("name", _NOISE)
def test_a_seed_gives_the_same_noise_and_another_seed_other_noise(name):
    model, x = _model(_NOISE[name](0.5)), _x(200, 8)
    np.testing.assert_array_equal(_run(model, x, seed=3), _run(model, x, seed=3))
    assert not np.array_equal(_run(model, x, seed=3), _run(model, x, seed=4))


@pytest.mark.parametrize("name", _NOISE)
def test_steps_and_layers_are_independent(name):
    x = np.ones((_ROWS, 8), "float32")
    entry = keras.Input((8,))
    model = keras.Model(entry, [_NOISE[name](0.5)(entry), _NOISE[name](0.5)(entry), layers.Dropout(0.5)(entry)])
    network, weights = lowered(model)
    draws = [
        np.asarray(value)[:, 0]
        for seed in (0, 1, 2)
        for value in network.apply(weights, [jnp.asarray(x)], Env(training=True, seed=jnp.uint32(seed)))
    ]
    correlations = np.corrcoef(draws)[np.triu_indices(len(draws), 1)]
    assert np.abs(correlations).max() < 5 / np.sqrt(_ROWS)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_dropout_keeps_its_share_and_the_mean(rate):
    y = _run(_model(layers.Dropout(rate)), np.ones((_ROWS, 8), "float32"))
    spread = np.sqrt(rate * (1 - rate) / y.size)
    assert abs((y > 0).mean() - (1 - rate)) < 5 * spread
    np.testing.assert_allclose(y[y > 0], 1 / (1 - rate), rtol=1e-6)
    assert abs(y.mean() - 1) < 5 * spread / (1 - rate)


def test_the_rate_is_a_runtime_value():
    y = _run(_model(layers.Dropout(0.1)), np.ones((_ROWS, 8), "float32"), **{"1/rate": 0.75})
    np.testing.assert_allclose(np.unique(y), [0.0, 4.0])
    assert abs((y > 0).mean() - 0.25) < 0.02


@pytest.mark.parametrize("layer", [layers.Dropout, layers.GaussianDropout])
def test_rate_one_stays_finite(layer):
    model = _model(layer(0.5))
    y = _run(model, _x(20, 8), **{"1/rate": 1.0})
    assert np.isfinite(y).all()
    if layer is layers.Dropout:
        assert not y.any()


def test_noise_shape_is_shared_along_its_axes():
    y = _run(_model(layers.Dropout(0.5, noise_shape=(None, 1))), np.ones((100, 8), "float32"))
    assert (y == y[:, :1]).all()
    assert set(np.unique(y)) == {0.0, 2.0}


@pytest.mark.parametrize(
    ("layer", "shape", "shared"),
    [
        (lambda: layers.SpatialDropout1D(0.5), (7, 5), (1,)),
        (lambda: layers.SpatialDropout2D(0.5), (3, 4, 5), (1, 2)),
        (lambda: layers.SpatialDropout2D(0.5, data_format="channels_first"), (5, 3, 4), (2, 3)),
        (lambda: layers.SpatialDropout3D(0.5), (2, 3, 2, 5), (1, 2, 3)),
        (lambda: layers.SpatialDropout3D(0.5, data_format="channels_first"), (5, 2, 3, 2), (2, 3, 4)),
    ],
    ids=["1d", "2d", "2d_first", "3d", "3d_first"],
)
def test_spatial_dropout_decides_for_whole_channels(layer, shape, shared):
    model = _model(layer(), shape)
    y = _run(model, np.ones((400, *shape), "float32"))
    decided = y.mean(axis=shared)
    assert set(np.unique(decided)) == {0.0, 2.0}
    assert abs((decided > 0).mean() - 0.5) < 5 * 0.5 / np.sqrt(decided.size)
    check_lowering(model, [_x(3, *shape)], stochastic=True)


@pytest.mark.parametrize("deviation", [0.1, 1.0])
def test_gaussian_noise_has_its_deviation(deviation):
    y = _run(_model(layers.GaussianNoise(deviation)), np.full((_ROWS, 8), 3.0, "float32"))
    assert abs(y.mean() - 3) < 5 * deviation / np.sqrt(y.size)
    assert abs(y.std() / deviation - 1) < 0.03


@pytest.mark.parametrize("rate", [0.2, 0.6])
def test_gaussian_dropout_multiplies_by_noise_around_one(rate):
    y = _run(_model(layers.GaussianDropout(rate)), np.full((_ROWS, 8), 2.0, "float32")) / 2
    deviation = np.sqrt(rate / (1 - rate))
    assert abs(y.mean() - 1) < 5 * deviation / np.sqrt(y.size)
    assert abs(y.std() / deviation - 1) < 0.03


@pytest.mark.parametrize("rate", [0.1, 0.5])
def test_alpha_dropout_keeps_mean_and_variance(rate):
    x = np.random.default_rng(0).normal(size=(_ROWS, 8)).astype("float32")
    y = _run(_model(layers.AlphaDropout(rate)), x)
    assert abs(y.mean()) < 0.05
    assert abs(y.std() - 1) < 0.05


@pytest.mark.parametrize("rate", [0.1, 0.5])
def test_alpha_dropout_takes_the_values_keras_takes(rate):
    x = np.full((_ROWS, 8), 0.7, "float32")
    theirs = np.asarray(layers.AlphaDropout(rate, seed=0)(x, training=True))
    np.testing.assert_allclose(
        np.unique(_run(_model(layers.AlphaDropout(rate)), x)), np.unique(theirs), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("name", ["dropout", "dropout_shaped"])
def test_gradients_flow_through_kept_entries_only(name):
    network, weights = lowered(_model(_NOISE[name](0.5)))
    env = Env(training=True, seed=jnp.uint32(0))
    x = jnp.ones((50, 8))
    y = network.apply(weights, [x], env)
    gradient = jax.grad(lambda given: jnp.sum(network.apply(weights, [given], env)))(x)
    np.testing.assert_array_equal(gradient, y)  # 1 / (1 - rate) where kept, 0 elsewhere


def test_an_infinite_value_that_is_dropped_is_zero():
    y = _run(_model(layers.Dropout(0.5)), np.full((100, 8), np.inf, "float32"))
    assert set(np.unique(y)) == {0.0, np.inf}


def test_noise_in_a_scan_differs_from_step_to_step():
    network, weights = lowered(_model(layers.Dropout(0.5)))

    def step(seed, _):
        return seed + jnp.uint32(1), network.apply(weights, [jnp.ones((20, 8))], Env(training=True, seed=seed))

    _, outputs = jax.jit(lambda seed: jax.lax.scan(step, seed, None, length=4))(jnp.uint32(0))
    assert len({np.asarray(output).tobytes() for output in outputs}) == 4


def test_the_same_call_has_the_same_noise_in_other_batches_of_the_network():
    """A row's noise depends on its place, so that a padded batch sees what the whole one sees."""
    model, x = _model(layers.Dropout(0.5)), np.ones((20, 8), "float32")
    np.testing.assert_array_equal(_run(model, x, seed=5)[:10], _run(model, x[:10], seed=5))


def test_a_lowering_can_be_called_alone():
    from layersmith.engine.lower.lowering import Place
    from layersmith.graph import view

    node = view(_model(layers.Dropout(0.5))).nodes[-1]
    forward = dropout(node, Place(key="1", salt=3))
    y = forward({}, (jnp.ones((4, 8)),), {}, Env(training=True, seed=jnp.uint32(0)))
    assert set(np.unique(y)) <= {0.0, 2.0}


@pytest.mark.parametrize("shape", [(40,), (40, 7), (12, 5, 3)])
def test_a_position_draws_the_same_in_a_wider_array(shape):
    wider = (*shape[:-1], shape[-1] + 9)
    for draw in (uniform, normal):
        narrow, wide = (np.asarray(draw(jnp.uint32(5), 3, each)) for each in (shape, wider))
        np.testing.assert_array_equal(wide[..., : shape[-1]], narrow)


@pytest.mark.parametrize("shape", [(512, 64), (32, 28, 28, 3)])
def test_no_two_positions_draw_the_same_number_more_often_than_chance_has_it(shape):
    bits = np.asarray(uniform(jnp.uint32(1), 0, shape)).ravel()  # 24 bits each
    pairs = bits.size * (bits.size - 1) / 2 / 2**24
    assert bits.size - len(np.unique(bits)) < pairs + 6 * np.sqrt(pairs) + 1
