"""`layersmith compare`: several models over the same folds."""

from typing import Annotated, Optional

import typer

__all__ = ["command"]


def command(
    data: Annotated[str, typer.Argument(help="Any source that `search` reads.")],
    model: Annotated[list[str], typer.Option(help="Name and place: relu=file.py:function; repeat for each model.")],
    target: Annotated[Optional[str], typer.Option(help="Column to predict.")] = None,  # noqa: UP045
    folds: Annotated[int, typer.Option(help="Folds.")] = 5,
    repeats: Annotated[int, typer.Option(help="How often the rows are divided anew.")] = 1,
    epochs: Annotated[Optional[int], typer.Option(help="Epochs of each fold, 30.")] = None,  # noqa: UP045
    batch_size: Annotated[Optional[int], typer.Option(help="Rows of a batch, 32.")] = None,  # noqa: UP045
    objective: Annotated[Optional[str], typer.Option(help="Metric; default: the task's own.")] = None,  # noqa: UP045
    group: Annotated[Optional[str], typer.Option(help="Column whose groups stay together.")] = None,  # noqa: UP045
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 0,
    out: Annotated[Optional[str], typer.Option(help="CSV to write, one row per model.")] = None,  # noqa: UP045
) -> None:
    """Train every MODEL on the same folds of DATA, and say which of them the rows can tell apart."""
    import layersmith as ls
    from layersmith.experiments.over import parse_models
    from layersmith.storage.run_folder import check_file

    path = None if out is None else check_file(out)
    found = ls.compare(
        parse_models(model),
        data,
        folds=folds,
        repeats=repeats,
        groups=group,
        epochs=epochs,
        batch_size=batch_size,
        objective=objective,
        target=target,
        seed=seed,
    )
    print(found.summary())  # noqa: T201
    if path is not None:
        found.table().to_csv(path, index=False)
