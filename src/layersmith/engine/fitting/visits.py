"""The rows of each epoch, batch by batch, as Keras visits arrays (keras/src/trainers/epoch_iterator.py)."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layersmith.engine.program import Batches, batches

__all__ = ["Visits", "evaluation_batches"]

_BATCH = 32
_EVALUATION_BATCH = 1024


class Visits:
    """The order of training rows.

    Without `steps` an epoch is all rows. With `steps` it is that many batches, and the next epoch goes on where it
    ended; an epoch in which the rows run out is shorter.

    Args:
        rows: Number of rows.
        batch_size: Rows per batch; None for 32, or for what makes `steps` batches of all rows.
        shuffle: True for another order each time, `"batch"` for another order within each batch, else False.
        steps: Batches of an epoch; None for all.
        rng: Draws the orders.

    Example:
        >>> visits = Visits(4, 2, shuffle=False, steps=1, rng=np.random.default_rng(0))
        >>> visits.next_epoch().order.tolist(), visits.next_epoch().order.tolist()
        ([[0, 1]], [[2, 3]])
    """

    def __init__(
        self, rows: int, batch_size: int | None, *, shuffle: Any, steps: int | None, rng: np.random.Generator
    ) -> None:
        self.batch_size = batch_size or default_batch(rows, steps)
        self.steps = steps or -(-rows // self.batch_size)
        self._rows, self._shuffle, self._rng = rows, shuffle, rng
        self._left = np.arange(0)

    def next_epoch(self) -> Batches:
        """Return the batches of the next epoch."""
        if not len(self._left):
            self._left = self._order()
        wanted = self.steps * self.batch_size
        taken, self._left = self._left[:wanted], self._left[wanted:]
        _warn_if_short(len(taken), self.batch_size, self.steps)
        return batches(taken, self.batch_size)

    def _order(self) -> NDArray[np.int64]:
        rows = np.arange(self._rows)
        if not self._shuffle:
            return rows
        if self._shuffle != "batch":
            return self._rng.permutation(rows)
        cuts = range(self.batch_size, self._rows, self.batch_size)
        return np.concatenate([self._rng.permutation(part) for part in np.split(rows, cuts)])


def default_batch(rows: int, steps: int | None) -> int:
    """Return the batch size where none is given: 32, or what makes `steps` batches of all rows."""
    return -(-rows // steps) if steps else _BATCH


def evaluation_batches(rows: int, batch_size: int | None, steps: int | None, *, exact: bool) -> Batches:
    """Return the batches of an evaluation.

    Args:
        rows: Number of rows.
        batch_size: Keras' batch size; None as in `default_batch`.
        steps: Batches to look at; None for all.
        exact: Whether means depend on the batches; if not, larger ones cover the same rows faster.

    Example:
        >>> evaluation_batches(5, 2, 2, exact=True).order.shape, evaluation_batches(5, 2, 2, exact=False).order.shape
        ((2, 2), (1, 4))
    """
    size = batch_size or default_batch(rows, steps)
    seen = rows
    if steps:
        _warn_if_short(rows, size, steps)
        seen = min(rows, steps * size)
    return batches(np.arange(seen), size if exact else min(_EVALUATION_BATCH, seen))


def _warn_if_short(rows: int, batch_size: int, steps: int) -> None:
    there = -(-rows // batch_size)
    if there < steps:
        warnings.warn(f"the data hold {there} of {steps} batches; the epoch ends with them", stacklevel=2)
