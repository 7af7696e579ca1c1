import jax
import keras
import numpy as np
import pytest
from keras import ops

from layersmith.engine.unsupported import Unsupported
from layersmith.testing.lowerings import check_lowering, check_row_mask, lowered

pytestmark = pytest.mark.usefixtures("plain")

_X = np.random.default_rng(0).uniform(0.2, 2.0, (3, 4)).astype("float32")
_SIGNED = np.random.default_rng(1).normal(size=(3, 4)).astype("float32") * 2


def _check(function, x):
    entry = keras.Input(x.shape[1:], dtype=str(x.dtype))
    model = keras.Model(entry, function(entry))
    check_lowering(model, [x], rtol=2e-5, atol=5e-6)
    with jax.numpy_dtype_promotion("strict"):
        check_row_mask(model, [x])


def test_functions_of_one_value_equal_keras():
    names = (
        "abs absolute arctan arcsinh cos cosh erf exp expm1 hard_sigmoid hard_silu hard_tanh log_sigmoid negative relu "
        "relu6 selu sigmoid silu sin sinh softplus softsign sparse_plus sparse_sigmoid square tan tanh tanh_shrink "
        "celu elu gelu hard_shrink leaky_relu soft_shrink stop_gradient sign ceil floor round zeros_like ones_like"
    )
    _check(lambda x: [getattr(ops, name)(x) for name in names.split()], _SIGNED)


def test_functions_of_positive_values_equal_keras():
    names = "log log10 log1p log2 sqrt rsqrt reciprocal"
    _check(lambda x: [getattr(ops, name)(x) for name in names.split()], _X)


def test_options_equal_keras():
    def outputs(x):
        return [
            ops.celu(x, alpha=0.5),
            ops.elu(x, alpha=0.5),
            ops.gelu(x, approximate=False),
            ops.leaky_relu(x, negative_slope=0.1),
            ops.hard_shrink(x, threshold=0.3),
            ops.soft_shrink(x, threshold=0.3),
            ops.clip(x, -1, 0.5),
            ops.round(x, decimals=1),
            ops.cumsum(x, axis=1),
            ops.cumprod(x, axis=-1),
            ops.flip(x, axis=-1),
            ops.softmax(x, axis=-1),
            ops.log_softmax(x, axis=1),
        ]

    _check(outputs, _SIGNED)


def test_arithmetic_equals_keras():
    def outputs(x):
        y = ops.flip(x, axis=1)
        constant = np.arange(1, 5)  # int64, which a model never sees as such
        return [
            x + y,
            x - y,
            x * y,
            x / y,
            x**y,
            x % y,
            x // y,
            -x,
            2 - x,
            x * 3,
            1 / x,
            2.0**x,
            x + constant,
            ops.divide(constant, x),
            ops.maximum(x, 0.7),
            ops.minimum(0.7, x),
            ops.divide_no_nan(x, ops.relu(y - 1)),
            ops.logaddexp(x, y),
            ops.arctan2(x, y),
        ]

    _check(outputs, _X)


def test_integers_follow_the_dtypes_of_keras():
    codes = np.random.default_rng(0).integers(1, 9, (3, 4)).astype("int32")

    def outputs(x):
        return [x + 1, x * 2.5, x / 2, x // 2, x % 3, ops.sqrt(x), ops.cast(x, "float32"), ops.cast(x > 4, "int32")]

    _check(outputs, codes)


def test_comparisons_and_logic_equal_keras():
    def outputs(x):
        y = ops.flip(x, axis=1)
        low, high = x < 0.5, y > 0
        return [
            ops.cast(value, "float32")
            for value in (
                low,
                high,
                x <= 1,
                x >= y,
                ops.equal(x, y),
                ops.not_equal(x, 0),
                ops.logical_and(low, high),
                ops.logical_or(low, high),
                ops.logical_xor(low, high),
                ops.logical_not(low),
            )
        ]

    _check(outputs, _SIGNED)


def test_missing_values_equal_keras():
    x = _SIGNED.copy()
    x[0, 1], x[1, 2], x[2, 0] = np.nan, np.inf, -np.inf

    def outputs(value):
        return [
            ops.cast(ops.isnan(value), "float32"),
            ops.cast(ops.isinf(value), "float32"),
            ops.cast(ops.isfinite(value), "float32"),
            ops.nan_to_num(value),
            ops.nan_to_num(value, nan=1.0, posinf=2.0, neginf=-3.0),
            ops.where(ops.isfinite(value), value, 0.5),
            ops.where(ops.isnan(value), 1, ops.zeros_like(value)),
        ]

    _check(outputs, x)


def test_operations_between_layers_equal_keras():
    entry = keras.Input((4,))
    hidden = keras.layers.Dense(3)(entry)
    gated = hidden * ops.sigmoid(keras.layers.Dense(3)(entry)) + 1
    check_lowering(keras.Model(entry, keras.layers.Dense(2)(gated)), [_SIGNED])


@pytest.mark.parametrize("function", [ops.softmax, ops.cumsum, ops.flip])
def test_axes_across_rows_are_named(function):
    entry = keras.Input((4,))
    with pytest.raises(Unsupported, match="spans the batch"):
        lowered(keras.Model(entry, function(entry, axis=0)))


def test_an_unknown_operation_is_named():
    entry = keras.Input((4,))
    with pytest.raises(Unsupported, match="Sort"):
        lowered(keras.Model(entry, ops.sort(entry)))
