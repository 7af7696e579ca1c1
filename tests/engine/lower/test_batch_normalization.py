import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from keras import layers

from layersmith.engine.lower.env import Env
from layersmith.engine.unsupported import Unsupported
from layersmith.testing.lowerings import check_lowering, check_row_mask, lowered

pytestmark = pytest.mark.usefixtures("plain")


def _positive(model):
    """Give every weight a value near one: scales and moving variances may not be negative."""
    random = np.random.default_rng(1)
    model.set_weights([random.uniform(0.5, 1.5, weight.shape).astype("float32") for weight in model.get_weights()])
    return model


def _check(model, x):
    check_lowering(model, [x], rtol=5e-5, atol=1e-5)
    with jax.numpy_dtype_promotion("strict"):
        check_row_mask(model, [x])


def _values(*shape, rows=5):
    return (np.random.default_rng(0).normal(size=(rows, *shape)) * 3 + 1).astype("float32")


def _alone(**options):
    return lowered(_positive(keras.Sequential([keras.Input((4,)), layers.BatchNormalization(**options)])))


@pytest.mark.parametrize("shape", [(4,), (6, 4), (3, 5, 4), (2, 3, 2, 4)], ids=["row", "steps", "image", "volume"])
def test_it_equals_keras_on_any_rank(branches, shape):
    _check(_positive(branches(shape, layers.BatchNormalization())), _values(*shape))


def test_its_options_equal_keras(branches):
    options = [
        {"center": False},
        {"scale": False},
        {"center": False, "scale": False},
        {"momentum": 0.3},
        {"momentum": 0.0},
        {"epsilon": 0.5},
        {"axis": 1},
        {"axis": 2},
        {"axis": -2},
        {"gamma_regularizer": "l2", "beta_regularizer": keras.regularizers.L1(0.2)},
        {"trainable": False},
        {"trainable": False, "center": False, "scale": False},
    ]
    _check(_positive(branches((3, 5, 4), *(layers.BatchNormalization(**given) for given in options))), _values(3, 5, 4))


def test_inside_a_model(branches):
    path = [layers.Dense(5), layers.BatchNormalization(), layers.Activation("tanh"), layers.Dense(2)]
    _check(_positive(branches((4,), path)), _values(4))


def test_a_shared_layer_moves_its_statistics_twice():
    shared = layers.BatchNormalization(momentum=0.5)
    entry = keras.Input((4,))
    model = _positive(keras.Model(entry, shared(layers.Activation("tanh")(shared(entry)))))
    check_lowering(model, [_values(4)], rtol=1e-4, atol=2e-5)


def test_a_mask_leaves_steps_out_as_in_keras(branches):
    values = _values(6, 4)
    values[0, 3:] = values[2, :2] = 0.0
    _check(_positive(branches((6, 4), [layers.Masking(0.0), layers.BatchNormalization(momentum=0.5)])), values)


def test_a_batch_without_a_row_moves_nothing():
    network, weights = _alone()
    env = Env(training=True, seed=jnp.uint32(0), row_mask=jnp.zeros(5))
    output = network.apply(weights, [_values(4)], env)
    assert np.isfinite(output).all()
    for key, value in env.updates.items():
        np.testing.assert_array_equal(value, weights[key])


def test_what_does_not_exist_may_hold_anything():
    network, weights = _alone()
    values = _values(4)
    mask = jnp.asarray([1.0, 1.0, 1.0, 0.0, 0.0])
    results = []
    for filling in (0.0, np.nan):
        values[3:] = filling
        env = Env(training=True, seed=jnp.uint32(0), row_mask=mask)
        results.append((network.apply(weights, [jnp.asarray(values)], env)[:3], env.updates))
    for one, other in zip(jax.tree.leaves(results[0]), jax.tree.leaves(results[1]), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(("trainable", "training"), [(False, True), (True, False), (False, False)])
def test_moving_statistics_stay_where_the_layer_does_not_learn(trainable, training):
    network, weights = _alone(trainable=trainable)
    env = Env(training=training, seed=jnp.uint32(0))
    network.apply(weights, [_values(4)], env)
    assert env.updates == {}
    assert bool(network.trainable) == trainable


def test_many_steps_in_a_scan_follow_keras():
    model = _positive(keras.Sequential([keras.Input((4,)), layers.BatchNormalization(momentum=0.8)]))
    network, weights = lowered(model)
    batches = np.stack([_values(4) + index for index in range(5)])

    def step(carried, batch):
        env = Env(training=True, seed=jnp.uint32(0))
        network.apply(carried, [batch], env)
        return {**carried, **env.updates}, None

    after, _ = jax.jit(lambda start: jax.lax.scan(step, start, jnp.asarray(batches)))(weights)
    for batch in batches:
        model(batch, training=True)
    for mine, theirs in zip((after[key] for key in weights), model.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("options", [{"renorm": True}, {"axis": 0}])
def test_what_is_not_covered_is_named(options):
    entry = keras.Input(batch_shape=(4, 4))
    with pytest.raises(Unsupported, match="BatchNormalization"):
        lowered(keras.Model(entry, layers.BatchNormalization(**options)(entry)))
