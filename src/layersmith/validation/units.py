"""The units of a split: rows that stay together, with the classes they hold."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csc_array, csr_array

from layersmith.records import Indices

__all__ = ["Units", "gather"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Units:
    """What a split deals out.

    Attributes:
        of_row: Unit of each row `(rows,)`.
        counts: Rows by unit and class, sparse `(units, classes)`.
        by_class: The same, stored by class.
        sizes: Rows of each unit `(units,)`.
        class_rows: Rows of each class `(classes,)`.
        class_units: Units that hold each class `(classes,)`.
    """

    of_row: Indices
    counts: csr_array
    by_class: csc_array
    sizes: Indices
    class_rows: Indices
    class_units: Indices

    @property
    def num_units(self) -> int:
        """Number of units."""
        return len(self.sizes)

    @property
    def num_classes(self) -> int:
        """Number of classes."""
        return len(self.class_rows)

    def content(self, unit: int) -> tuple[NDArray[np.int32], Indices]:
        """Return the classes in `unit` and the rows of each."""
        part = slice(self.counts.indptr[unit], self.counts.indptr[unit + 1])
        return self.counts.indices[part], self.counts.data[part]

    def holders(self, code: int) -> NDArray[np.int32]:
        """Return the units that hold class `code`."""
        held: NDArray[np.int32] = self.by_class.indices[self.by_class.indptr[code] : self.by_class.indptr[code + 1]]
        return held

    def patterns(self) -> Indices:
        """Return one number per unit `(units,)`, equal for units of one class, the same one, and of the same size."""
        classes = self.classes()
        number = classes * (int(self.sizes.max()) + 1) + self.sizes
        number[classes < 0] = -1 - np.flatnonzero(classes < 0)  # a mixed unit is like no other
        patterns: Indices = np.unique(number, return_inverse=True)[1].astype(np.int64)
        return patterns

    def classes(self) -> Indices:
        """Return the class of each unit `(units,)`, -1 for units of several classes."""
        first: Indices = self.counts.indices[self.counts.indptr[:-1]].astype(np.int64)
        return np.where(np.diff(self.counts.indptr) == 1, first, -1)


def gather(of_row: Indices, labels: Indices) -> Units:
    """Return the units of rows that carry the unit ids `of_row` and the classes `labels`.

    Args:
        of_row: Unit ids `(rows,)`, from 0 without holes.
        labels: Class codes `(rows,)`, from 0 without holes.

    Example:
        >>> units = gather(np.array([0, 0, 1]), np.array([0, 1, 1]))
        >>> units.sizes.tolist(), units.class_rows.tolist(), units.class_units.tolist()
        ([2, 1], [1, 2], [1, 2])
    """
    shape = (int(of_row.max()) + 1, int(labels.max()) + 1)
    counts = coo_array((np.ones(len(of_row), np.int64), (of_row, labels)), shape=shape).tocsr()
    counts.sum_duplicates()
    return Units(
        of_row=of_row,
        counts=counts,
        by_class=counts.tocsc(),
        sizes=np.bincount(of_row),
        class_rows=np.bincount(labels),
        class_units=np.bincount(counts.indices, minlength=shape[1]),
    )
