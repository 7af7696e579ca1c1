"""Data sets on the device, placed once and shared by all candidates and folds."""

import weakref
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray

from layersmith.engine.job import Rows
from layersmith.engine.program import Data

__all__ = ["DeviceData"]

_KEPT = 16


class DeviceData:
    """Arrays that were placed, for as long as their NumPy originals live.

    An array is known by its identity: whoever changes one in place after it was placed is not heard.
    """

    def __init__(self) -> None:
        self._placed: OrderedDict[int, tuple[weakref.ref[Any], Any]] = OrderedDict()
        self._lock = Lock()

    def data(self, names: Sequence[str], rows: Rows) -> Data:
        """Return the whole data set of which `rows` are some: inputs by name, one target, no sample weights."""
        return [self._place(values) for values in rows.inputs(names)], [self._place(rows.y)], [None]

    def _place(self, values: NDArray[Any]) -> Any:
        with self._lock:
            reference, placed = self._placed.get(id(values), (None, None))
            if reference is None or reference() is not values:
                placed = jax.device_put(_narrow(values))
                self._placed[id(values)] = weakref.ref(values), placed
            self._placed.move_to_end(id(values))
            for key in [key for key, (reference, _) in self._placed.items() if reference() is None]:
                del self._placed[key]
            while len(self._placed) > _KEPT:
                self._placed.popitem(last=False)
            return placed


def _narrow(values: NDArray[Any]) -> NDArray[Any]:
    """Return values in the dtype that JAX has for them, 32 bits."""
    return np.asarray(values, jax.dtypes.canonicalize_dtype(values.dtype))
