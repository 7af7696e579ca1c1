"""`layersmith predict`: the winner's predictions for new rows."""

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
    from layersmith.storage.run_folder import check_file

    path = None if out is None else check_file(out)
    predictions = facade.load(folder).best.predict(data)
    text = predictions.to_csv(index=False)
    if path is None:
        print(text, end="")  # noqa: T201
        return
    write_text(path, text)
    print(f"{len(predictions)} predictions written to {path}")  # noqa: T201
