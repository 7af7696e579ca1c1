"""The one look at the holdout: the winner's score and the baselines', on the same rows."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layersmith.data.content import SeriesContent
from layersmith.data.dataset import Dataset
from layersmith.data.problem import Problem
from layersmith.data.spec import Kind
from layersmith.graph import feed
from layersmith.records import Score
from layersmith.study.answer import Baseline
from layersmith.validation import baselines, intervals, metrics
from layersmith.validation.splits import Holdout

__all__ = ["predict_holdout", "score_baselines", "score_holdout"]


def predict_holdout(model: Any, dataset: Dataset, parts: Holdout) -> NDArray[Any]:
    """Return what the finished model says of the holdout's rows `(rows, outputs)`.

    The model is the one the user gets: raw inputs in, answers in the user's unit out.

    Args:
        model: The assembled Keras model.
        dataset: Encoded rows.
        parts: Which rows are the holdout's.
    """
    x = {name: values[parts.holdout] for name, values in dataset.x.items()}
    return np.asarray(model.predict(feed(model, x), batch_size=1024, verbose=0))


def score_holdout(
    predictions: NDArray[Any], dataset: Dataset, problem: Problem, parts: Holdout, *, metric: str, seed: int
) -> Score:
    """Return the score of predictions for the holdout, with its interval.

    Args:
        predictions: What a model says of its rows.
        dataset: Encoded rows.
        problem: What ties rows together.
        parts: Which rows are the holdout's.
        metric: The objective.
        seed: Seed of the interval's resampling.
    """
    rows = parts.holdout
    y = dataset.y[rows]
    clusters = problem.groups[rows] if problem.groups is not None else problem.duplicates[rows]
    is_forecast = dataset.spec.kind is Kind.FORECAST
    found = intervals.score(
        metric,
        y,
        predictions,
        seed=seed,
        clusters=None if is_forecast else clusters,
        ordered=problem.ordered,
    )
    return intervals.with_extra(found, y, predictions, metrics.report_metrics(dataset.spec.task, dataset.spec.kind))


def score_baselines(
    dataset: Dataset, problem: Problem, parts: Holdout, *, metric: str, seed: int, seconds: float | None
) -> tuple[Baseline, ...]:
    """Return what the winner has to beat: a constant, and gradient boosting or a linear model.

    Args:
        dataset: Encoded rows.
        problem: What ties rows together.
        parts: Search rows and holdout rows.
        metric: The objective.
        seed: Seed of the models and of the intervals' resampling.
        seconds: Seconds that may be left for them; None for no limit.
    """
    spec, train, test = dataset.spec, parts.search, parts.holdout
    x_train = {name: values[train] for name, values in dataset.x.items()}
    x_test = {name: values[test] for name, values in dataset.x.items()}
    found = [
        _constant(problem, dataset, x_test, dataset.y[train], len(test)),
        baselines.reference(spec.kind, spec.task, x_train, dataset.y[train], x_test, seed=seed, seconds=seconds),
    ]
    return tuple(
        Baseline(name=name, score=score_holdout(predictions, dataset, problem, parts, metric=metric, seed=seed))
        for name, predictions in found
    )


def _constant(problem: Problem, dataset: Dataset, x_test: Any, y_train: Any, num_rows: int) -> tuple[str, Any]:
    task = dataset.spec.task
    if not isinstance(problem.content, SeriesContent):
        name = "a constant (the class shares)" if task.is_classification else "a constant (the mean)"
        return name, baselines.constant(task, y_train, num_rows)
    season = problem.content.season or 1
    name = "the last season repeated" if season > 1 else "the last value repeated"
    return name, baselines.constant(task, y_train, num_rows, windows=x_test["series"], season=season)
