"""Trials that train at once: the next ones are asked for and built while the first is in training."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from layersmith.executors import Lineup, LocalExecutor
from layersmith.keras_tuner.engine.trial import Status, Trial, TrialStatus

__all__ = ["Stopped", "run_ahead", "says_epochs"]

_Ended: TypeAlias = tuple[int, Trial, Status]  # the trial is told of its status when its turn comes
_SECONDS_BETWEEN = 1.0  # lines about the epochs of one trial


class Stopped(KeyboardInterrupt):
    """A training in another thread was told to end, because the search does."""


def run_ahead(
    ask: Callable[[int], Trial | None],
    begin: Callable[[Trial], Callable[[], Status]],
    stop: threading.Event,
    *,
    ordered: bool,
    ahead: int | None = None,
) -> Iterator[Trial]:
    """Run the trials of a search, some ahead of the one whose result is next, and yield each that has ended.

    Args:
        ask: From a number that no trial in training has to the next trial: one that is `IDLE` where there is none now,
            None where none will follow.
        begin: Builds what a trial trains, in the caller's thread; what it returns trains it, in any.
        stop: Set when the caller gives up: trainings are to end early then.
        ordered: Whether they are yielded in the order in which they were asked for, so that the number of cores changes
            nothing; else no trial is asked for before there is a core for it.
        ahead: How many are asked for before the result of the first is known, where they are ordered; see `Lineup`.
    """
    with LocalExecutor() as executor:
        lineup = Lineup[_Ended](executor, ordered=ordered, ahead=ahead)
        free: list[int] = []
        try:
            while True:
                over = _fill(lineup, free, ask, begin)
                if len(lineup):
                    number, trial, status = lineup.take()
                    trial.status, trial.message = status
                    free.append(number)
                    yield trial
                elif over:
                    return
        finally:
            stop.set()


def _fill(
    lineup: Lineup[_Ended],
    free: list[int],
    ask: Callable[[int], Trial | None],
    begin: Callable[[Trial], Callable[[], Status]],
) -> bool:
    """Begin trials while there is room, and return whether none will follow."""
    while lineup.has_room:
        number = min(free, default=len(lineup))
        trial = ask(number)
        if trial is None or trial.status == TrialStatus.IDLE:
            return trial is None
        if free:
            free.remove(number)
        lineup.add(_task(number, trial, begin(trial)))
    return False


def _task(number: int, trial: Trial, train: Callable[[], Status]) -> Callable[[], _Ended]:
    return lambda: (number, trial, train())


def says_epochs(
    trial: Trial, epochs: int, say: Callable[[str], None] = print
) -> Callable[[int, Mapping[str, Any]], None]:
    """Return what prints a line about an epoch of a trial, where the last one is a second ago or more.

    Progress bars of several trainings would overwrite each other.

    Args:
        trial: The trial.
        epochs: How many there will be.
        say: Prints a line.
    """
    last = time.monotonic()

    def on_epoch(epoch: int, logs: Mapping[str, Any]) -> None:
        nonlocal last
        if time.monotonic() - last < _SECONDS_BETWEEN:
            return
        last = time.monotonic()
        metrics = ", ".join(f"{name}: {float(value):.4g}" for name, value in logs.items())
        say(f"Trial {trial.number + 1}, epoch {epoch + 1}/{epochs} - {metrics}")

    return on_epoch
