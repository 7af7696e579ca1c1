"""What a search prints while it runs: the values of each trial beside the best ones, what came of it, the time left."""

import time
from collections.abc import Callable
from typing import Any

from layersmith.keras_tuner.engine.trial import Trial
from layersmith.study.progress import duration

__all__ = ["Display"]

_WIDTH = 18


class Display:
    """Prints trials as they begin and end.

    Args:
        say: Prints a line.
        verbose: 0 prints nothing.
    """

    def __init__(self, say: Callable[[str], None] = print, verbose: int = 1) -> None:
        self._say, self.verbose = say, verbose
        self._started: float | None = None
        self._num_ended = 0  # trials seen to end

    def begin(self, trial: Trial, best: Trial | None, max_trials: int | None) -> None:
        """Print the values of a trial.

        Args:
            trial: It.
            best: The best one so far.
            max_trials: How many there will be at most, if that is known.
        """
        if self.verbose < 1:
            return
        if self._started is None:
            self._started = time.monotonic()
        of = f" of {max_trials}" if max_trials else ""
        self._say(f"\nSearch: Running Trial #{trial.number + 1}{of}\n")
        for line in _table(trial, best):
            self._say(line)
        self._say("")

    def end(self, trial: Trial, best: Trial | None, objective: str, left: int | None) -> None:
        """Print what came of a trial.

        Args:
            trial: It.
            best: The best one so far.
            objective: Name of the objective.
            left: How many trials are to come at most, if that is known.
        """
        self._num_ended += 1
        if self.verbose < 1:
            return
        self._say(f"\nTrial {trial.number + 1} Complete [{duration(trial.seconds)}]")
        if trial.score is not None:
            self._say(f"{objective}: {trial.score}")
        self._say(f"\nBest {objective} So Far: {best.score if best is not None else None}")
        elapsed = time.monotonic() - (self._started or time.monotonic())
        said = f"Total elapsed time: {duration(elapsed)}"
        if left:  # several may train at once: what counts is how often one ends
            said += f", about {duration(left * elapsed / self._num_ended)} left for {left} trials"
        self._say(said)


def _table(trial: Trial, best: Trial | None) -> list[str]:
    values = trial.hyperparameters.values
    if not values:
        return ["default configuration"]
    known = {} if best is None else best.hyperparameters.values
    rows = [("Value", "Best Value So Far", "Hyperparameter")]
    rows += [(_cell(value), _cell(known.get(name)) if best else "?", name) for name, value in values.items()]
    return [f"{value:{_WIDTH}}|{so_far:{_WIDTH}}|{name}" for value, so_far, name in rows]


def _cell(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.5g}"
    text = str(value)
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 3]}..."
