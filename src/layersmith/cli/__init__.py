"""The command line: one file per verb, no logic.

A `LayersmithError` ends a command with its message and exit code 2; anything else is a fault of ours and shows its
traceback.
"""

import logging
import os
import sys

import typer

from layersmith.cli import compare, predict, report, resume, search, sweep
from layersmith.errors import LayersmithError

__all__ = ["VERBS", "app", "main"]

app = typer.Typer(
    name="layersmith",
    help="Find the layer architecture for your data, and prove it on rows the search never saw.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
VERBS = {
    "search": search,
    "resume": resume,
    "sweep": sweep,
    "compare": compare,
    "predict": predict,
    "report": report,
}
for name, verb in VERBS.items():
    app.command(name)(verb.command)


def main() -> None:
    """Run the command line of this process."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # Keras imports TensorFlow, where it is installed, to save
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    try:
        app()
    except LayersmithError as error:
        print(f"Error: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(2)
