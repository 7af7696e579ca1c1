"""Two or more runs side by side: scores with intervals, what each costs, how it was searched; as one HTML file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from layersmith.errors import RunFolderError
from layersmith.exporters.atomic import write_text
from layersmith.report.bars import score_bars
from layersmith.report.formats import format_count, format_interval, format_score
from layersmith.report.frame import render_page
from layersmith.report.sections.architecture import architecture_section
from layersmith.report.sections.reproduce import reproduce_section
from layersmith.report.verdict import Verdict, compare
from layersmith.study.outcome import Outcome
from layersmith.study.progress import duration
from layersmith.validation.metrics import better, metric_named
from layersmith.validation.paired import paired_interval

__all__ = ["render_comparison", "write_comparison"]

_WORDS = {
    Verdict.BETTER: "{one} beats {other} beyond doubt: the intervals do not overlap.",
    Verdict.PROBABLY_BETTER: "{one} is probably better than {other}, not certainly: the intervals overlap.",
    Verdict.UNDECIDED: "These rows cannot tell {one} from {other}.",
}


@dataclass(frozen=True, kw_only=True)
class _Line:
    """One line of a table: a label, a value for each run, whether they differ."""

    label: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        return len(set(self.values)) > 1


def write_comparison(outcomes: Sequence[Outcome], path: str | Path) -> Path:
    """Write a page that sets finished runs side by side, whole or not at all, and return its path.

    Args:
        outcomes: The runs, two at least.
        path: The HTML file.

    Raises:
        RunFolderError: If there are fewer than two runs.
    """
    return write_text(path, render_comparison(outcomes))


def render_comparison(outcomes: Sequence[Outcome]) -> str:
    """Return the page as HTML.

    Args:
        outcomes: The runs, two at least.

    Raises:
        RunFolderError: If there are fewer than two runs.
    """
    if len(outcomes) < 2:
        raise RunFolderError(
            f"{format_count(len(outcomes), 'run')} to compare",
            expected="two runs or more",
            fix="name their folders: layersmith report --compare runs/a runs/b",
        )
    same_metric = len({outcome.answer.test.metric for outcome in outcomes}) == 1
    ordered = _ordered(outcomes) if same_metric else list(outcomes)
    names = _names(ordered)
    values = {
        "names": names,
        "rows": _rows_words(ordered),
        "bars": score_bars([(name, run.answer.test) for name, run in zip(names, ordered, strict=True)])
        if same_metric
        else [],
        "label": metric_named(ordered[0].answer.test.metric).label,
        "verdicts": _verdicts(names, ordered) if same_metric else [],
        "tables": _tables(ordered),
        "drawings": [architecture_section(run)["drawing"] for run in ordered],
        "commands": [reproduce_section(run)["command"] for run in ordered],
    }
    return render_page("compare.html.j2", values)


def _ordered(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return the runs, the best test score first."""
    metric = metric_named(outcomes[0].answer.test.metric)
    sign = -1.0 if metric.higher_is_better else 1.0
    return sorted(outcomes, key=lambda outcome: sign * outcome.answer.test.value)


def _names(outcomes: Sequence[Outcome]) -> list[str]:
    """Return the folders' names, with as many of the folders above as it takes to tell them apart."""
    paths = [outcome.folder.path.absolute().parts for outcome in outcomes]
    for depth in range(1, max(map(len, paths))):
        names = ["/".join(path[-depth:]) for path in paths]
        if len(set(names)) == len(names):
            return names
    return [str(outcome.folder.path) for outcome in outcomes]


def _share_rows(one: Outcome, other: Outcome) -> bool:
    return bool(one.data.get("fingerprint")) and one.data.get("fingerprint") == other.data.get("fingerprint")


def _rows_words(outcomes: Sequence[Outcome]) -> str:
    if all(_share_rows(outcomes[0], other) for other in outcomes[1:]):
        rows = format_count(outcomes[0].answer.test.num_rows, "test row")
        return f"All runs were tested on the same {rows} of the same data."
    return "The runs were not tested on the same rows, so a difference of their scores may be one of the rows."


def _verdicts(names: Sequence[str], outcomes: Sequence[Outcome]) -> list[str]:
    """Return how the best stands to each of the others that was tested on the same rows."""
    best, first = outcomes[0], names[0]
    others = zip(names[1:], outcomes[1:], strict=True)
    return [_verdict(first, best, name, other) for name, other in others if _share_rows(best, other)]


def _verdict(name: str, one: Outcome, other_name: str, other: Outcome) -> str:
    ours, theirs = one.answer.test, other.answer.test
    paired = _paired(one, other)
    if paired is None:
        return _WORDS[compare(ours, theirs)].format(one=name, other=other_name)
    low, high = (format_score(ours.metric, end) for end in sorted(map(abs, paired)))
    if paired[0] <= 0 <= paired[1] or not better(ours.metric, ours.value, theirs.value):
        ends = " to ".join(format_score(ours.metric, end) for end in paired)
        return f"{_WORDS[Verdict.UNDECIDED].format(one=name, other=other_name)} The difference lies within {ends}."
    return f"{name} is better than {other_name} by {low} to {high} (95 % interval of the difference, row by row)."


def _paired(one: Outcome, other: Outcome) -> tuple[float, float] | None:
    """Return the interval of the difference where both kept the same rows, and rows are independent."""
    ours, theirs = one.holdout, other.holdout
    if ours is None or theirs is None or not _share_rows(one, other) or not np.array_equal(ours.rows, theirs.rows):
        return None
    read = one.settings.get("read", {})
    if read.get("group") or read.get("time") or read.get("forecast"):
        return None
    seed = int(one.settings.get("seed", 0))
    found = paired_interval(one.answer.test.metric, ours.truth, ours.predictions, theirs.predictions, seed=seed)
    return None if found is None else (found.low, found.high)


def _tables(outcomes: Sequence[Outcome]) -> list[tuple[str, list[_Line]]]:
    values = [dict(architecture_section(outcome)["values"]) for outcome in outcomes]
    names = list(dict.fromkeys(name for each in values for name in each))
    return [
        ("Answer", _lines([_answer(outcome) for outcome in outcomes])),
        ("Architecture", _lines([_architecture(outcome) for outcome in outcomes])),
        ("Hyperparameters", _lines([{name: each.get(name, "–") for name in names} for each in values])),
        ("Search and data", _lines([_search(outcome) for outcome in outcomes])),
        ("Versions", _lines([dict(outcome.answer.versions) for outcome in outcomes])),
    ]


def _lines(columns: Sequence[dict[str, Any]]) -> list[_Line]:
    labels = list(dict.fromkeys(label for column in columns for label in column))
    return [_Line(label=label, values=tuple(str(column.get(label, "–")) for column in columns)) for label in labels]


def _answer(outcome: Outcome) -> dict[str, str]:
    test = outcome.answer.test
    return {
        "Winner": outcome.answer.title,
        "Metric": metric_named(test.metric).label,
        "Test score": format_score(test.metric, test.value),
        "95 % interval": format_interval(test) or "–",
        "Test rows": f"{test.num_rows:,}",
        **{each.name: format_score(each.score.metric, each.score.value) for each in reversed(outcome.answer.baselines)},
    }


def _architecture(outcome: Outcome) -> dict[str, str]:
    section = architecture_section(outcome)
    cost = dict(section["cost"]) or {"Parameters": section["total"]}
    return {"Layers": section["line"] or "–", **cost}


def _search(outcome: Outcome) -> dict[str, str]:
    answer, settings = outcome.answer, outcome.settings
    return {
        "Data": str(outcome.data.get("source", "–")),
        "Rows to search on": f"{outcome.data.get('search_rows', 0):,}",
        "Candidates": f"{answer.num_trials:,}",
        "Time of the whole run": duration(answer.seconds),
        "Strategy": str(settings.get("strategy", "–")),
        "Seed": str(settings.get("seed", 0)),
        "Epochs of the last training": f"{answer.refit.epochs:,} in {duration(answer.refit.seconds)}",
    }
