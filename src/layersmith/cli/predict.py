"""`layersmith predict`: the winner's predictions for new rows."""

from pathlib import Path
from typing import Annotated, Optional

import typer

__all__ = ["command"]


def command(
    folder: Annotated[str, typer.Argument(help="The run folder that `search` wrote.")],
    data: Annotated[str, typer.Argument(help="New rows: any source that `search` reads; the target may be missing.")],
    out: Annotated[Optional[str], typer.Option(help="CSV to write; default: print.")] = None,  # noqa: UP045
) -> None:
    """Predict the rows of DATA with the winner in FOLDER."""
    from layersmith import facade
    from layersmith.exporters.atomic import write_text

    predictions = facade.load(folder).best.predict(data)
    text = predictions.to_csv(index=False)
    if out is None:
        print(text, end="")  # noqa: T201
        return
    write_text(Path(out), text)
    print(f"{len(predictions)} predictions written to {out}")  # noqa: T201
