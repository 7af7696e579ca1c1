"""The report: one HTML file that needs nothing else, for the person who has to decide whether to use the model.

Its order is the reader's: the answer beside what it has to beat, the architecture, why this one, how it trained, where
it errs, the search, the data, how to repeat it. Every name is escaped, and nothing is loaded from elsewhere.
"""

from pathlib import Path

from layersmith.exporters.atomic import write_text
from layersmith.report.frame import render_page
from layersmith.report.sections import sections
from layersmith.study.outcome import Outcome

__all__ = ["render_report", "write_report"]


def write_report(outcome: Outcome, path: str | Path) -> Path:
    """Write the report of a finished run, whole or not at all, and return its path.

    Args:
        outcome: The run.
        path: The HTML file.
    """
    return write_text(path, render_report(outcome))


def render_report(outcome: Outcome) -> str:
    """Return the report of a finished run as HTML.

    Args:
        outcome: The run.
    """
    found = sections(outcome)
    return render_page("report.html.j2", found, board=found["search"]["board"])
