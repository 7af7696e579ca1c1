"""The search: every candidate as a row, thrifty enough for thousands; the best so far; what failed and why."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from layersmith.records import Candidate, Trial
from layersmith.report.charts import chart_of
from layersmith.report.figures import best_so_far
from layersmith.report.formats import format_score
from layersmith.report.leaderboard import failures, leaderboard, ranked
from layersmith.report.sections.architecture import shown_values
from layersmith.study.outcome import Outcome

__all__ = ["search_section"]


def search_section(outcome: Outcome) -> dict[str, Any]:
    """Return the candidates, the failures and the chart of the search.

    Args:
        outcome: A finished run.
    """
    pairs = ranked(outcome)
    rows = leaderboard(outcome).to_dict("records")
    metric = outcome.answer.test.metric
    names = list(dict.fromkeys(name for searched, _ in pairs for name in searched.candidate.values))
    places = {name: place for place, name in enumerate(names)}
    return {
        "has_finals": any(final is not None for _, final in pairs),
        "num_rows": f"{len(rows):,}",
        "board": {
            "hyperparameters": names,
            "rows": [
                _row(row, metric, searched.candidate, places) for row, (searched, _) in zip(rows, pairs, strict=True)
            ],
        },
        "stopped_early": sum(trial.state == "pruned" for trial in outcome.trials),
        "validated": _validated(outcome, pairs),
        "failures": failures(outcome).to_dict("records"),
        "progress": chart_of("best-so-far", best_so_far(outcome)) if rows else None,
    }


def _validated(outcome: Outcome, pairs: Sequence[tuple[Trial, Trial | None]]) -> str:
    """Return how many rows a validation score of the search rests on, or nothing where that is not known."""
    folds = max((len(searched.trainings) for searched, _ in pairs), default=0)
    rows = int(outcome.data.get("search_rows", 0))
    if not folds or not rows:
        return ""
    return f"about {round(rows / 5):,} rows" if folds == 1 else f"{rows:,} rows in {folds} folds"


def _row(row: Mapping[Any, Any], metric: str, candidate: Candidate, places: Mapping[str, int]) -> list[Any]:
    """Return one candidate as the page's script takes it: pairs of a number and its text where the two differ."""
    values = [part for name, value in shown_values(candidate) for part in (places[name], value)]
    return [
        row["rank"],
        row["name"],
        _measured(metric, row["score"]),
        _measured(metric, row["final_score"]),
        row["params"],
        row["epochs"],
        round(row["seconds"], 1),
        row["trial"],
        candidate.origin,
        int(row["winner"]),
        values,
    ]


def _measured(metric: str, value: float) -> list[Any]:
    return [None, ""] if math.isnan(value) else [float(f"{value:.6g}"), format_score(metric, value)]
