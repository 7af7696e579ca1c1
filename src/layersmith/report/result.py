"""What `layersmith.search` and `layersmith.load` return: a finished run to look at and to use."""

from html import escape
from pathlib import Path

import pandas as pd

from layersmith.records import Score
from layersmith.report.best import Best
from layersmith.report.compromises import pareto
from layersmith.report.console import print_summary
from layersmith.report.formats import format_score
from layersmith.report.leaderboard import leaderboard
from layersmith.report.page import render_report, write_report
from layersmith.report.showing import show_page
from layersmith.report.words import answer_text
from layersmith.study.outcome import Outcome

__all__ = ["Result"]


class Result:
    """A finished run.

    Args:
        outcome: The run, as its folder holds it.
    """

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self.best = Best(outcome)

    @property
    def outcome(self) -> Outcome:
        """All that is known of the run."""
        return self._outcome

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return self._outcome.folder.path

    @property
    def test_score(self) -> Score:
        """The winner's score on the rows no decision had seen, with its interval."""
        return self._outcome.answer.test

    def summary(self) -> None:
        """Print the answer, the baselines and the best candidates."""
        print_summary(self._outcome)

    def leaderboard(self) -> pd.DataFrame:
        """Return the candidates as a table, best first."""
        return leaderboard(self._outcome)

    @property
    def pareto(self) -> pd.DataFrame:
        """The best compromises between the objectives: candidates that none beats in one without losing in another.

        Columns are those of `leaderboard()` and one for each objective, rows in the order of the metric, best first.
        With one objective it is the best candidate alone.
        """
        return pareto(self._outcome)

    def save_report(self, path: str | Path = "report.html") -> Path:
        """Write the report as one HTML file that needs nothing else, and return its path."""
        return write_report(self._outcome, path)

    def show(self) -> Path | None:
        """Show the report: below the cell of a notebook, elsewhere in the browser; return its file then."""
        return show_page(render_report(self._outcome), self._outcome.folder.report)

    def __repr__(self) -> str:
        score = self.test_score
        shown = format_score(score.metric, score.value)
        return f"<Result {self._outcome.answer.title!r}: test {score.metric} {shown}, in {self.folder}>"

    def _repr_html_(self) -> str:
        """Return the answer as a small block for notebooks."""
        title, text = escape(self._outcome.answer.title), escape(answer_text(self._outcome))
        return (
            '<div style="max-width: 42em; padding: 0.2em 1em; border-left: 3px solid #2f6f9f; line-height: 1.5">'
            f"<p><strong>{title}</strong></p><p>{text}</p><p><code>{escape(str(self.folder))}</code></p></div>"
        )
