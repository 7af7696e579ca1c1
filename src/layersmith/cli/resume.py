"""`layersmith resume`: go on with a search that was interrupted."""

from typing import Annotated

import typer

__all__ = ["command"]


def command(
    folder: Annotated[str, typer.Argument(help="The run folder that `search` wrote.")],
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show nothing but errors.")] = False,
) -> None:
    """Go on with the interrupted search in FOLDER; nothing finished is lost or repeated."""
    from layersmith import facade

    result = facade.resume(folder, verbose=not quiet)
    if not quiet:
        result.summary()
