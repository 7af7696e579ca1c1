"""The answer: the score with its interval, in words and beside what it has to beat."""

from typing import Any

from layersmith.records import Score
from layersmith.report.bars import score_bars
from layersmith.report.formats import format_count, format_interval, format_score
from layersmith.report.words import answer_paragraphs
from layersmith.study.answer import Answer
from layersmith.validation.metrics import METRICS, metric_named

__all__ = ["answer_section", "scores_section"]


def answer_section(answer: Answer) -> dict[str, Any]:
    """Return the title, the sentences and the score.

    Args:
        answer: What a run says.
    """
    return {
        "title": answer.title,
        "paragraphs": answer_paragraphs(answer),
        "label": metric_named(answer.test.metric).label,
        "score": format_score(answer.test.metric, answer.test.value),
        "interval": format_interval(answer.test),
        "rows": format_count(answer.test.num_rows, "test row"),
    }


def scores_section(answer: Answer) -> dict[str, Any]:
    """Return the winner's score and the baselines' as bars, and further metrics on the same rows.

    Args:
        answer: What a run says.
    """
    metric = metric_named(answer.test.metric)
    named = [(answer.title, answer.test), *((each.name, each.score) for each in reversed(answer.baselines))]
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
