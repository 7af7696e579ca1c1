"""`layersmith report`: write the page of a finished run anew, or one that sets several side by side."""

from typing import Annotated, Optional

import typer

__all__ = ["command"]


def command(
    folders: Annotated[list[str], typer.Argument(help="The run folder that `search` wrote; with --compare several.")],
    compare: Annotated[bool, typer.Option("--compare", help="Set two or more runs side by side.")] = False,
    out: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="HTML file to write; default: FOLDER/report.html, with --compare comparison.html."),
    ] = None,
) -> None:
    """Write the report of the finished run in FOLDERS, or compare several."""
    from layersmith.errors import RunFolderError
    from layersmith.report.comparison import write_comparison
    from layersmith.report.page import write_report
    from layersmith.storage.run_folder import check_file
    from layersmith.study.outcome import load_outcome

    if out and len(folders) > 1 and not compare:
        got = f"--out {out} for the reports of {len(folders)} runs"
        raise RunFolderError(got, expected="one run", fix="add --compare for one page of all, or leave --out away")
    outcomes = [load_outcome(folder) for folder in folders]
    if compare:
        paths = [write_comparison(outcomes, check_file(out or "comparison.html"))]
    else:
        paths = [write_report(outcome, check_file(out or outcome.folder.report)) for outcome in outcomes]
    for path in paths:
        print(f"Report written to {path}")  # noqa: T201
