"""The verbs of `import layersmith as ls` that run and read searches; `fit` is `engine.fit`."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from layersmith.data import ReadOptions
from layersmith.errors import BudgetError, SpaceError, lookup
from layersmith.records import Value
from layersmith.report.page import write_report
from layersmith.report.result import Result
from layersmith.schedulers import SCHEDULERS
from layersmith.storage.run_folder import RunFolder
from layersmith.strategies import STRATEGIES
from layersmith.study import search as studies
from layersmith.study.budget import parse_budget
from layersmith.study.costing import COSTS, Costing
from layersmith.study.outcome import Outcome, load_outcome
from layersmith.study.progress import choose_progress
from layersmith.study.search import Build
from layersmith.study.settings import Settings

__all__ = ["load", "resume", "search"]

_IN_MEMORY = "arrays"


def search(
    x: Any,
    y: Any = None,
    *,
    target: str | Sequence[str] | None = None,
    budget: str | float | None = None,
    max_trials: int | None = None,
    out: str | Path | None = None,
    objective: str | None = None,
    objectives: Sequence[str] = (),
    constraints: Mapping[str, float] | None = None,
    enqueue: Sequence[Mapping[str, Value]] = (),
    build: Build | str | None = None,
    epochs: int | None = None,
    batch_size: int | None = None,
    holdout: float = 0.2,
    seed: int = 0,
    strategy: str | None = None,
    scheduler: str = "none",
    best_score: bool = False,
    verbose: int = 1,
    **reading: Any,
) -> Result:
    """Find the architecture for the data, prove it on rows the search never saw, and return the fitted model.

    Args:
        x: Arrays, a pandas or polars frame, a path (CSV, Parquet, `.npz`, a folder of images with a folder per class),
            a tf.data or PyTorch loader, or `sklearn:digits` and its like.
        y: Targets `(rows,)` or `(rows, outputs)` where they are apart from `x`.
        target: Column or columns to predict.
        budget: Time for everything: `"30s"`, `"5m"`, `"2h"`. Without it and without `max_trials`, five minutes.
        max_trials: Candidates to train at most.
        out: Folder to write, new or empty; by default one under `runs/`.
        objective: Metric to optimise; by default the task's own.
        objectives: Instead of `objective`, several: one metric, which names the winner, and costs that are to be small:
            `params`, `macs`, `model_bytes`, `activation_bytes`, `latency_ms`. `result.pareto` has the best compromises.
        constraints: The most that the model may cost, its preprocessing included: `{"params": 50_000,
            "latency_ms": 1.0}`. Candidates over a limit are refused before they are trained and count for nothing.
        enqueue: Values of candidates to try first; names left out take their defaults.
        build: Your own models instead of the families': a function of hyperparameters `hp`, as KerasTuner's, giving
            a compiled Keras model, or `"file.py:function"`. The model gets the rows as they are, class labels as whole
            numbers from 0. What `hp` calls `epochs` and `batch_size` is the training's.
        epochs: With `build`, epochs at most (100); training stops where the validation loss no longer falls.
        batch_size: With `build`, rows of a batch (32).
        holdout: Share of rows set aside for the test, unless the data name their own test rows.
        seed: Seed of everything random.
        strategy: Which candidates come after the published ones: `gp`, `tpe`, `cmaes`, `nsga2`, `sobol`, `random` or
            `grid`; by default `gp`, with several objectives `nsga2`.
        scheduler: Who trains on where candidates are compared on the way: `median`, `successive_halving`,
            `asynchronous_halving` or `hyperband`; by default `none`, everyone trains until the validation loss no
            longer falls. Who goes on keeps weights and optimizer state.
        best_score: Whether the finalist of the best score wins; by default the simplest one wins that is within one
            standard error of it.
        verbose: 0 shows nothing.
        **reading: What else is known of the data: `split_column`, `group`, `time`, `forecast`, `horizon`, `lookback`,
            `kind`, `task`, `max_bytes`, as in `layersmith.data.ReadOptions`.

    Returns:
        The result: `summary()`, `leaderboard()`, `test_score`, `best.model`, `best.predict(rows)`, `best.code()`.

    Raises:
        LayersmithError: If data or arguments are wrong; nothing is written then.

    Example:
        >>> import layersmith as ls
        >>> folder = getfixture("tmp_path") / "iris"
        >>> result = ls.search("sklearn:iris", budget="6s", max_trials=2, out=folder, verbose=0)
        >>> result.test_score.metric
        'accuracy'
    """
    options = ReadOptions(target=target, **{"keep_constant": build is not None, **_known(reading)})
    metric, costs = _parted(objective, objectives)
    strategy = strategy or ("nsga2" if costs else "gp")
    lookup(STRATEGIES, strategy, "strategy")
    _check_scheduler(scheduler, costs)
    Costing(constraints or {}, costs)  # wrong names and limits are noticed here, before writing
    settings = Settings(
        source=_name(x),
        budget=parse_budget(budget, max_trials),
        read=_plain(options),
        seed=seed,
        holdout=holdout,
        objective=metric,
        strategy=strategy,
        scheduler=scheduler,
        best_score=best_score,
        costs=costs,
        constraints=dict(constraints or {}),
        enqueue=tuple(dict(values) for values in enqueue),
        build=_place_of(build),
        epochs=epochs,
        batch_size=batch_size,
    )
    folder = RunFolder.check_free(out if out is not None else _free_folder(x))
    progress = choose_progress(quiet=not verbose)
    try:
        outcome = studies.search(
            x,
            y,
            options=options,
            settings=settings,
            folder=folder,
            progress=progress,
            build=None if isinstance(build, str) else build,
        )
    finally:
        progress.close()
    return _reported(outcome)


def resume(
    folder: str | Path,
    x: Any = None,
    y: Any = None,
    *,
    build: Build | None = None,
    verbose: int = 1,
    **reading: Any,
) -> Result:
    """Go on with a search that was interrupted: finished trials count, the budget goes on from what was left.

    Args:
        folder: The run folder.
        x: The data again, where the search was given arrays or frames in memory.
        y: Likewise the targets.
        build: The function again, where the search was given one.
        verbose: 0 shows nothing.
        **reading: As for `search`, where `x` is given again: what cannot be written down, such as an array of groups.

    Raises:
        RunFolderError: If there is no such run.
        DataError: If the data have changed.
    """
    options = None
    if x is not None and reading:  # what could be written down is known; what is said now comes on top
        options = ReadOptions(**{**RunFolder.open(folder).read("config.json")["read"], **_known(reading)})
    progress = choose_progress(quiet=not verbose)
    try:
        outcome = studies.resume(folder, x, y, options=options, progress=progress, build=build)
    finally:
        progress.close()
    return _reported(outcome)


def load(folder: str | Path) -> Result:
    """Return the result of a finished run.

    Args:
        folder: The run folder.

    Raises:
        RunFolderError: If it holds no finished run.
    """
    return Result(load_outcome(folder))


def _place_of(build: Build | str | None) -> str:
    """Return where own models are made, as a resumed run finds it."""
    if build is None:
        return ""
    if isinstance(build, str):
        path, colon, name = build.rpartition(":")
        return f"{Path(path).resolve()}{colon}{name}"
    if not callable(build):
        raise SpaceError(
            f"build is {build!r}",
            expected="a function of hyperparameters",
            fix="pass a function that returns a model",
        )
    return str(getattr(build, "__name__", type(build).__name__))


def _parted(objective: str | None, objectives: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return the metric, empty for the task's own, and the costs among the objectives."""
    if isinstance(objectives, str):
        objectives = [objectives]
    metrics = [name for name in objectives if name not in COSTS]
    if not objectives:
        return objective or "", ()
    if objective or len(metrics) > 1:
        raise BudgetError(
            f"objective {objective!r} and objectives {list(objectives)!r}",
            expected=f"at most one metric, and costs among: {', '.join(COSTS)}",
            fix='use objectives=["accuracy", "params"] without objective',
        )
    return (metrics or [""])[0], tuple(name for name in objectives if name in COSTS)


def _check_scheduler(scheduler: str, costs: Sequence[str]) -> None:
    lookup(SCHEDULERS, scheduler, "scheduler")
    if costs and scheduler != "none":
        raise BudgetError(
            f"scheduler {scheduler!r} with several objectives",
            expected="one objective: candidates are compared by one value on the way",
            fix="leave the scheduler out, or make the costs constraints",
        )


def _reported(outcome: Outcome) -> Result:
    if not outcome.folder.report.exists():  # a finished run that is resumed keeps its page
        write_report(outcome, outcome.folder.report)
    return Result(outcome)


def _known(reading: dict[str, Any]) -> dict[str, Any]:
    allowed = {field.name: field.name for field in fields(ReadOptions)}
    for name in reading:
        lookup(allowed, name, "argument")
    return reading


def _plain(options: ReadOptions) -> dict[str, Any]:
    """Return the options that can be written down; arrays of groups and times must be given again on `resume`."""
    values = {field.name: getattr(options, field.name) for field in fields(ReadOptions)}
    return {name: value for name, value in values.items() if isinstance(value, str | int | list | tuple | None)}


def _name(x: Any) -> str:
    if not isinstance(x, str | os.PathLike):
        return _IN_MEMORY
    text = os.fspath(x)
    return text if text.startswith("sklearn:") else str(Path(text).resolve())


def _free_folder(x: Any) -> Path:
    """Return `runs/NAME`, or the first of `runs/NAME-2`, `runs/NAME-3` ... that does not exist."""
    stem = _IN_MEMORY if _name(x) == _IN_MEMORY else Path(_name(x).removeprefix("sklearn:")).name.split(".")[0]
    base = Path("runs") / (stem or "search")
    number = 1
    while (candidate := base if number == 1 else base.with_name(f"{base.name}-{number}")).exists():
        number += 1
    return candidate
