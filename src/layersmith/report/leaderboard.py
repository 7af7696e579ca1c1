"""Trials as people compare them: one row per candidate, finalists first, and why others failed.

A candidate's `score` is the one of the search, which is too good for whoever leads, for it was chosen by it. Finalists
have a second one on fresh splits beside it, `final_score`, and only that ranks them.
"""

from collections import Counter
from dataclasses import replace
from typing import Any

import pandas as pd

from layersmith.records import Trial
from layersmith.report.naming import searched_number, trial_names
from layersmith.study.finalists import rank
from layersmith.study.outcome import Outcome
from layersmith.study.selection import pooled
from layersmith.validation.metrics import metric_named

__all__ = ["COLUMNS", "failures", "finalists", "leaderboard", "ranked", "ranked_finals"]

_MOST_FINALISTS = 3

COLUMNS = (
    "rank",
    "name",
    "score",
    "final_score",
    "params",
    "epochs",
    "seconds",
    "phase",
    "trial",
    "winner",
)


def ranked(outcome: Outcome) -> list[tuple[Trial, Trial | None]]:
    """Return every complete candidate with its final, or `None`, best first; the winner leads.

    Args:
        outcome: A finished run.

    Returns:
        Pairs of the search's trial and the final on fresh splits.
    """
    higher = metric_named(outcome.answer.test.metric).higher_is_better
    searched = rank([trial for trial in outcome.trials if trial.phase == "search"], higher_is_better=higher)
    by_number = {trial.number: trial for trial in searched}
    pairs: list[tuple[Trial, Trial | None]] = []
    for final in ranked_finals(outcome):
        number = searched_number(final)
        pairs.append((by_number.pop(number, replace(final, score=float("nan"))), final))
    pairs += [(trial, None) for trial in searched if trial.number in by_number]
    return sorted(pairs, key=lambda pair: not _won(outcome, *pair))


def ranked_finals(outcome: Outcome) -> list[Trial]:
    """Return one trial for each finalist, all its rounds pooled, the best score first.

    Args:
        outcome: A finished run.
    """
    higher = metric_named(outcome.answer.test.metric).higher_is_better
    return rank(pooled([trial for trial in outcome.trials if trial.phase == "final"]), higher_is_better=higher)


def leaderboard(outcome: Outcome) -> pd.DataFrame:
    """Return the complete candidates, best first.

    Args:
        outcome: A finished run.

    Returns:
        Columns `rank` from 1, `name`, `score` (validation, of the search), `final_score` (validation on fresh splits,
        NaN for those that were no finalists), `params`, `epochs`, `seconds` (search and final together), `phase`
        (`final` or `search`, how far it came), `trial` (its number) and `winner`.
    """
    names = trial_names(outcome)
    rows = [_row(outcome, names, place, *pair) for place, pair in enumerate(ranked(outcome), start=1)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def finalists(outcome: Outcome) -> list[Trial]:
    """Return the trials that named the winner, best first: the finals, or the search's best where there were none.

    Args:
        outcome: A finished run.
    """
    pairs = ranked(outcome)
    finals = [final for _, final in pairs if final is not None]
    return (finals or [trial for trial, _ in pairs])[:_MOST_FINALISTS]


def failures(outcome: Outcome) -> pd.DataFrame:
    """Return why trials failed or were refused, the most frequent reason first.

    Columns are `state`, `reason` (its first line; of what was refused the cost alone), `count` and `names`.
    """
    names = trial_names(outcome)
    failed = [trial for trial in outcome.trials if trial.state in ("failed", "refused")]
    counts = Counter((trial.state, _reason(trial)) for trial in failed)
    rows = [
        {
            "state": state,
            "reason": reason,
            "count": count,
            "names": ", ".join(sorted({names[trial.number] for trial in failed if _reason(trial) == reason})),
        }
        for (state, reason), count in counts.most_common()
    ]
    return pd.DataFrame(rows, columns=["state", "reason", "count", "names"])


def _won(outcome: Outcome, searched: Trial, final: Trial | None) -> bool:
    answer = outcome.answer
    return answer.winner.number in (searched.number, final.number if final else -1)


def _row(outcome: Outcome, names: dict[int, str], place: int, searched: Trial, final: Trial | None) -> dict[str, Any]:
    runs = searched.trainings + (final.trainings if final else ())
    return {
        "rank": place,
        "name": names[searched.number],
        "score": searched.score,
        "final_score": final.score if final else float("nan"),
        "params": searched.params,
        "epochs": max((training.epochs for training in runs), default=0),
        "seconds": searched.seconds + (final.seconds if final else 0.0),
        "phase": "final" if final else "search",
        "trial": searched.number,
        "winner": _won(outcome, searched, final),
    }


def _reason(trial: Trial) -> str:
    if trial.state == "refused":
        return f"{trial.reason.split(maxsplit=1)[0]} over the limit"
    return next((line.strip() for line in trial.reason.splitlines() if line.strip()), "no reason was recorded")
