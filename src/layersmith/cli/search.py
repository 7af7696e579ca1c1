"""`layersmith search`: from data to a proven model."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from layersmith.errors import BudgetError

__all__ = ["command"]

_DATA = "CSV, Parquet or .npz file, folder of images with a folder per class, or sklearn:digits and its like."
Text = Optional[str]  # noqa: UP045 - typer reads it at run time


def command(
    data: Annotated[str, typer.Argument(help=_DATA)],
    target: Annotated[Optional[list[str]], typer.Option(help="Column to predict; repeat for several.")] = None,  # noqa: UP045
    budget: Annotated[Text, typer.Option(help="Time for everything: 30s, 5m, 2h. Default 5m.")] = None,
    max_trials: Annotated[Optional[int], typer.Option(help="Candidates to train at most.")] = None,  # noqa: UP045
    out: Annotated[Text, typer.Option(help="Folder to write, new or empty. Default runs/NAME.")] = None,
    objective: Annotated[Text, typer.Option(help="Metric to optimise; default: the task's own.")] = None,
    minimize: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(help="Cost that is an objective too: params, macs, latency_ms ...; repeat for several."),
    ] = None,
    constraint: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(help="The most the model may cost: params=50000, latency_ms=1; repeat for several."),
    ] = None,
    build: Annotated[Text, typer.Option(help="Your own models: file.py:function.")] = None,
    epochs: Annotated[Optional[int], typer.Option(help="With --build: epochs at most, 100.")] = None,  # noqa: UP045
    batch_size: Annotated[Optional[int], typer.Option(help="With --build: rows of a batch, 32.")] = None,  # noqa: UP045
    holdout: Annotated[float, typer.Option(help="Share of rows set aside for the test.")] = 0.2,
    split_column: Annotated[str, typer.Option(help="Column that says train or test; 'none' for none.")] = "auto",
    group: Annotated[Text, typer.Option(help="Column whose groups stay together.")] = None,
    time: Annotated[Text, typer.Option(help="Column to order rows by; splits are then in time.")] = None,
    forecast: Annotated[Text, typer.Option(help="Column whose future is to be predicted.")] = None,
    horizon: Annotated[Optional[int], typer.Option(help="Steps ahead of a forecast.")] = None,  # noqa: UP045
    lookback: Annotated[Optional[int], typer.Option(help="Past steps a forecast sees.")] = None,  # noqa: UP045
    kind: Annotated[Text, typer.Option(help="table, image, series or forecast; default: inferred.")] = None,
    task: Annotated[Text, typer.Option(help="binary, multiclass, ...; default: inferred.")] = None,
    strategy: Annotated[Text, typer.Option(help="gp (default), tpe, cmaes, nsga2, sobol, random or grid.")] = None,
    scheduler: Annotated[
        str, typer.Option(help="none, median, successive_halving, asynchronous_halving or hyperband.")
    ] = "none",
    best_score: Annotated[
        bool, typer.Option("--best-score", help="The best score wins, not the simplest within one standard error.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show nothing but errors.")] = False,
) -> None:
    """Search architectures for DATA, prove the winner, and write a run folder."""
    from layersmith import facade

    result = facade.search(
        data,
        target=(target[0] if target and len(target) == 1 else target) or None,
        budget=budget,
        max_trials=max_trials,
        out=None if out is None else Path(out),
        objective=None if minimize else objective,
        objectives=[*([objective] if objective else []), *minimize] if minimize else (),
        constraints=_limits(constraint or []),
        build=build,
        epochs=epochs,
        batch_size=batch_size,
        holdout=holdout,
        seed=seed,
        strategy=strategy,
        scheduler=scheduler,
        best_score=best_score,
        verbose=not quiet,
        split_column=None if split_column == "none" else split_column,
        group=group,
        time=time,
        forecast=forecast,
        horizon=horizon,
        lookback=lookback,
        kind=kind,
        task=task,
    )
    if not quiet:
        result.summary()


def _limits(constraints: list[str]) -> dict[str, float]:
    """Return the limits that `NAME=NUMBER` texts name."""
    limits = {}
    for text in constraints:
        name, _, number = text.partition("=")
        try:
            limits[name.strip()] = float(number)
        except ValueError:
            raise BudgetError(
                f"--constraint {text!r}", expected="a name and a number", fix="use --constraint params=50000"
            ) from None
    return limits
