"""The decisions between two epochs: learning rate, which weights to keep, when to stop. Plain Python, no Keras.

    constant       rate
    cosine         rate * (1 + cos(pi * p)) / 2                 Loshchilov and Hutter 2016, arXiv 1608.03983
    cosine_warmup  up to rate in the first 10 %, then cosine    Goyal et al. 2017, arXiv 1706.02677
    one_cycle      up to rate in the first 30 %, then cosine    Smith and Topin 2017, arXiv 1708.07120
    own            the optimizer's own, which may be a schedule of Keras'
    plateau        halved after a tenth of the epochs (3 to 50) without a lower training loss, down to a tenth of rate
    triangular     from a tenth of rate up and down, 4 times    Smith 2015, arXiv 1506.01186

with progress `p` in [0, 1). A time limit shortens the whole course: after the second epoch the cost of an epoch is
known, and schedule, length and patience are laid out anew to fit. The first epoch holds compilation, which is the
machine's price and not the candidate's: it does not count.
"""

import math
from collections.abc import Mapping

from layersmith.errors import SpaceError
from layersmith.records import Recipe, StopReason

__all__ = ["SCHEDULES", "Course"]

SCHEDULES = ("constant", "cosine", "cosine_warmup", "one_cycle", "plateau", "triangular", "own")
_WARM_UPS = {"cosine": 0.0, "cosine_warmup": 0.1, "one_cycle": 0.3}  # share of the course
_START = 0.1  # of the rate, where a rise begins
_CYCLES, _SHORTEST_CYCLE = 4, 8  # triangles, fewer where one would be shorter than so many epochs
_FEWEST = 3  # epochs a course is never shortened below
_LAID_OUT_ANEW = 1  # the epoch after which a time limit shortens the course
_COMPILING = 20.0  # seconds granted to the first epoch beyond the time limit


class Course:
    """The state of one training between epochs.

    Args:
        recipe: How to train.
        seconds: Time limit, None for none.
        stop_after: Epochs to end after, within the schedule of `recipe.epochs`.
        validated: Whether epochs report a validation loss; without one nothing stops early, nor where the recipe keeps
            the last epoch.

    Raises:
        SpaceError: If the recipe names an unknown schedule.

    Example:
        >>> course = Course(Recipe(epochs=4, learning_rate=0.1, schedule="cosine"))
        >>> [round(course.rate(epoch), 3) for epoch in range(4)]
        [0.1, 0.085, 0.05, 0.015]
    """

    def __init__(
        self,
        recipe: Recipe,
        *,
        seconds: float | None = None,
        stop_after: int | None = None,
        validated: bool = True,
    ) -> None:
        if recipe.schedule not in SCHEDULES:
            raise SpaceError(
                f"unknown schedule {recipe.schedule!r}",
                expected=f"one of: {', '.join(SCHEDULES)}",
                fix="use one of these",
            )
        self.recipe = recipe
        self.planned_epochs = recipe.epochs
        self.best_epoch = 0
        self._seconds = seconds
        self._stop_after = stop_after
        self._validated = validated and recipe.keep == "best"
        self._best = math.inf
        self._patience = recipe.patience
        self._first_seconds = 0.0
        self._plateau_rate = recipe.learning_rate
        self._plateau_best = math.inf
        self._plateau_since = 0

    def rate(self, epoch: int) -> float | None:
        """Return the learning rate of `epoch`, counted from 0; None for the optimizer's own."""
        if self.recipe.schedule == "own":
            return None
        progress = min(epoch / self.planned_epochs, 1.0)
        rate, schedule = self.recipe.learning_rate, self.recipe.schedule
        if schedule == "plateau":
            return self._plateau_rate
        if schedule == "triangular":
            return rate * _triangle(progress, max(1, min(_CYCLES, self.planned_epochs // _SHORTEST_CYCLE)))
        if schedule in _WARM_UPS:
            return rate * _warmed_cosine(progress, _WARM_UPS[schedule])
        return rate

    def overdue(self, elapsed: float) -> bool:
        """Whether training must end even within an epoch."""
        return self._seconds is not None and self._training(elapsed) > self._seconds * 1.15

    def observe(self, epoch: int, metrics: Mapping[str, float], elapsed: float) -> tuple[bool, StopReason | None]:
        """Take in the metrics of `epoch` and decide.

        Args:
            epoch: The epoch that ended, from 0.
            metrics: `loss` and, where validated, `val_loss`.
            elapsed: Seconds since training began.

        Returns:
            Whether this epoch's weights are the best so far, and why to stop (None to go on).
        """
        loss = metrics["loss"]
        monitored = metrics["val_loss"] if self._validated else loss
        if not math.isfinite(loss) or not math.isfinite(monitored):
            return False, "diverged"
        self._step_plateau(loss)
        self._fit_time(epoch, elapsed)
        keep = monitored < self._best or self._keeps_last
        if keep:
            self._best, self.best_epoch = monitored, epoch + 1
        return keep, self._verdict(epoch, elapsed)

    def foresees(self, epoch: int) -> bool:
        """Return whether the rate of `epoch`, from 0, is known before the one before it has ended, and is needed.

        Example:
            >>> course = Course(Recipe(epochs=3))
            >>> [course.foresees(epoch) for epoch in range(5)]
            [True, True, True, False, False]
        """
        laid_out = self._seconds is None or epoch > _LAID_OUT_ANEW + 1
        return laid_out and self.recipe.schedule != "plateau" and epoch < self._last

    def is_due(self, epoch: int, share: float) -> bool:
        """Return whether `epoch`, from 0, is the last one within that share of the planned epochs, and not the last.

        Args:
            epoch: The epoch that ended.
            share: Above 0, and 1 for all of them.
        """
        return epoch + 1 >= min(math.ceil(round(share * self.planned_epochs, 6)), self.planned_epochs) and share < 1.0

    @property
    def _keeps_last(self) -> bool:
        """Whether the last weights are the ones to keep: as asked, or where a refit's schedule ends near zero."""
        ends_low = self.recipe.schedule in ("cosine", "one_cycle")
        return self.recipe.keep == "last" or (not self._validated and ends_low)

    @property
    def _last(self) -> int:
        """How many epochs there are, unless something ends them."""
        return self.planned_epochs if self._stop_after is None else min(self._stop_after, self.planned_epochs)

    def _verdict(self, epoch: int, elapsed: float) -> StopReason | None:
        if epoch + 1 >= self._last:
            return "finished" if self.planned_epochs == self.recipe.epochs else "time"
        if self._seconds is not None and epoch + 1 >= _FEWEST and self._training(elapsed) > self._seconds:
            return "time"
        if self._validated and self._patience and epoch + 1 - self.best_epoch >= self._patience:
            return "patience"
        return None

    def _training(self, elapsed: float) -> float:
        """Return the seconds without compilation, which the first epoch holds and no schedule can shorten."""
        return elapsed - (min(self._first_seconds, _COMPILING) if self._first_seconds else _COMPILING)

    def _fit_time(self, epoch: int, elapsed: float) -> None:
        if self._seconds is None:
            return
        if epoch == 0:
            self._first_seconds = elapsed
        if epoch == _LAID_OUT_ANEW:
            each = max(elapsed - self._first_seconds, 1e-6)
            affordable = int(2 + (self._seconds - 2 * each) / each)
            self.planned_epochs = max(min(_FEWEST, self.recipe.epochs), min(self.recipe.epochs, affordable))
            share = self.planned_epochs / self.recipe.epochs
            self._patience = min(self.recipe.patience, max(5, round(share * self.recipe.patience)))
            if self._stop_after is not None:
                self._stop_after = max(1, round(self._stop_after * share))

    def _step_plateau(self, loss: float) -> None:
        if loss < self._plateau_best:
            self._plateau_best, self._plateau_since = loss, 0
            return
        self._plateau_since += 1
        if self._plateau_since >= min(50, max(3, self.planned_epochs // 10)):
            self._plateau_rate = max(self._plateau_rate / 2, self.recipe.learning_rate / 10)
            self._plateau_since = 0


def _warmed_cosine(progress: float, warm_up: float) -> float:
    """Return the share of the rate: a linear rise for `warm_up` of the course, then half a cosine to zero."""
    if progress < warm_up:
        return _START + (1 - _START) * progress / warm_up
    return (1 + math.cos(math.pi * (progress - warm_up) / (1 - warm_up))) / 2


def _triangle(progress: float, cycles: int) -> float:
    """Return the share of the rate in one of some triangles."""
    phase = progress * cycles % 1.0
    return _START + (1 - _START) * (1 - abs(2 * phase - 1))
