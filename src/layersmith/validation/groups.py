"""Rows that must stay on one side of a split: copies of one another, and members of one group.

Two rows are linked when they share a duplicate id or a group, directly or through other rows: the units of a split are
the connected components of that relation.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from layersmith.errors import SplitError
from layersmith.records import Indices

__all__ = ["codes", "linked"]


def linked(duplicates: ArrayLike | None, groups: ArrayLike | None) -> Indices:
    """Return one id per row, equal for rows that must not be separated.

    Args:
        duplicates: Id per row `(rows,)`, equal for rows that are copies of each other; `None` if there are none.
        groups: The user's group per row `(rows,)`, of any sortable type; `None` if there are none.

    Returns:
        Ids `(rows,)`, numbered from 0 without holes.

    Raises:
        SplitError: If both are missing, their lengths differ, or one is not one-dimensional.

    Example:
        >>> linked([0, 1, 1, 2], ["a", "a", "b", "c"]).tolist()
        [0, 0, 0, 1]
    """
    if duplicates is None and groups is None:
        raise SplitError("no duplicates and no groups", expected="at least one", fix="number the rows instead")
    if duplicates is None or groups is None:
        return codes("groups", groups) if groups is not None else codes("duplicates", duplicates)
    copies, members = codes("duplicates", duplicates), codes("groups", groups)
    if len(copies) != len(members):
        raise SplitError(
            f"{len(copies):,} duplicate ids and {len(members):,} groups",
            expected="one of each per row",
            fix="give both for the same rows",
        )
    if not len(copies):
        return copies
    num_copies, size = int(copies.max()) + 1, int(copies.max() + members.max()) + 2
    edges = coo_array((np.ones(len(copies), np.int8), (copies, members + num_copies)), shape=(size, size))
    component = connected_components(edges, directed=False)[1]
    return codes("links", component[copies])


def codes(name: str, values: ArrayLike | None) -> Indices:
    """Return `values` as integers from 0 without holes, in sorted order of the values.

    Args:
        name: What the values are, for the message.
        values: One value per row `(rows,)`.

    Raises:
        SplitError: If `values` is missing, not one-dimensional or holds values that cannot be compared.

    Example:
        >>> codes("labels", ["no", "yes", "no"]).tolist()
        [0, 1, 0]
    """
    array = np.asarray(values)
    if array.ndim != 1:
        raise SplitError(f"{name} of shape {array.shape}", expected="one value per row", fix=f"flatten {name}")
    try:
        inverse = np.unique(array, return_inverse=True)[1]
    except TypeError as error:
        raise SplitError(
            f"{name} of mixed types ({error})", expected="values of one type", fix=f"convert {name} to strings first"
        ) from error
    return inverse.astype(np.int64)
