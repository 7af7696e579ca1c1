"""A search by KerasTuner against the same candidates on the compiled engine.

Both sides run the same `build`, data, batch size, epochs and validation split, with no callbacks and nothing printed.
KerasTuner's `RandomSearch` names the candidates; ours are given them, in its order. Each clock runs from the first
object made to the last candidate trained: compilation, building, checkpoints and the tuner's own files included,
imports and the making of data not. Where KerasTuner would take long it runs fewer trials; each one it leaves out counts
as much as the mean of the later half of those it ran, so that what a process does only once is not multiplied.
"""

import math
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import measure
from measure import Figure, Report
from task import BATCH_SIZE, VALIDATION_SPLIT, Task, Values

from layersmith import backend

__all__ = ["Contest", "later_trial_seconds", "main"]

SEED = 1  # KerasTuner takes 0 for none


@dataclass(frozen=True, kw_only=True)
class Contest:
    """A search that both sides run.

    Attributes:
        title: What is searched, with its sizes.
        task: It.
        candidates: Candidates that ours trains.
        trials: Those that KerasTuner trains, the first of them.
        wanted: The ratio wanted against each backend.
        runs: Rounds; the medians count.
    """

    title: str
    task: Task
    candidates: int
    trials: int
    wanted: Mapping[str, float]
    runs: int = 3

    def quick(self) -> "Contest":
        """Return the same, tiny."""
        return replace(self, task=replace(self.task, epochs=1), candidates=3, trials=2, runs=1)


def main(script: str, contest: Contest) -> None:
    """Run a script that is a contest.

    Args:
        script: Its `__file__`.
        contest: What it measures.
    """
    parts: dict[str, Callable[..., Any]] = {"draw": _draw, "keras_tuner": _keras_tuner, "ours": _ours}
    measure.main(
        script,
        lambda quick: _measure(script, contest.quick() if quick else contest),
        {name: partial(part, contest.task) for name, part in parts.items()},
    )


def _measure(script: str, contest: Contest) -> Report:
    epochs, trials = contest.task.epochs, contest.trials
    candidates = measure.in_process(script, "draw", trials=contest.candidates)
    ours = partial(measure.in_process, script, "ours", epochs=epochs, candidates=candidates)
    contenders: dict[str, Callable[[], Any]] = {
        "ours": lambda: measure.cold_and_warm(lambda cache: ours(cache=cache)),
        **{
            peer: partial(measure.in_process, script, "keras_tuner", keras=peer, epochs=epochs, trials=trials)
            for peer in contest.wanted
        },
    }
    found = measure.in_turn(contenders, contest.runs)
    for run in (run for peer in contest.wanted for run in found[peer]):
        _require_same(run["candidates"], candidates[:trials])
    return _report(contest, found)


def _require_same(theirs: Sequence[Values], ours: Sequence[Values]) -> None:
    if list(theirs) != list(ours):
        raise SystemExit(f"KerasTuner trained other candidates than it had drawn: {theirs} instead of {ours}")


def _report(contest: Contest, found: Mapping[str, Sequence[Any]]) -> Report:
    ours = {start: _median(run[start]["seconds"] for run in found["ours"]) for start in ("cold", "warm")}
    each = {peer: _median(later_trial_seconds(run["marks"]) for run in found[peer]) for peer in contest.wanted}
    left_out = contest.candidates - contest.trials
    peers = {peer: _median(run["marks"][-1] for run in found[peer]) + left_out * each[peer] for peer in each}
    figures = [
        Figure(
            what=f"{contest.candidates} candidates, {start} start, against KerasTuner on {peer}",
            value=peers[peer] / ours[start],
            unit="x",
            wanted=f"at least {wanted}x",
        )
        for start in ours
        for peer, wanted in contest.wanted.items()
    ]
    details = {
        "runs": contest.runs,
        "epochs": contest.task.epochs,
        "candidates": contest.candidates,
        "median_seconds": ours,
        "keras_tuner": {
            "trials": contest.trials,
            "trials_estimated": left_out,
            "seconds": peers,
            "seconds_per_later_trial": each,
        },
        "mean_best_validation_loss_of_those_trials": {
            "ours": _mean_loss(found["ours"][0]["cold"], contest.trials),
            **{peer: _mean_loss(found[peer][0], contest.trials) for peer in peers},
        },
    }
    return Report(title=contest.title, figures=figures, details=details)


def _median(values: Iterable[float]) -> float:
    return float(statistics.median(values))


def later_trial_seconds(marks: Sequence[float]) -> float:
    """Return the mean seconds of the later half of the trials, from the times at which each ended."""
    half = len(marks) // 2
    return (marks[-1] - marks[half - 1]) / (len(marks) - half)


def _mean_loss(run: Mapping[str, Any], trials: int) -> float:
    return math.fsum(run["losses"][:trials]) / trials


# In processes of their own.


def _ours(task: Task, epochs: int, candidates: Sequence[Values]) -> dict[str, Any]:
    """Train the candidates on the compiled engine."""
    from candidates import trainings

    x, y = task.data()
    task = replace(task, epochs=epochs, data=lambda: (x, y))
    started = time.perf_counter()
    done = list(trainings(task, candidates))
    seconds = time.perf_counter() - started
    native = {training.fallback for training in done if training.engine != "compiled"}
    if native:
        raise SystemExit(f"trained natively: {'; '.join(sorted(native))}")
    return {"seconds": seconds, "losses": [min(training.curves["val_loss"]) for training in done]}


def _keras_tuner(task: Task, epochs: int, trials: int) -> dict[str, Any]:
    """Search with KerasTuner."""
    from keras_tuner import RandomSearch

    backend.start()  # with TensorFlow, which Keras imports on any backend before it fits
    marks: list[float] = []

    class Timed(RandomSearch):
        """A random search that notes when each trial ends."""

        def on_trial_end(self, trial: Any) -> None:
            super().on_trial_end(trial)
            marks.append(time.perf_counter() - started)

    x, y = task.data()
    arguments = {"epochs": epochs, "batch_size": BATCH_SIZE, "validation_split": VALIDATION_SPLIT, "verbose": 0}
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        tuner = Timed(task.build, "val_loss", max_trials=trials, seed=SEED, directory=folder)
        tuner.search(x, y, **arguments)
        done = _trials(tuner)
    failed = [trial.message for trial in done if trial.status != "COMPLETED"]
    if failed:
        raise SystemExit(f"KerasTuner could not train {len(failed)} candidates: {failed[0]}")
    return {
        "marks": marks,
        "candidates": [trial.hyperparameters.values for trial in done],
        "losses": [trial.score for trial in done],
    }


def _draw(task: Task, trials: int) -> list[Values]:
    """Return the candidates that KerasTuner's random search will try."""
    from keras_tuner import RandomSearch

    class Drawn(RandomSearch):
        """A random search that trains nothing."""

        def run_trial(self, trial: Any, *fit_args: Any, **fit_kwargs: Any) -> float:
            return 0.0

    with tempfile.TemporaryDirectory() as folder:
        tuner = Drawn(task.build, max_trials=trials, seed=SEED, directory=folder)
        tuner.search(verbose=0)
        return [trial.hyperparameters.values for trial in _trials(tuner)]


def _trials(tuner: Any) -> list[Any]:
    """Return a tuner's trials in the order they were made."""
    return [tuner.oracle.trials[key] for key in tuner.oracle.start_order]
