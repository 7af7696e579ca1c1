"""How often intervals hold the truth, and how often equal models are told apart, on simulated data with known truth.

    coverage          the 95 % interval of the reported test score (`validation.intervals`): data sets of 250 rows with
                      answers of a fixed quality; the truth is the metric on 400,000 rows
    false positives   `compare`'s test (`experiments.comparison`), on data whose halves of features say equally much:
                      one model sees the left half, the other the right, so that neither is the better one. Cheap
                      predictors on many data sets, and dense networks through the engine on fewer

A share of 95 % on 2,000 data sets is measured to one percent (two standard errors).
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from measure import Figure, Report, main
from numpy.typing import NDArray
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LinearRegression

from layersmith.experiments.about import About
from layersmith.experiments.comparison import Comparison, compared
from layersmith.experiments.cross_validation import judged
from layersmith.experiments.fold_runner import FoldTraining
from layersmith.experiments.partition import partition
from layersmith.experiments.sample import Sample, read_sample
from layersmith.records import Cost, Split, Training
from layersmith.validation.intervals import score
from layersmith.validation.metrics import metric_named

__all__ = ["METRICS", "coverage", "false_positives", "network_comparison", "predictor_comparison"]

Array = NDArray[Any]
ROWS, POPULATION = 250, 400_000
LEARNED_ROWS, HALF = 120, 4
FREE = Cost(params=0, trainable_params=0, macs=0, model_bytes=0, activation_bytes=0, training_bytes=0)
NOTHING = About(cost=FREE, facts=None)
FINISHED = Training(curves={"loss": (0.0,)}, best_epoch=1, planned_epochs=1, seconds=0.0, stopped="finished")


def binary_answers(rows: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return classes, two in five of them 1, and probabilities that are right most of the time."""
    y = (rng.random(rows) < 0.4).astype(np.int64)
    return y, 1 / (1 + np.exp(-(1.2 * (2 * y - 1) + rng.normal(0, 1.5, rows))))


def class_answers(rows: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return four classes of different sizes and their probabilities `(rows, 4)`."""
    y = rng.choice(4, rows, p=[0.4, 0.3, 0.2, 0.1])
    raised = np.exp(rng.normal(size=(rows, 4)) + 1.8 * np.eye(4)[y])
    return y, raised / raised.sum(axis=1, keepdims=True)


def amount_answers(rows: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return positive amounts, and answers whose errors are Laplace's, twice as long in the tails as normal ones."""
    y = 10 + 2 * rng.normal(size=rows)
    return y, y + rng.laplace(size=rows)


METRICS: Mapping[str, tuple[Callable[[int, np.random.Generator], tuple[Array, Array]], Sequence[str]]] = {
    "binary": (binary_answers, ("accuracy", "auc", "balanced_accuracy", "f1", "log_loss", "brier")),
    "multiclass": (class_answers, ("accuracy", "balanced_accuracy", "macro_f1", "auc_ovr", "log_loss")),
    "regression": (amount_answers, ("rmse", "mae", "r2", "mape")),
}


def coverage(task: str, metric: str, *, datasets: int, seed: int = 0) -> float:
    """Return the share of simulated test sets whose 95 % interval holds the truth.

    Args:
        task: An entry of `METRICS`.
        metric: One of its metrics.
        datasets: Test sets to draw.
        seed: Seed of the draws.
    """
    draw, rng = METRICS[task][0], np.random.default_rng(seed)
    truth = metric_named(metric).compute(*draw(POPULATION, rng))
    held = 0
    for number in range(datasets):
        interval = score(metric, *draw(ROWS, rng), seed=number).interval
        held += interval is not None and interval.low <= truth <= interval.high
    return held / datasets


def two_halves(task: str, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return features `(rows, 2 * HALF)` whose halves say equally much about the target."""
    x = rng.normal(size=(LEARNED_ROWS, 2 * HALF)).astype(np.float32)
    signal = x[:, 0] + x[:, HALF] + 0.5 * rng.normal(size=LEARNED_ROWS)
    return x, (signal > 0).astype(np.int64) if task == "binary" else signal


def predictor_comparison(task: str, rng: np.random.Generator, *, folds: int, repeats: int = 1) -> Comparison:
    """Return the comparison of two linear predictors, each on its half of one simulated data set."""
    sample = read_sample(*two_halves(task, rng))
    splits = partition(sample, folds, repeats=repeats, seed=int(rng.integers(2**31)))
    halves = {"left": slice(0, HALF), "right": slice(HALF, None)}
    metric = "accuracy" if task == "binary" else "rmse"
    return compared(
        {
            name: judged(
                sample,
                splits,
                [_predicted(sample, split, half) for repeat in splits for split in repeat],
                metrics=[metric],
                about=NOTHING,
            )
            for name, half in halves.items()
        }
    )


def _predicted(sample: Sample, split: Split, half: slice) -> FoldTraining:
    x, y = sample.features(sample.rows)["x"][:, half], sample.targets
    predictor: Any = LinearDiscriminantAnalysis() if sample.labels is not None else LinearRegression()
    predictor.fit(x[split.train], y[split.train])
    held = x[split.validation]
    answers = predictor.predict_proba(held)[:, 1:] if sample.labels is not None else predictor.predict(held)[:, None]
    return FoldTraining(training=FINISHED, predictions=np.asarray(answers, np.float64), targets=y[split.validation])


def network_comparison(task: str, rng: np.random.Generator, *, folds: int, epochs: int = 15) -> Comparison:
    """Return the comparison of two dense networks, each on its half of one simulated data set, through the engine."""
    import layersmith as ls

    x, y = two_halves(task, rng)
    models = {name: partial(_network, crop, task) for name, crop in (("left", (0, HALF)), ("right", (HALF, 0)))}
    seed = int(rng.integers(2**31))
    return ls.compare(models, x[..., None], y, folds=folds, epochs=epochs, batch_size=16, seed=seed)


def _network(crop: tuple[int, int], task: str) -> Any:
    import keras

    head = keras.layers.Dense(1, "sigmoid" if task == "binary" else None)
    layers = [keras.layers.Cropping1D(crop), keras.layers.Flatten(), keras.layers.Dense(8, "relu"), head]
    model = keras.Sequential([keras.Input((2 * HALF, 1)), *layers])
    model.compile(keras.optimizers.Adam(0.02), "binary_crossentropy" if task == "binary" else "mse")
    return model


def false_positives(comparison: Callable[[np.random.Generator], Comparison], *, datasets: int, seed: int = 0) -> float:
    """Return the share of simulated data sets on which two equally good models are told apart.

    Args:
        comparison: Draws a data set and compares two models on it.
        datasets: Data sets to draw.
        seed: Seed of the draws.
    """
    rng = np.random.default_rng(seed)
    return sum(comparison(rng).differences[0].told_apart for _ in range(datasets)) / datasets


def measure(quick: bool) -> Report:
    """Measure every metric's coverage and every kind of comparison."""
    datasets, cheap, trained = (20, 20, 3) if quick else (2000, 2000, 200)
    figures = [
        Figure(
            what=f"coverage of the 95 % interval, {task} {metric}, {datasets} test sets",
            value=100 * coverage(task, metric, datasets=datasets),
            unit="%",
            wanted="93 to 97 %",
        )
        for task, (_, metrics) in METRICS.items()
        for metric in metrics
    ]
    for task in ("binary", "regression"):
        for folds, repeats in ((5, 1), (10, 1), (5, 4)):
            compare = partial(predictor_comparison, task, folds=folds, repeats=repeats)
            share = false_positives(compare, datasets=cheap)
            what = f"equal predictors told apart, {task}, {folds} folds, {repeats} repeats, {cheap} data sets"
            figures.append(Figure(what=what, value=100 * share, unit="%", wanted="at most 5 %"))
        share = false_positives(partial(network_comparison, task, folds=5), datasets=trained)
        what = f"equal networks told apart by ls.compare, {task}, 5 folds, {trained} data sets"
        figures.append(Figure(what=what, value=100 * share, unit="%", wanted="at most 5 %"))
    return Report(title="Intervals and comparisons on data with known truth", figures=figures)


if __name__ == "__main__":
    main(__file__, measure, {})
