"""`layersmith sweep`: a designed experiment over the hyperparameters of a build function."""

from typing import Annotated, Optional

import typer

__all__ = ["command"]


def command(
    build: Annotated[str, typer.Argument(help="Your models: file.py:function, a function of hyperparameters.")],
    data: Annotated[str, typer.Argument(help="Any source that `search` reads.")],
    over: Annotated[list[str], typer.Option(help="Hyperparameter and values: units=32,64; repeat for several.")],
    target: Annotated[Optional[str], typer.Option(help="Column to predict.")] = None,  # noqa: UP045
    folds: Annotated[int, typer.Option(help="Folds.")] = 5,
    repeats: Annotated[int, typer.Option(help="How often the rows are divided anew.")] = 1,
    fraction: Annotated[float, typer.Option(help="Share of all combinations to train.")] = 1.0,
    epochs: Annotated[Optional[int], typer.Option(help="Epochs of each fold, 30.")] = None,  # noqa: UP045
    batch_size: Annotated[Optional[int], typer.Option(help="Rows of a batch, 32.")] = None,  # noqa: UP045
    objective: Annotated[Optional[str], typer.Option(help="Metric; default: the task's own.")] = None,  # noqa: UP045
    group: Annotated[Optional[str], typer.Option(help="Column whose groups stay together.")] = None,  # noqa: UP045
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 0,
    out: Annotated[Optional[str], typer.Option(help="CSV to write, one row per combination.")] = None,  # noqa: UP045
) -> None:
    """Train every combination of OVER on the same folds of DATA, and say what each value does."""
    import layersmith as ls
    from layersmith.experiments.over import parse_over
    from layersmith.storage.run_folder import check_file

    path = None if out is None else check_file(out)
    found = ls.sweep(
        build,
        data,
        folds=folds,
        repeats=repeats,
        groups=group,
        over=parse_over(over),
        fraction=fraction,
        epochs=epochs,
        batch_size=batch_size,
        objective=objective,
        target=target,
        seed=seed,
    )
    print(found.table().to_string(index=False))  # noqa: T201
    print(found.summary())  # noqa: T201
    if path is not None:
        found.table().to_csv(path, index=False)
