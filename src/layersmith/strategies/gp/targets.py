"""Losses as the Gaussian process sees them: their ranks as quantiles of a normal distribution.

Ranks keep the process deaf to outliers and to the scale of the loss (HEBO's output transforms, arXiv:2012.03826, have
the same end): the k-th best of n becomes the quantile at (k - 1/2) / n. Failed candidates share the last places.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["normal_scores"]


def normal_scores(standings: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return normal scores, the best candidate lowest.

    Args:
        standings: What candidates are worth, the first column first, `(rows, columns)`. Equal rows share a rank.

    Example:
        >>> normal_scores(np.array([[0.3, 0.0], [0.7, 0.0], [0.1, 0.0]])).round(2)
        array([ 0.  ,  0.97, -0.97])
    """
    from scipy.special import ndtri

    _, order, sizes = np.unique(standings, axis=0, return_inverse=True, return_counts=True)
    last = np.cumsum(sizes)
    ranks = (last - (sizes - 1) / 2)[order.ravel()]  # the mean of the places that equals take
    return np.asarray(ndtri((ranks - 0.5) / len(standings)), np.float64)
