"""What the page says, section by section, as plain values for its template."""

import math
from collections.abc import Sequence
from typing import Any

from layersmith.records import Candidate, Score
from layersmith.report.bars import score_bars
from layersmith.report.formats import format_count, format_interval, format_score
from layersmith.report.leaderboard import failures, leaderboard, ranked
from layersmith.report.reproduce import command_line
from layersmith.report.words import answer_paragraphs
from layersmith.study.answer import Answer
from layersmith.study.outcome import Outcome
from layersmith.study.progress import duration
from layersmith.validation.metrics import METRICS, metric_named

__all__ = ["sections"]

_STOPPED = {
    "finished": "all planned epochs ran",
    "patience": "the validation loss stopped improving",
    "time": "its time was up",
    "diverged": "the loss diverged",
    "interrupted": "it was interrupted",
}
_FACTS = (
    ("Source", "source"),
    ("Kind", "kind"),
    ("Task", "task"),
    ("Rows", "rows"),
    ("Rows to search on", "search_rows"),
    ("Rows to test on", "test_rows"),
)
_MOST_CLASSES = 30


def sections(outcome: Outcome) -> dict[str, Any]:
    """Return the values of every section.

    Args:
        outcome: A finished run.
    """
    return {
        "answer": _answer(outcome.answer),
        "scores": _scores(outcome.answer),
        "architecture": _architecture(outcome),
        "training": _training(outcome.answer),
        "candidates": _candidates(outcome),
        "has_finals": any(final is not None for _, final in ranked(outcome)),
        "failures": failures(outcome).to_dict("records"),
        "data": _data(outcome),
        "reproduce": _reproduce(outcome),
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "title": answer.title,
        "paragraphs": answer_paragraphs(answer),
        "label": metric_named(answer.test.metric).label,
        "score": format_score(answer.test.metric, answer.test.value),
        "interval": format_interval(answer.test),
        "rows": format_count(answer.test.num_rows, "test row"),
    }


def _named_scores(answer: Answer) -> list[tuple[str, Score]]:
    """Return the winner's score, then the baselines', the one that is hardest to beat first as a rule."""
    return [(answer.title, answer.test), *((baseline.name, baseline.score) for baseline in reversed(answer.baselines))]


def _scores(answer: Answer) -> dict[str, Any]:
    metric = metric_named(answer.test.metric)
    named = _named_scores(answer)
    extra = [name for name in answer.test.extra if name in METRICS]
    return {
        "bars": score_bars(named),
        "label": metric.label,
        "direction": "longer is better" if metric.higher_is_better else "shorter is better",
        "names": [name for name, _ in named],
        "extra": [(METRICS[name].label, [_extra(score, name) for _, score in named]) for name in extra],
    }


def _extra(score: Score, name: str) -> str:
    return format_score(name, score.extra[name]) if name in score.extra else "–"


def _architecture(outcome: Outcome) -> dict[str, Any]:
    answer, facts = outcome.answer, outcome.answer.facts
    layers = [_layer(layer) for layer in facts.get("layers", ())]
    return {
        "line": facts.get("architecture", ""),
        "layers": layers,
        "total": f"{facts.get('total_params', answer.winner.params):,}",
        "source": answer.source,
        "values": _values(answer.winner.candidate),
        "code": outcome.source if outcome.folder.source.is_file() else "",
    }


def _layer(layer: dict[str, Any]) -> dict[str, str]:
    shape = " × ".join("any" if size is None else str(size) for size in layer.get("output_shape", ())[1:])
    params = int(layer.get("params", 0))
    name, kind = str(layer.get("name", "")), str(layer.get("class", ""))
    return {"name": name, "class": kind, "shape": shape or "1", "params": f"{params:,}" if params else "–"}


def _training(answer: Answer) -> dict[str, Any]:
    refit = answer.refit
    return {
        "rows": f"{answer.train_rows:,}",
        "epochs": format_count(refit.epochs, "epoch"),
        "seconds": duration(refit.seconds),
        "stopped": _STOPPED.get(refit.stopped, refit.stopped),
        "phase": answer.winner.phase,
    }


def _candidates(outcome: Outcome) -> list[dict[Any, Any]]:
    metric = outcome.answer.test.metric
    rows: list[dict[Any, Any]] = leaderboard(outcome).to_dict("records")
    return [
        {
            **row,
            "shown_score": _measured(metric, row["score"]),
            "shown_final": _measured(metric, row["final_score"]),
            "origin": searched.candidate.origin,
            "values": _values(searched.candidate),
        }
        for row, (searched, _) in zip(rows, ranked(outcome), strict=True)
    ]


def _measured(metric: str, value: float) -> str:
    return "" if math.isnan(value) else format_score(metric, value)


def _values(candidate: Candidate) -> list[tuple[str, str]]:
    return [
        (name, f"{value:.4g}" if isinstance(value, float) else str(value)) for name, value in candidate.values.items()
    ]


def _data(outcome: Outcome) -> dict[str, Any]:
    data = outcome.data
    facts = [(label, data.get(key)) for label, key in _FACTS]
    facts.append(("Targets" if data.get("task") == "multiregression" else "Classes", _classes(data.get("classes", ()))))
    return {
        "facts": [(label, f"{value:,}" if isinstance(value, int) else str(value)) for label, value in facts if value],
        "notes": [str(note) for note in data.get("notes", ())],
        "warnings": [str(warning) for warning in data.get("warnings", ())],
    }


def _classes(names: Sequence[Any]) -> str:
    shown = ", ".join(str(name) for name in names[:_MOST_CLASSES])
    return shown if len(names) <= _MOST_CLASSES else f"{shown} and {len(names) - _MOST_CLASSES} more"


def _reproduce(outcome: Outcome) -> dict[str, Any]:
    return {
        "command": command_line(outcome.settings),
        "folder": str(outcome.folder.path),
        "seed": str(outcome.settings.get("seed", 0)),
        "versions": [(name, str(version)) for name, version in outcome.answer.versions.items()],
    }
