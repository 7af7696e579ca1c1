"""Seeds Keras for the length of a block, and leaves Python's and NumPy's random state as it was.

Keras draws shuffles, initial weights and dropout from process-wide generators, so `model.fit` is reproducible only
through them. The seed of Keras itself stays set after the block, because Keras does not tell what it was. One block
runs at a time: another thread would draw from the same generators.
"""

import contextlib
import random
import threading
from collections.abc import Iterator

import keras
import numpy as np

__all__ = ["seeded"]

_ONE_AT_A_TIME = threading.RLock()


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seed Python, NumPy and the Keras backend inside the block; restore Python's and NumPy's state after it.

    Args:
        seed: Any non-negative integer.

    Example:
        >>> before = random.getstate()
        >>> with seeded(1):
        ...     _ = random.random()
        >>> random.getstate() == before
        True
    """
    with _ONE_AT_A_TIME:
        state, array_state = random.getstate(), np.random.get_state()  # noqa: NPY002 - what Keras itself draws from
        keras.utils.set_random_seed(seed % 2**32)
        try:
            yield
        finally:
            random.setstate(state)
            np.random.set_state(array_state)  # noqa: NPY002
