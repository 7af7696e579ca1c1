"""Layers that are noise in training and nothing otherwise (keras/src/layers/regularization).

    Dropout          x / (1 - rate) where kept, 0 elsewhere          Srivastava et al. 2014
    SpatialDropout   the same, one decision for a whole channel      Tompson et al. 2014, arXiv 1411.4280
    GaussianDropout  x * n,  n ~ N(1, rate / (1 - rate))
    GaussianNoise    x + n,  n ~ N(0, stddev^2)
    AlphaDropout     a * (x where kept, alpha' elsewhere) + b        Klambauer et al. 2017, arXiv 1706.02515

Rates are runtime values: at rate 0 the output equals the input exactly. Each call of a layer has its own stream, given
by its salt, and each step its own seed. In a Keras model the `training` of the whole call wins over that of one layer.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import jax.numpy as jnp
import numpy as np

from layersmith.engine.lower.env import Env
from layersmith.engine.lower.lowering import Forward, Place
from layersmith.engine.lower.noise_source import normal
from layersmith.graph import Node

__all__ = ["alpha_dropout", "dropout", "gaussian_dropout", "gaussian_noise", "spatial_dropout"]

_Noise: TypeAlias = Callable[[Any, Any, Env], Any]  # x, strength, env
_TINY = 1e-7
_NORMAL = 65_536  # a normal number takes two uniform ones: their salts lie above those of a network's nodes
_ALPHA = 1.6732632423543772848170429916717 * 1.0507009873554804934193349852946  # SELU's saturation, negated


def dropout(node: Node, place: Place) -> Forward:
    """Lower `Dropout`; entries of `noise_shape` that are None are the input's."""
    given = node.config.get("noise_shape")
    return _noisy(node, place, "rate", lambda x, rate, env: _drop(x, rate, env, place.salt, given))


def spatial_dropout(node: Node, place: Place) -> Forward:
    """Lower `SpatialDropout1D`, `SpatialDropout2D` and `SpatialDropout3D`."""
    channel = 1 if node.config.get("data_format") == "channels_first" else len(node.output_shape) - 1
    shape = [None if index in (0, channel) else 1 for index in range(len(node.output_shape))]
    return _noisy(node, place, "rate", lambda x, rate, env: _drop(x, rate, env, place.salt, shape))


def gaussian_noise(node: Node, place: Place) -> Forward:
    """Lower `GaussianNoise`."""
    return _noisy(node, place, "stddev", lambda x, stddev, env: x + stddev * _normal(env, place, x))


def gaussian_dropout(node: Node, place: Place) -> Forward:
    """Lower `GaussianDropout`."""

    def noise(x: Any, rate: Any, env: Env) -> Any:
        deviation = jnp.sqrt(rate / jnp.maximum(1.0 - rate, _TINY))
        return x * (1.0 + deviation * _normal(env, place, x))

    return _noisy(node, place, "rate", noise)


def alpha_dropout(node: Node, place: Place) -> Forward:
    """Lower `AlphaDropout`."""
    given = node.config.get("noise_shape")

    def noise(x: Any, rate: Any, env: Env) -> Any:
        kept = env.uniform(place.salt, _shape(x, given)) >= rate
        slope = 1.0 / jnp.sqrt(jnp.maximum((1.0 - rate) * (1.0 + rate * np.float32(_ALPHA**2)), _TINY))
        return slope * jnp.where(kept, x, np.float32(-_ALPHA)) + slope * np.float32(_ALPHA) * rate

    return _noisy(node, place, "rate", noise)


def _noisy(node: Node, place: Place, field: str, noise: _Noise) -> Forward:
    default = float(node.config[field])

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Env) -> Any:
        del weights, kwargs
        return noise(args[0], env.value(place.key, field, default), env) if env.training else args[0]

    return forward


def _normal(env: Env, place: Place, x: Any) -> Any:
    return normal(env.seed, _NORMAL + place.salt, x.shape)


def _drop(x: Any, rate: Any, env: Env, salt: int, noise_shape: Sequence[int | None] | None) -> Any:
    kept = env.uniform(salt, _shape(x, noise_shape)) >= rate
    return jnp.where(kept, x * (1.0 / jnp.maximum(1.0 - rate, _TINY)), 0.0)


def _shape(x: Any, noise_shape: Sequence[int | None] | None) -> tuple[int, ...]:
    if noise_shape is None:
        return tuple(x.shape)
    return tuple(own if given is None else given for given, own in zip(noise_shape, x.shape, strict=True))
