import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from keras import layers

from layersmith.engine.lower.env import Env
from layersmith.engine.unsupported import Unsupported
from layersmith.testing.lowerings import check_lowering, check_row_mask, lowered

_RANDOM = np.random.default_rng(0)
_SHAPES = {"row": (4,), "steps": (6, 4), "image": (3, 5, 4), "volume": (2, 3, 2, 4)}


@pytest.fixture(autouse=True)
def _strict():
    with jax.numpy_dtype_promotion("strict"):
        yield


def _values(shape, rows=5):
    return (_RANDOM.normal(size=(rows, *shape)) * 3 + 1).astype("float32")


def _spread(model):
    """Move every weight away from its initial zeros and ones."""
    random = np.random.default_rng(1)
    model.set_weights([random.uniform(0.5, 1.5, weight.shape).astype("float32") for weight in model.get_weights()])
    return model


def _model(layer, shape):
    return _spread(keras.Sequential([keras.Input(shape), layer]))


@pytest.mark.parametrize("shape", _SHAPES.values(), ids=list(_SHAPES))
def test_it_equals_keras_on_any_rank(shape):
    model = _model(layers.BatchNormalization(), shape)
    with jax.numpy_dtype_promotion("standard"):
        check_lowering(model, [_values(shape)], rtol=2e-5, atol=5e-6)
    check_row_mask(model, [_values(shape)])


@pytest.mark.parametrize(
    "options",
    [
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
    ],
    ids=str,
)
def test_an_option_equals_keras(options):
    model = _model(layers.BatchNormalization(**options), (3, 5, 4))
    with jax.numpy_dtype_promotion("standard"):
        check_lowering(model, [_values((3, 5, 4))], rtol=2e-5, atol=5e-6)
    check_row_mask(model, [_values((3, 5, 4))])


def test_inside_a_model():
    model = keras.Sequential(
        [keras.Input((4,)), layers.Dense(5), layers.BatchNormalization(), layers.Activation("tanh"), layers.Dense(2)]
    )
    _spread(model)
    with jax.numpy_dtype_promotion("standard"):
        check_lowering(model, [_values((4,))], rtol=5e-5, atol=1e-5)
    check_row_mask(model, [_values((4,))])


def test_a_shared_layer_moves_its_statistics_twice():
    shared = layers.BatchNormalization(momentum=0.5)
    entry = keras.Input((4,))
    model = _spread(keras.Model(entry, shared(layers.Dense(4)(shared(entry)))))
    with jax.numpy_dtype_promotion("standard"):
        check_lowering(model, [_values((4,))], rtol=1e-4, atol=2e-5)


def test_a_mask_leaves_steps_out_as_in_keras():
    model = keras.Sequential([keras.Input((6, 4)), layers.Masking(0.0), layers.BatchNormalization(momentum=0.5)])
    values = _values((6, 4))
    values[0, 3:] = values[2, :2] = 0.0
    try:
        lowered(model)
    except Unsupported as signal:
        pytest.skip(str(signal))
    with jax.numpy_dtype_promotion("standard"):
        check_lowering(model, [values], rtol=5e-5, atol=1e-5)
    check_row_mask(model, [values])


def test_a_batch_without_a_row_moves_nothing():
    network, weights = lowered(_model(layers.BatchNormalization(), (4,)))
    env = Env(training=True, seed=jnp.uint32(0), row_mask=jnp.zeros(5))
    output = network.apply(weights, [_values((4,))], env)
    assert np.isfinite(output).all()
    for key, value in env.updates.items():
        np.testing.assert_array_equal(value, weights[key])


def test_what_does_not_exist_may_hold_anything():
    network, weights = lowered(_model(layers.BatchNormalization(), (4,)))
    values = _values((4,))
    mask = jnp.asarray([1.0, 1.0, 1.0, 0.0, 0.0])
    results = []
    for filling in (0.0, np.nan):
        values[3:] = filling
        env = Env(training=True, seed=jnp.uint32(0), row_mask=mask)
        results.append((network.apply(weights, [jnp.asarray(values)], env)[:3], env.updates))
    for one, other in zip(jax.tree.leaves(results[0]), jax.tree.leaves(results[1]), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_frozen_layer_leaves_its_statistics_alone():
    network, weights = lowered(_model(layers.BatchNormalization(trainable=False), (4,)))
    env = Env(training=True, seed=jnp.uint32(0))
    network.apply(weights, [_values((4,))], env)
    assert env.updates == {}
    assert network.trainable == ()


def test_inference_leaves_the_statistics_alone():
    network, weights = lowered(_model(layers.BatchNormalization(), (4,)))
    env = Env(training=False)
    network.apply(weights, [_values((4,))], env)
    assert env.updates == {}


def test_many_steps_in_a_scan_follow_keras():
    model = _model(layers.BatchNormalization(momentum=0.8), (4,))
    network, weights = lowered(model)
    batches = np.stack([_values((4,)) for _ in range(5)])

    def step(carried, batch):
        env = Env(training=True, seed=jnp.uint32(0))
        network.apply(carried, [batch], env)
        return {**carried, **env.updates}, None

    after, _ = jax.jit(lambda start: jax.lax.scan(step, start, jnp.asarray(batches)))(weights)
    with jax.numpy_dtype_promotion("standard"):
        for batch in batches:
            model(batch, training=True)
    for mine, theirs in zip((after[key] for key in weights), model.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("options", [{"renorm": True}, {"axis": 0}])
def test_what_is_not_covered_is_named(options):
    layer = layers.BatchNormalization(**options)
    entry = keras.Input(batch_shape=(4, 4))
    with pytest.raises(Unsupported, match="BatchNormalization"):
        lowered(keras.Model(entry, layer(entry)))
