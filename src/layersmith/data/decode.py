"""Model outputs in the user's own words."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layersmith.data.spec import Task
from layersmith.errors import DataError

__all__ = ["OutputMap"]


@dataclass(frozen=True, kw_only=True)
class OutputMap:
    """How model outputs become a frame.

    Attributes:
        task: What is predicted.
        num_outputs: Columns of the outputs.
        classes: Class or label names in code order; target names for multi-output regression.
        names: Columns that are predicted.
        label_type: What the classes were: `text`, `integer`, `float` or `boolean`.
    """

    task: Task
    num_outputs: int
    classes: tuple[str, ...] = ()
    names: tuple[str, ...] = ("target",)
    label_type: str = "text"

    def frame(self, outputs: NDArray[Any]) -> pd.DataFrame:
        """Return one row per row of outputs.

        Args:
            outputs: Probabilities or values `(rows, num_outputs)`; `(rows,)` where there is one output.

        Example:
            >>> decoder = OutputMap(task=Task.BINARY, num_outputs=1, classes=("no", "yes"))
            >>> decoder.frame(np.array([0.9, 0.2])).prediction.tolist()
            ['yes', 'no']
        """
        values = self._matrix(outputs)
        if self.task is Task.REGRESSION:
            return pd.DataFrame({"prediction": values[:, 0]})
        if self.task is Task.MULTIREGRESSION:
            return pd.DataFrame(values, columns=list(self.classes or self.names))
        if self.task is Task.BINARY:
            values = np.column_stack([1 - values[:, 0], values[:, 0]])
        frame = pd.DataFrame({"prediction": self._predictions(values)})
        for i, name in enumerate(self.classes):
            frame[f"probability_{name}"] = values[:, i]
        return frame

    def _matrix(self, outputs: NDArray[Any]) -> NDArray[np.float64]:
        values = np.asarray(outputs, dtype=np.float64).reshape(len(outputs), -1)
        if values.shape[1] != self.num_outputs:
            got = f"outputs of shape {outputs.shape}"
            raise DataError(got, expected=f"(rows, {self.num_outputs})", fix="pass what the model predicts")
        return values

    def _predictions(self, probabilities: NDArray[np.float64]) -> list[Any]:
        if self.task is Task.MULTILABEL:
            chosen = probabilities >= 0.5
            return [", ".join(name for name, on in zip(self.classes, row, strict=True) if on) for row in chosen]
        labels = [_label(name, self.label_type) for name in self.classes]
        return [labels[code] for code in probabilities.argmax(axis=1)]

    def steps(self, outputs: NDArray[Any], dates: pd.DatetimeIndex | None) -> pd.DataFrame:
        """Return one row per step ahead; `date` for a single window with dates, else `step` from 1.

        Args:
            outputs: `(windows, horizon)`.
            dates: Dates of the steps ahead of a single window.
        """
        values = self._matrix(outputs.reshape(1, -1) if outputs.ndim == 1 else outputs)
        windows, horizon = values.shape
        columns: dict[str, Any] = {"window": np.repeat(np.arange(windows), horizon)} if windows > 1 else {}
        if windows == 1 and dates is not None:
            columns["date"] = dates
        else:
            columns["step"] = np.tile(np.arange(1, horizon + 1), windows)
        return pd.DataFrame({**columns, self.names[0]: values.reshape(-1)})


def _label(name: str, kind: str) -> Any:
    if kind == "boolean":
        return name == "True"
    return {"integer": int, "float": float}.get(kind, str)(name)
