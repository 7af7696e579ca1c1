"""The winner: the fitted model, its source, and predictions in the user's own words."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from layersmith.data import Kind
from layersmith.graph import feed
from layersmith.records import Value
from layersmith.report.formats import format_count
from layersmith.study.outcome import Outcome

__all__ = ["Best"]

_BATCH_SIZE = 1024


class Best:
    """The winner of a finished run.

    Args:
        outcome: The run.
    """

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome

    @property
    def model(self) -> Any:
        """The fitted `keras.Model`: raw inputs in, answers in the target's own unit out."""
        return self._outcome.model

    @property
    def values(self) -> dict[str, Value]:
        """Its hyperparameters."""
        return dict(self._outcome.answer.winner.candidate.values)

    @property
    def params(self) -> int:
        """Its trainable parameters."""
        return self._outcome.answer.winner.params

    def code(self) -> str:
        """Return plain Keras source that rebuilds the model, without Layersmith."""
        return self._outcome.source

    def predict(self, rows: Any) -> pd.DataFrame:
        """Return predictions for new rows.

        Args:
            rows: Any source that `layersmith.search` reads, the target present or not; for a forecast the history up
                to now.

        Returns:
            One row per row: `prediction` and, for classes, `probability_<class>`; a column per target where there are
            several; for a forecast one row per step ahead, with `date` where the history has dates.

        Raises:
            SourceNotFoundError: If a path does not exist.
            DataError: If columns are missing, or shapes differ from the training data.
        """
        preprocess = self._outcome.preprocess
        inputs: Mapping[str, Any] = preprocess.transform(rows)
        outputs = np.asarray(self.model.predict(feed(self.model, inputs), batch_size=_BATCH_SIZE, verbose=0))
        history = rows if preprocess.spec.kind is Kind.FORECAST else None
        return preprocess.decode(outputs, history=history)

    def __repr__(self) -> str:
        return f"<Best {self._outcome.answer.title!r}: {format_count(self.params, 'parameter')}>"
