"""A learning problem: what came in, with everything that was inferred from it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from layersmith.data.spec import Kind, Task
from layersmith.records import Indices

if TYPE_CHECKING:
    from layersmith.data.content import Content

__all__ = ["Problem"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """Rows, targets and the facts a fair split needs; nothing is fitted yet.

    Attributes:
        kind: What one row looks like.
        task: What is predicted.
        num_rows: Rows, the user's holdout included; windows of a forecast.
        targets: Encoded targets, as `DataSpec` says.
        labels: Class codes `(rows,)` to stratify by, or `None`.
        classes: Class or label names in code order; target names for multi-output regression.
        target_names: Columns that are predicted.
        label_type: What the classes were: `text`, `integer`, `float` or `boolean`.
        groups: The user's groups `(rows,)`, or `None`.
        duplicates: `(rows,)`; rows with identical features and target share an id.
        ordered: Whether rows are in time order and must be split in time.
        holdout: The user's own test rows, or `None`.
        excluded: Rows that must not be trained on.
        starts: For a forecast, the step of each window's first target, else `None`.
        notes: What was inferred, in sentences.
        warnings: What the user should look at.
        source: Where the data came from.
        content: The raw rows.
    """

    kind: Kind
    task: Task
    num_rows: int
    targets: NDArray[Any]
    duplicates: Indices
    excluded: Indices
    content: "Content"
    labels: NDArray[np.int32] | None = None
    classes: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ("target",)
    label_type: str = "text"
    groups: Indices | None = None
    ordered: bool = False
    holdout: Indices | None = None
    starts: Indices | None = None
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    source: str = "arrays"

    @property
    def horizon(self) -> int:
        """Steps ahead of a forecast, 0 for other kinds: windows closer than this share target steps."""
        return int(self.targets.shape[1]) if self.kind is Kind.FORECAST else 0
