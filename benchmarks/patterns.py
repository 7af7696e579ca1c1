"""Made-up images: ten patterns under noise, enough for a network to learn and of the size of handwritten digits."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["CLASSES", "noisy_patterns"]

CLASSES = 10


def noisy_patterns(rows: int, shape: tuple[int, ...]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return images `(rows, *shape)` and their classes `(rows,)`.

    Args:
        rows: How many.
        shape: Of one image.
    """
    rng = np.random.default_rng(0)
    patterns = rng.normal(size=(CLASSES, *shape))
    y = rng.integers(CLASSES, size=rows)
    x = 0.2 * patterns[y] + rng.normal(size=(rows, *shape))
    return x.astype("float32"), y.astype("int32")
