"""A page before the user's eyes: in a frame of a notebook, or in the browser."""

import html
import sys
import webbrowser
from pathlib import Path

from layersmith.exporters.atomic import write_text

__all__ = ["in_notebook", "show_page"]

_HEIGHT = 800  # pixels of the frame


def show_page(page: str, path: Path) -> Path | None:
    """Show a page: in a notebook in a frame of its own, elsewhere written to a file and opened in the browser.

    Args:
        page: HTML that needs nothing else.
        path: The file to write, where there is no notebook.

    Returns:
        The file that was written; None in a notebook. A machine without a browser has at least that.
    """
    if not in_notebook():
        webbrowser.open(write_text(path, page).absolute().as_uri())
        return path
    from IPython.display import display

    frame = f'<iframe srcdoc="{html.escape(page)}" width="100%" height="{_HEIGHT}" style="border: 0"></iframe>'
    display({"text/html": frame, "text/plain": str(path)}, raw=True)
    return None


def in_notebook() -> bool:
    """Whether this process runs the cells of a notebook: IPython is there already, and not on a terminal."""
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython
    from IPython.terminal.interactiveshell import TerminalInteractiveShell

    shell = get_ipython()
    return shell is not None and not isinstance(shell, TerminalInteractiveShell)
