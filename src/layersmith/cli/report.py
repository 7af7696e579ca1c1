"""`layersmith report`: write the page of a finished run anew."""

from typing import Annotated, Optional

import typer

__all__ = ["command"]


def command(
    folder: Annotated[str, typer.Argument(help="The run folder that `search` wrote.")],
    out: Annotated[Optional[str], typer.Option(help="HTML file to write; default: FOLDER/report.html.")] = None,  # noqa: UP045
) -> None:
    """Write the report of the finished run in FOLDER."""
    from layersmith import facade
    from layersmith.storage.run_folder import check_file

    result = facade.load(folder)
    path = check_file(out) if out else result.folder / "report.html"
    result.save_report(path)
    print(f"Report written to {path}")  # noqa: T201
