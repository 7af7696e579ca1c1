"""The weights of the kernel: maximum a posteriori, by the gradient of the marginal likelihood.

    K = exp(-sum_d weight_d * distance_d) + noise * I,       y ~ N(0, scale * K),       scale = y' K^-1 y / n

    log posterior = -n/2 log(scale) - 1/2 log|K| - 1/2 ||(parameters - centre) / width||^2

Rasmussen and Williams, 2006, chapter 5. The prior of the logarithmic weights keeps the distance of two random
candidates the same in any number of dimensions (arXiv:2402.02229).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Hyperparameters", "fit"]

Array = NDArray[np.float64]

_TOTAL = 4.0  # weight of all dimensions together at the centre of the prior
_WEIGHT_WIDTH = 1.5  # of the logarithm
_NOISE, _NOISE_WIDTH = 0.05, 1.5
_BOUND = 8.0  # of the logarithms, around the centre
_STEPS = 30


@dataclass(frozen=True, kw_only=True)
class Hyperparameters:
    """What the kernel needs.

    Attributes:
        weights: Weight of each dimension, `(dimensions,)`.
        noise: Variance of the noise over that of the signal.
        scale: Variance of the signal.
    """

    weights: Array
    noise: float
    scale: float


def fit(apart: Array, targets: Array) -> Hyperparameters:
    """Return the most probable hyperparameters.

    Args:
        apart: Distances among the candidates, `(dimensions, rows, rows)`.
        targets: Normal scores, `(rows,)`.

    Example:
        >>> places, other = np.random.default_rng(0).random((2, 20))
        >>> apart = np.stack([abs(places[:, None] - places), abs(other[:, None] - other)])
        >>> weights = fit(apart, np.sin(6 * places)).weights
        >>> bool(weights[0] > 10 * weights[1])
        True
    """
    from scipy.optimize import minimize

    dimensions = len(apart)
    centre = np.log(np.append(np.full(dimensions, _TOTAL / max(dimensions, 1)), _NOISE))
    width = np.append(np.full(dimensions, _WEIGHT_WIDTH), _NOISE_WIDTH)
    flat = apart.reshape(dimensions, len(targets) ** 2)
    found = minimize(
        lambda logs: _loss(logs, centre, width, flat, targets),
        centre,
        jac=True,
        method="L-BFGS-B",
        bounds=list(zip(centre - _BOUND, centre + _BOUND, strict=True)),
        options={"maxiter": _STEPS},
    )
    values = np.exp(found.x)
    inverse, _ = _inverse(values, flat, len(targets))
    scale = max(float(targets @ inverse @ targets) / len(targets), 1e-6)
    return Hyperparameters(weights=values[:-1], noise=float(values[-1]), scale=scale)


def _kernel(values: Array, flat: Array, rows: int) -> Array:
    return np.asarray(np.exp(-(values[:-1] @ flat)).reshape(rows, rows), np.float64)


def _inverse(values: Array, flat: Array, rows: int) -> tuple[Array, float]:
    """Return the inverse of K and the logarithm of its determinant."""
    from scipy.linalg import lapack

    kernel = _kernel(values, flat, rows)
    kernel[np.diag_indices(rows)] += values[-1]
    lower, _ = lapack.dpotrf(kernel, lower=1)
    inverse, _ = lapack.dpotri(lower, lower=1)
    return np.tril(inverse) + np.tril(inverse, -1).T, 2.0 * float(np.log(np.diag(lower)).sum())


def _loss(logs: Array, centre: Array, width: Array, flat: Array, targets: Array) -> tuple[float, Array]:
    rows, values = len(targets), np.exp(logs)
    inverse, log_determinant = _inverse(values, flat, rows)
    solved = inverse @ targets
    scale = max(float(targets @ solved) / rows, 1e-12)
    far = (logs - centre) / width
    loss = 0.5 * (rows * np.log(scale) + log_determinant + far @ far)
    inner = inverse - np.outer(solved, solved) / scale  # of the derivative by K, twice
    by_weight = -0.5 * (flat @ (inner * _kernel(values, flat, rows)).ravel())
    by_noise = 0.5 * np.trace(inner)
    return float(loss), np.append(by_weight, by_noise) * values + far / width
