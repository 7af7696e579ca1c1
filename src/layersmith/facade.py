"""The verbs of `import layersmith as ls` that run and read searches; `fit` is `engine.fit`."""

import os
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from layersmith.data import ReadOptions
from layersmith.errors import lookup
from layersmith.report.page import write_report
from layersmith.report.result import Result
from layersmith.storage.run_folder import RunFolder
from layersmith.strategies import STRATEGIES
from layersmith.study import search as studies
from layersmith.study.budget import parse_budget
from layersmith.study.outcome import Outcome, load_outcome
from layersmith.study.progress import choose_progress
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
    holdout: float = 0.2,
    seed: int = 0,
    strategy: str = "tpe",
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
        holdout: Share of rows set aside for the test, unless the data name their own test rows.
        seed: Seed of everything random.
        strategy: Which candidates come after the published ones: `tpe`, `gp`, `cmaes`, `nsga2`, `sobol`, `random` or
            `grid`.
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
    options = ReadOptions(target=target, **_known(reading))
    lookup(STRATEGIES, strategy, "strategy")
    settings = Settings(
        source=_name(x),
        budget=parse_budget(budget, max_trials),
        read=_plain(options),
        seed=seed,
        holdout=holdout,
        objective=objective or "",
        strategy=strategy,
    )
    folder = RunFolder.check_free(out if out is not None else _free_folder(x))
    progress = choose_progress(quiet=not verbose)
    try:
        outcome = studies.search(x, y, options=options, settings=settings, folder=folder, progress=progress)
    finally:
        progress.close()
    return _reported(outcome)


def resume(folder: str | Path, x: Any = None, y: Any = None, *, verbose: int = 1, **reading: Any) -> Result:
    """Go on with a search that was interrupted: finished trials count, the budget goes on from what was left.

    Args:
        folder: The run folder.
        x: The data again, where the search was given arrays or frames in memory.
        y: Likewise the targets.
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
        outcome = studies.resume(folder, x, y, options=options, progress=progress)
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
