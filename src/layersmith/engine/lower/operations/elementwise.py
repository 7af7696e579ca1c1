"""Operations on each value alone: arithmetic, comparisons, logic, activations.

Keras decides the dtype of a result and casts the operands to it; the node knows it as `output_dtypes`. Comparisons cast
both sides to one dtype instead, logic to bool.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp

from layersmith.engine.lower.activations import ACTIVATIONS
from layersmith.engine.lower.kinks import leaky_relu
from layersmith.engine.lower.lowering import Forward, Lowering, Place
from layersmith.engine.lower.operations.rows import require_inner_axes, require_rows, unsupported
from layersmith.graph import Node

__all__ = ["OPERATIONS"]

_Function: TypeAlias = Callable[..., Any]


def _arithmetic(function: _Function) -> Lowering:
    """Operands in the dtype of the result."""

    def lowering(node: Node, place: Place) -> Forward:
        del place
        require_rows(node)
        dtype = node.output_dtypes[0]
        return lambda weights, args, kwargs, env: function(*(jnp.asarray(value).astype(dtype) for value in args))

    return lowering


def _configured(maker: Callable[[Mapping[str, Any]], _Function]) -> Lowering:
    """Like `_arithmetic`, of a function made from the operation's configuration."""
    return lambda node, place: _arithmetic(maker(node.config))(node, place)


def _comparison(function: _Function) -> Lowering:
    """Operands in one dtype: float if one of them is, else integer."""

    def lowering(node: Node, place: Place) -> Forward:
        del place
        require_rows(node)

        def forward(weights: Any, args: tuple[Any, ...], kwargs: Any, env: Any) -> Any:
            del weights, kwargs, env
            arrays = [jnp.asarray(value) for value in args]
            floating = any(jnp.issubdtype(array.dtype, jnp.floating) for array in arrays)
            return function(*(array.astype(jnp.float32 if floating else jnp.int32) for array in arrays))

        return forward

    return lowering


def _logic(function: _Function) -> Lowering:
    """Operands as bool."""

    def lowering(node: Node, place: Place) -> Forward:
        del place
        require_rows(node)
        return lambda weights, args, kwargs, env: function(*(jnp.asarray(value).astype(bool) for value in args))

    return lowering


def _along(function: _Function) -> Lowering:
    """Along the operation's `axis`, which is none of the batch; the shape stays."""

    def lowering(node: Node, place: Place) -> Forward:
        (axis,) = require_inner_axes(node, node.config["axis"], len(node.output_shapes[0]))
        return _arithmetic(lambda x: function(x, axis=axis))(node, place)

    return lowering


def _where(node: Node, place: Place) -> Forward:
    del place
    require_rows(node)
    if len(node.args) != 3 or any(value is None for value in node.args):
        raise unsupported(node, "a condition alone")
    dtype = node.output_dtypes[0]

    def forward(weights: Any, args: tuple[Any, ...], kwargs: Any, env: Any) -> Any:
        del weights, kwargs, env
        chosen, other = (jnp.asarray(value).astype(dtype) for value in args[1:])
        return jnp.where(jnp.asarray(args[0]).astype(bool), chosen, other)

    return forward


def _divide_no_nan(left: Any, right: Any) -> Any:
    return jnp.where(right == 0, jnp.zeros_like(left), left / jnp.where(right == 0, jnp.ones_like(right), right))


def _nan_to_num(config: Mapping[str, Any]) -> _Function:
    return lambda x: jnp.nan_to_num(x, nan=config["nan"], posinf=config["posinf"], neginf=config["neginf"])


def _soft_shrink(threshold: float) -> _Function:
    return lambda x: jnp.where(x > threshold, x - threshold, jnp.where(x < -threshold, x + threshold, 0.0))


def _hard_shrink(threshold: float) -> _Function:
    return lambda x: jnp.where(jnp.abs(x) > threshold, x, 0.0)


_ARITHMETIC: Mapping[str, _Function] = {
    "Abs": jnp.abs,
    "Absolute": jnp.abs,
    "Add": jnp.add,
    "Arctan": jnp.arctan,
    "Arctan2": jnp.arctan2,
    "Arcsinh": jnp.arcsinh,
    "Cast": lambda x: x,
    "Ceil": jnp.ceil,
    "ConvertToTensor": lambda x: x,
    "Copy": lambda x: x,
    "Cos": jnp.cos,
    "Cosh": jnp.cosh,
    "Divide": jnp.divide,
    "DivideNoNan": _divide_no_nan,
    "Erf": jax.lax.erf,
    "Exp": jnp.exp,
    "Expm1": jnp.expm1,
    "Floor": jnp.floor,
    "FloorDivide": jnp.floor_divide,
    "HardSigmoid": ACTIVATIONS["hard_sigmoid"],
    "HardSilu": ACTIVATIONS["hard_silu"],
    "HardTanh": ACTIVATIONS["hard_tanh"],
    "Log": jnp.log,
    "Log10": jnp.log10,
    "Log1p": jnp.log1p,
    "Log2": jnp.log2,
    "LogSigmoid": ACTIVATIONS["log_sigmoid"],
    "Logaddexp": jnp.logaddexp,
    "Maximum": jnp.maximum,
    "Minimum": jnp.minimum,
    "Mod": jnp.mod,
    "Multiply": jnp.multiply,
    "Negative": jnp.negative,
    "OnesLike": jnp.ones_like,
    "Power": jnp.power,
    "Reciprocal": jnp.reciprocal,
    "Relu": ACTIVATIONS["relu"],
    "Relu6": ACTIVATIONS["relu6"],
    "Rsqrt": jax.lax.rsqrt,
    "Selu": ACTIVATIONS["selu"],
    "Sigmoid": ACTIVATIONS["sigmoid"],
    "Sign": jnp.sign,
    "Silu": ACTIVATIONS["silu"],
    "Sin": jnp.sin,
    "Sinh": jnp.sinh,
    "Softplus": ACTIVATIONS["softplus"],
    "Softsign": ACTIVATIONS["softsign"],
    "SparsePlus": ACTIVATIONS["sparse_plus"],
    "SparseSigmoid": ACTIVATIONS["sparse_sigmoid"],
    "Sqrt": jnp.sqrt,
    "Square": jnp.square,
    "StopGradient": jax.lax.stop_gradient,
    "Subtract": jnp.subtract,
    "Tan": jnp.tan,
    "Tanh": jnp.tanh,
    "TanhShrink": ACTIVATIONS["tanh_shrink"],
    "TrueDivide": jnp.true_divide,
    "ZerosLike": jnp.zeros_like,
}

_CONFIGURED: Mapping[str, Callable[[Mapping[str, Any]], _Function]] = {
    "Celu": lambda config: lambda x: jax.nn.celu(x, alpha=config["alpha"]),
    "Clip": lambda config: lambda x: jnp.clip(x, config["x_min"], config["x_max"]),
    "Elu": lambda config: lambda x: jax.nn.elu(x, alpha=config["alpha"]),
    "Gelu": lambda config: lambda x: jax.nn.gelu(x, approximate=config["approximate"]),
    "HardShrink": lambda config: _hard_shrink(config["threshold"]),
    "LeakyRelu": lambda config: lambda x: leaky_relu(x, config["negative_slope"]),
    "NanToNum": _nan_to_num,
    "Round": lambda config: lambda x: jnp.round(x, config["decimals"]),
    "SoftShrink": lambda config: _soft_shrink(config["threshold"]),
}

_COMPARISONS: Mapping[str, _Function] = {
    "Equal": jnp.equal,
    "Greater": jnp.greater,
    "GreaterEqual": jnp.greater_equal,
    "Isfinite": jnp.isfinite,
    "Isinf": jnp.isinf,
    "Isnan": jnp.isnan,
    "Less": jnp.less,
    "LessEqual": jnp.less_equal,
    "NotEqual": jnp.not_equal,
}

_LOGIC: Mapping[str, _Function] = {
    "LogicalAnd": jnp.logical_and,
    "LogicalNot": jnp.logical_not,
    "LogicalOr": jnp.logical_or,
    "LogicalXor": jnp.logical_xor,
}

_ALONG: Mapping[str, _Function] = {
    "Cumprod": jnp.cumprod,
    "Cumsum": jnp.cumsum,
    "Flip": jnp.flip,
    "LogSoftmax": jax.nn.log_softmax,
    "Softmax": jax.nn.softmax,
}

OPERATIONS: Mapping[str, Lowering] = {
    **{name: _arithmetic(function) for name, function in _ARITHMETIC.items()},
    **{name: _configured(maker) for name, maker in _CONFIGURED.items()},
    **{name: _comparison(function) for name, function in _COMPARISONS.items()},
    **{name: _logic(function) for name, function in _LOGIC.items()},
    **{name: _along(function) for name, function in _ALONG.items()},
    "Where": _where,
}
