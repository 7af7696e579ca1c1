"""How values become one number: every reduction, weight shape and mask, against Keras."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from layersmith.engine.losses import reduce, resolve_loss
from layersmith.engine.unsupported import Unsupported

REDUCTIONS = ("sum_over_batch_size", "mean", "sum", "mean_with_sample_weight")


def loss_of(reduction, rank=2):
    shape = (None, 3) if rank == 2 else (None, 2, 3)
    return resolve_loss({"class_name": "MeanSquaredError", "config": {"reduction": reduction}}, shape, shape)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize(
    ("shape", "weight_shape"),
    [((5, 3), None), ((5, 3), (5,)), ((5, 3), (5, 1)), ((5, 2, 3), (5, 1)), ((5, 2, 3), (5, 2)), ((1, 3), (1,))],
)
def test_reduction_equals_keras(reduction, shape, weight_shape, pair):
    y_true, y_pred = pair("real", shape)
    weights = None if weight_shape is None else np.random.default_rng(1).uniform(size=weight_shape).astype("float32")
    expected = keras.losses.MeanSquaredError(reduction=reduction)(y_true, y_pred, weights)
    with jax.numpy_dtype_promotion("strict"):
        value = reduce(
            loss_of(reduction, len(shape)),
            jnp.asarray(y_true),
            jnp.asarray(y_pred),
            sample_weight=None if weights is None else jnp.asarray(weights),
        )
    np.testing.assert_allclose(value, expected, rtol=1e-5)


@pytest.mark.parametrize("live", [0, 1, 3, 5])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_padding_changes_nothing(reduction, weighted, live, pair):
    y_true, y_pred = (jnp.asarray(array) for array in pair("real", (5, 3)))
    weights = jnp.arange(5.0) + 1 if weighted else None
    loss, mask = loss_of(reduction), (jnp.arange(5) < live).astype(jnp.float32)
    value = reduce(loss, y_true, y_pred, sample_weight=weights, row_mask=mask)
    if live == 0:
        assert value == 0
        return
    cut = None if weights is None else weights[:live]
    np.testing.assert_allclose(value, reduce(loss, y_true[:live], y_pred[:live], sample_weight=cut), rtol=1e-6)


def test_live_rows_may_stand_anywhere(pair):
    y_true, y_pred = (jnp.asarray(array) for array in pair("real", (5, 3)))
    keep = jnp.array([0, 2, 4])
    value = reduce(loss_of("mean"), y_true, y_pred, row_mask=jnp.array([1, 0, 1, 0, 1]))
    np.testing.assert_allclose(value, reduce(loss_of("mean"), y_true[keep], y_pred[keep]), rtol=1e-6)


@pytest.mark.parametrize("dtype", ["bool", "int32", "float32"])
def test_row_masks_of_any_dtype(dtype, pair):
    y_true, y_pred = (jnp.asarray(array) for array in pair("real", (5, 3)))
    mask = jnp.array([1, 1, 0, 0, 0]).astype(dtype)
    with jax.numpy_dtype_promotion("strict"):
        value = reduce(loss_of("mean"), y_true, y_pred, row_mask=mask)
    np.testing.assert_allclose(value, reduce(loss_of("mean"), y_true[:2], y_pred[:2]), rtol=1e-6)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("weighted", [False, True])
def test_the_mask_of_outputs_counts_as_in_keras(reduction, weighted, pair):
    y_true, y_pred = pair("real", (4, 2, 3))
    mask = np.array([[1, 1], [1, 0], [0, 0], [1, 1]], bool)
    weights = np.arange(8, dtype="float32").reshape(4, 2) if weighted else None
    outputs = keras.ops.convert_to_tensor(y_pred)
    keras.src.backend.set_keras_mask(outputs, mask)
    expected = keras.losses.MeanSquaredError(reduction=reduction)(y_true, outputs, weights)
    weight = None if weights is None else jnp.asarray(weights)
    arrays = jnp.asarray(y_true), jnp.asarray(y_pred)
    value = reduce(loss_of(reduction, 3), *arrays, sample_weight=weight, mask=jnp.asarray(mask))
    np.testing.assert_allclose(value, expected, rtol=1e-5)
    padded = [jnp.concatenate([array, array]) for array in (*arrays, jnp.asarray(mask))]
    again = None if weight is None else jnp.concatenate([weight, weight])
    rows = jnp.array([1.0] * 4 + [0.0] * 4)
    value = reduce(loss_of(reduction, 3), *padded[:2], sample_weight=again, mask=padded[2], row_mask=rows)
    np.testing.assert_allclose(value, expected, rtol=1e-5)


def test_weights_of_rows_do_not_broadcast_over_steps(pair):
    y_true, y_pred = (jnp.asarray(array) for array in pair("real", (2, 2, 3)))
    with pytest.raises(Unsupported, match="sample weights"):
        reduce(loss_of("mean", 3), y_true, y_pred, sample_weight=jnp.ones(2))


def test_zero_weights_divide_to_zero(pair):
    y_true, y_pred = (jnp.asarray(array) for array in pair("real", (5, 3)))
    loss = loss_of("mean_with_sample_weight")
    value, gradient = jax.value_and_grad(lambda out: reduce(loss, y_true, out, sample_weight=jnp.zeros(5)))(y_pred)
    assert value == 0
    np.testing.assert_array_equal(gradient, 0)


def test_hinge_does_not_see_the_targets_of_padding():
    """Keras turns 0 and 1 into -1 and 1 only where the whole batch is 0 and 1."""
    loss = resolve_loss("hinge", (None, 1), (None, 1))
    y_true, y_pred = jnp.array([[0.0], [1.0], [-1.0]]), jnp.array([[0.3], [0.4], [0.5]])
    value = reduce(loss, y_true, y_pred, row_mask=jnp.array([1.0, 1.0, 0.0]))
    np.testing.assert_allclose(value, keras.losses.Hinge()(y_true[:2], y_pred[:2]), rtol=1e-6)
    assert not np.isclose(value, float(reduce(loss, y_true, y_pred)))
