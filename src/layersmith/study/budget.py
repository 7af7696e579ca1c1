"""How long a search may run, and how its time is divided.

A budget in seconds covers everything: reading, search, finalists, refit, test and baselines. What finalists and refit
will take is estimated from the trials that ran; the search ends when what is left of the budget is needed for them.
"""

import re
import time
from dataclasses import dataclass

from layersmith.errors import BudgetError

__all__ = ["Budget", "Clock", "parse_budget"]

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}
_PART = r"(\d+(?:\.\d+)?)\s*(?:(s)(?:ecs?|econds?)?|(m)(?:ins?|inutes?)?|(h)(?:rs?|ours?)?)(?![a-z])"
_TRIALS = 0.60  # of the budget is what the time of one trial is a fair share of
_SEARCH_AT_LEAST, _SEARCH_AT_MOST = 0.5, 0.8
_RESERVE = 0.07  # for test, baselines and writing
_LEAST_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Budget:
    """A limit in seconds, in trials, or both; at least one is set.

    Attributes:
        seconds: Wall-clock seconds, or None.
        trials: Candidates trained in the search, or None.
    """

    seconds: float | None = None
    trials: int | None = None

    def search_end(self, needed: float) -> float | None:
        """Return the second at which the search ends, so that finalists and refit have the `needed` seconds."""
        if self.seconds is None:
            return None
        end = self.seconds * (1 - _RESERVE) - needed
        return min(max(end, _SEARCH_AT_LEAST * self.seconds), _SEARCH_AT_MOST * self.seconds)

    def trial_seconds(self, num_portfolio: int) -> float | None:
        """Seconds one candidate may train, so that the whole portfolio has its turn and some are left for the rest."""
        return None if self.seconds is None else _TRIALS * self.seconds / max(6, num_portfolio + 2)

    def left(self, elapsed: float) -> float | None:
        """Return the seconds left for training after `elapsed`, test and baselines provided for."""
        return None if self.seconds is None else max(0.0, self.seconds * (1 - _RESERVE) - elapsed)

    def left_for_proof(self, elapsed: float) -> float | None:
        """Return the seconds that test and baselines may take after `elapsed`: at least what is reserved for them."""
        return None if self.seconds is None else max(_RESERVE * self.seconds, self.seconds - elapsed)


def parse_budget(text: str | float | None, max_trials: int | None = None) -> Budget:
    """Return the budget that `text` means.

    Args:
        text: `"30s"`, `"5m"`, `"1h30m"`, `"2h"`, a number of seconds, or None.
        max_trials: Number of candidates, or None.

    Raises:
        BudgetError: If neither is given, or one is not a positive amount.

    Example:
        >>> parse_budget("1h30m").seconds
        5400.0
    """
    if max_trials is not None and max_trials < 1:
        raise BudgetError(f"max_trials is {max_trials}", expected="a whole number above 0", fix="use --max-trials 20")
    if text is None:
        return Budget(seconds=None if max_trials else 300.0, trials=max_trials)
    seconds = _seconds(text)
    if not _LEAST_SECONDS <= seconds < float("inf"):
        raise BudgetError(
            f"a budget of {text!r}",
            expected=f"a time of at least {_LEAST_SECONDS:.0f} s, such as 30s, 5m or 2h",
            fix="use --budget 5m",
        )
    return Budget(seconds=seconds, trials=max_trials)


def _seconds(text: str | float) -> float:
    if isinstance(text, (int, float)) and not isinstance(text, bool):
        return float(text)
    folded = str(text).strip().lower()
    parts = re.findall(_PART, folded)
    if re.fullmatch(r"\d+(\.\d+)?", folded):
        return float(folded)
    if not re.fullmatch(rf"(?:{_PART}\s*)+", folded):
        got = f"a budget of {text!r}"
        raise BudgetError(got, expected="a time such as 30s, 5m or 2h", fix="use --budget 5m")
    return sum(float(number) * _UNITS["".join(units)] for number, *units in parts)


class Clock:
    """Seconds spent on a run, those of earlier sessions included.

    Args:
        spent: Seconds spent before this session.
    """

    def __init__(self, spent: float = 0.0) -> None:
        self._spent = spent
        self._started = time.monotonic()

    def elapsed(self) -> float:
        """Return the seconds spent so far."""
        return self._spent + time.monotonic() - self._started
