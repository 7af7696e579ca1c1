"""Whether a metric is to be made small or large."""

import re
from typing import Any

import keras

__all__ = ["infer_metric_direction"]

_SMALL = {"ce", "crossentropy", "loss"}  # as Keras' logs abbreviate them
_LARGE = {
    "AUC",
    "Accuracy",
    "BinaryAccuracy",
    "BinaryIoU",
    "CategoricalAccuracy",
    "ConcordanceCorrelation",
    "CosineSimilarity",
    "F1Score",
    "FBetaScore",
    "IoU",
    "MeanIoU",
    "OneHotIoU",
    "OneHotMeanIoU",
    "PearsonCorrelation",
    "Precision",
    "PrecisionAtRecall",
    "R2Score",
    "Recall",
    "RecallAtPrecision",
    "SensitivityAtSpecificity",
    "SparseCategoricalAccuracy",
    "SparseTopKCategoricalAccuracy",
    "SpecificityAtSensitivity",
    "TopKCategoricalAccuracy",
    "TrueNegatives",
    "TruePositives",
    "acc",
    "accuracy",
    "binary_accuracy",
    "categorical_accuracy",
    "sparse_categorical_accuracy",
}


def infer_metric_direction(metric: Any) -> str | None:
    """Return whether a metric is to be made small or large.

    KerasTuner knows accuracies, counts and what is built on precision and recall; scores, correlations and overlaps
    count as large here too. Every other metric or loss of Keras' is to be made small.

    Args:
        metric: A name as in Keras' logs (`val_accuracy`), a metric, a loss, or a function of Keras'.

    Returns:
        `min`, `max`, or None for what Keras does not know.

    Example:
        >>> infer_metric_direction("val_accuracy"), infer_metric_direction("val_loss"), infer_metric_direction("mine")
        ('max', 'min', None)
    """
    name = _canonical(metric.removeprefix("val_").removeprefix("weighted_")) if isinstance(metric, str) else _of(metric)
    if name in _LARGE:
        return "max"
    known = name in _SMALL or hasattr(keras.metrics, name) or hasattr(keras.losses, name)
    return "min" if known else None


def _canonical(name: str) -> str:
    """Return the name of Keras' metric, else of its loss, that goes by `name` in logs, as in `mean_io_u_1`."""
    if name in _LARGE | _SMALL:
        return name
    folded = re.sub(r"_\d+$", "", name).replace("_", "")
    for family in (keras.metrics, keras.losses):
        classes = (kind for kind in vars(family).values() if isinstance(kind, type))
        found = next((kind.__name__ for kind in classes if kind.__name__.casefold() == folded.casefold()), "")
        if found:
            return found
    return _abbreviated(name)


def _abbreviated(name: str) -> str:
    """Return what an abbreviation as `mse` stands for in Keras."""
    try:
        return _of(keras.metrics.deserialize(name))
    except ValueError:  # no metric of Keras'
        return name


def _of(metric: Any) -> str:
    if isinstance(metric, keras.metrics.MeanMetricWrapper) and type(metric) is keras.metrics.MeanMetricWrapper:
        metric = metric._fn
    return str(getattr(metric, "__name__", type(metric).__name__))
