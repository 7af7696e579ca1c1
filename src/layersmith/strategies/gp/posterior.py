"""What the process believes of untried candidates, given the tried ones and those on their way."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Posterior", "condition", "expected_improvement"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Posterior:
    """A process that has seen candidates.

    Attributes:
        solved: K^-1 y, `(rows,)`.
        inverse: K^-1, `(rows, rows)`.
        scale: Variance of the signal.
    """

    solved: Array
    inverse: Array
    scale: float

    def mean(self, correlation: Array) -> Array:
        """Return expected targets, `(candidates,)`.

        Args:
            correlation: With the candidates seen, `(candidates, rows)`.
        """
        return correlation @ self.solved

    def deviation(self, correlation: Array) -> Array:
        """Return the standard deviations of the expected targets, `(candidates,)`."""
        known = ((correlation @ self.inverse) * correlation).sum(axis=1)
        return np.asarray(np.sqrt(self.scale * np.maximum(1.0 - known, 1e-10)), np.float64)


def condition(correlation: Array, targets: Array, *, noise: float, scale: float) -> Posterior:
    """Return the process that has seen some candidates, and believes of the others what it expects of them.

    The believed targets move no expectation and take away uncertainty, so that a batch spreads out ("kriging believer",
    Ginsbourger et al., 2010).

    Args:
        correlation: Among tried candidates, then those on their way, `(rows, rows)`.
        targets: Targets of the tried ones, which come first, `(tried,)`.
        noise: Variance of the noise over that of the signal.
        scale: Variance of the signal.
    """
    from scipy.linalg import cho_factor, cho_solve

    noisy, tried = correlation + noise * np.eye(len(correlation)), len(targets)
    known = cho_solve(cho_factor(noisy[:tried, :tried], lower=True), targets)
    believed = np.append(targets, correlation[tried:, :tried] @ known)
    inverse = cho_solve(cho_factor(noisy, lower=True), np.eye(len(noisy)))
    return Posterior(solved=inverse @ believed, inverse=inverse, scale=scale)


def expected_improvement(mean: Array, deviation: Array, best: float) -> Array:
    """Return how far below `best` a target is expected to fall, counting nothing above (Jones et al., 1998).

    Args:
        mean: Expected targets.
        deviation: Standard deviations.
        best: The target to improve on.

    Example:
        >>> expected_improvement(np.zeros(1), np.ones(1), 0.0).round(3)
        array([0.399])
    """
    from scipy.special import ndtr

    gain = (best - mean) / deviation
    density = np.exp(-0.5 * gain**2) / np.sqrt(2.0 * np.pi)
    return np.asarray(deviation * (gain * ndtr(gain) + density), np.float64)
