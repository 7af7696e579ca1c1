"""The report: one HTML file that needs nothing else, for the person who has to decide whether to use the model.

Its order is the reader's: the answer, the score beside what it has to beat, the architecture, how it trained, the other
candidates, the data, how to repeat it. Every name is escaped, and nothing is loaded from elsewhere.
"""

from pathlib import Path

import jinja2

from layersmith.exporters.atomic import write_text
from layersmith.report.curves import INK, finalists, to_svg, trial_curves
from layersmith.report.naming import trial_names
from layersmith.report.sections import sections
from layersmith.study.outcome import Outcome

__all__ = ["render_report", "write_report"]

_TEMPLATE = "template.html.j2"


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
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("layersmith", "report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(_TEMPLATE).render(**sections(outcome), curves=_curves(outcome))


def _curves(outcome: Outcome) -> list[str]:
    """Return the finalists' curves as SVG in the page's own text colour; matplotlib escapes the titles."""
    names = trial_names(outcome)
    drawn = [(trial, names[trial.number]) for trial in finalists(outcome) if trial.trainings]
    figures = [to_svg(trial_curves(trial, name), identifier=f"curve-{trial.number}") for trial, name in drawn]
    return [text.replace(INK, "currentColor") for text in figures]
