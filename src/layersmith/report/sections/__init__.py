"""What the page says, section by section, as plain values for its template.

answer          the score in words, beside the baselines
architecture    the drawing, the layers, the cost, the source
reasons         what mattered in the search, and what a better score costs
training        how the finalists trained
errors          where the winner errs on the test rows
search          the candidates and what became of them
data            what was inferred and counted
reproduce       the command, the seed, the versions
"""

from typing import Any

from layersmith.report.sections.answer import answer_section, scores_section
from layersmith.report.sections.architecture import architecture_section
from layersmith.report.sections.data import data_section
from layersmith.report.sections.errors import errors_section
from layersmith.report.sections.reasons import reasons_section
from layersmith.report.sections.reproduce import reproduce_section
from layersmith.report.sections.search import search_section
from layersmith.report.sections.training import training_section
from layersmith.study.outcome import Outcome

__all__ = ["sections"]


def sections(outcome: Outcome) -> dict[str, Any]:
    """Return the values of every section, by name.

    Args:
        outcome: A finished run.
    """
    return {
        "answer": answer_section(outcome.answer),
        "scores": scores_section(outcome.answer),
        "architecture": architecture_section(outcome),
        "reasons": reasons_section(outcome),
        "training": training_section(outcome),
        "errors": errors_section(outcome),
        "search": search_section(outcome),
        "data": data_section(outcome),
        "reproduce": reproduce_section(outcome),
    }
