"""What a better score costs: each candidate by size or another cost, the best compromises joined, the winner marked."""

from typing import TYPE_CHECKING

import numpy as np

from layersmith.report.figures.canvas import blank, left_out, log_axis, score_axis, shown_range
from layersmith.report.figures.palette import LIGHT
from layersmith.report.figures.text import label_of, rounded
from layersmith.report.leaderboard import leaderboard
from layersmith.strategies.pareto import fronts
from layersmith.study.outcome import Outcome
from layersmith.validation.metrics import metric_named

if TYPE_CHECKING:
    import pandas as pd
    from plotly.graph_objects import Figure

__all__ = ["score_against_cost"]

_SIZE = "params"
_LABELS = {
    _SIZE: "trainable parameters",
    "macs": "multiply-accumulates of a prediction",
    "model_bytes": "bytes of the weights",
    "activation_bytes": "bytes of the activations",
    "latency_ms": "latency (ms)",
}


def score_against_cost(outcome: Outcome, cost: str = _SIZE) -> "Figure":
    """Return the candidates of the search by cost and validation score.

    Args:
        outcome: A finished run.
        cost: `params`, or one of the costs that the search made small as well.
    """
    metric, label = metric_named(outcome.answer.test.metric), _LABELS[cost]
    board = _board(outcome, cost)
    limits = shown_range(board["score"], higher_is_better=metric.higher_is_better)
    title = f"Score against {label} (n = {len(board):,} candidates{left_out(board['score'], limits)})"
    figure = blank(title, x=label, y="", height=360)
    is_winner = board["winner"].astype(bool)
    others, winner = board[~is_winner], board[is_winner]
    _add_points(figure, others, "candidate", colour=LIGHT["muted"], size=7, symbol="circle")
    if len(board):
        front = _front(board, higher_is_better=metric.higher_is_better)
        figure.add_scatter(
            x=rounded([*front["cost"], board["cost"].max()], digits=6),  # nothing dearer is better either
            y=rounded([*front["score"], front["score"].iloc[-1]]),
            mode="lines",
            line={"color": LIGHT["second"], "width": 1.5, "shape": "hv"},
            name="best at this cost or less",
            hoverinfo="skip",
        )
    _add_points(figure, winner, "winner", colour=LIGHT["accent"], size=14, symbol="star")
    figure.update_xaxes(**log_axis(board["cost"].tolist()))
    figure.update_yaxes(**score_axis(metric.name), range=limits)
    return figure


def _board(outcome: Outcome, cost: str) -> "pd.DataFrame":
    """Return the candidates with a score and a cost above 0, the cheapest first."""
    board = leaderboard(outcome)
    board = board[board["score"].notna()]
    costs = [_SIZE, *outcome.settings.get("costs", ())]
    place = costs.index(cost)  # the score itself is the first objective
    paid = {trial.number: trial.objectives[place] for trial in outcome.trials if place < len(trial.objectives)}
    if cost == _SIZE:
        paid = dict(zip(board["trial"], board[_SIZE], strict=True))
    board = board.assign(cost=[paid.get(number, 0) for number in board["trial"]])
    return board[board["cost"] > 0].sort_values("cost")


def _front(board: "pd.DataFrame", *, higher_is_better: bool) -> "pd.DataFrame":
    scores = board["score"] * (-1.0 if higher_is_better else 1.0)
    [places] = fronts(np.column_stack([board["cost"], scores]).astype(np.float64), 1)
    return board.iloc[np.sort(places)]


def _add_points(figure: "Figure", board: "pd.DataFrame", name: str, *, colour: str, size: int, symbol: str) -> None:
    figure.add_scatter(
        x=rounded(board["cost"], digits=6),
        y=rounded(board["score"]),
        mode="markers",
        name=name,
        marker={"color": colour, "size": size, "symbol": symbol},
        text=[
            f"{label_of(row.name_)} (trial {row.trial})" for row in board.rename(columns={"name": "name_"}).itertuples()
        ],
        hovertemplate="%{text}<br>%{x:,}, %{y}<extra></extra>",
    )
