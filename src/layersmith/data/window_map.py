"""A fitted forecast: the last window of new history, and the dates that continue it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layersmith.data.history import read_history
from layersmith.data.seasons import continue_dates
from layersmith.errors import DataError

__all__ = ["WindowMap"]


@dataclass(frozen=True, kw_only=True)
class WindowMap:
    """How a history becomes one window.

    Attributes:
        names: Channels, the series first.
        lookback: Steps a window sees.
        horizon: Steps it predicts.
        season: Steps of one season, 0 for none.
        frequency: Name of the step; empty without dates.
        last_date: ISO date of the training data's last step; empty without dates.
    """

    names: tuple[str, ...]
    lookback: int
    horizon: int
    season: int = 0
    frequency: str = ""
    last_date: str = ""

    def arrays(self, frame: pd.DataFrame) -> dict[str, NDArray[np.generic]]:
        """Return `"series"` `(1, lookback, channels)`: the last window of a history.

        Raises:
            DataError: If the history is shorter than the lookback, or not numeric.
        """
        history = read_history(frame, self.names[0], channels=self.names)
        if len(history.values) < self.lookback:
            got = f"a history of {len(history.values)} steps"
            raise DataError(got, expected=f"at least {self.lookback} steps", fix="pass a longer history")
        return {"series": history.values[np.newaxis, -self.lookback :]}

    def dates_after(self, frame: pd.DataFrame | None) -> pd.DatetimeIndex | None:
        """Return the dates of the steps ahead, after `frame` or after the training data; `None` without dates."""
        if not self.frequency:
            return None
        last = pd.Timestamp(self.last_date)
        if frame is not None:
            dates = read_history(frame, self.names[0], channels=self.names).dates
            if dates is None:
                return None
            last = dates[-1]
        return continue_dates(last, self.frequency, self.horizon)
