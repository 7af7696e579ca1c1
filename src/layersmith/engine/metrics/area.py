"""Areas under curves: ROC, precision-recall, and precision-recall gain (`AUC`, keras/src/metrics/confusion_metrics.py).

The interpolation of precision-recall curves is that of Davis and Goadrich, ICML 2006.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp

from layersmith.engine.losses.rows import divide_or_zero
from layersmith.engine.losses.shapes import match_ranks
from layersmith.engine.metrics.confusion import COUNTS, Thresholds, count_confusion, zero_counts
from layersmith.engine.metrics.metric import Metric, State
from layersmith.engine.metrics.weights import Weights

__all__ = ["CURVES", "SUMMATIONS", "Area", "area_under_curve"]


@dataclass(frozen=True, kw_only=True)
class Area:
    """Which area is meant.

    Attributes:
        thresholds: Where the curve has its points.
        curve: `ROC`, `PR` or `PRGAIN`.
        summation: `interpolation`, `majoring` or `minoring`.
        num_labels: One curve per label, this many, averaged; None for one curve over all.
        label_weights: Weights of the labels.
        from_logits: Whether outputs are logits.
    """

    thresholds: Thresholds
    curve: str = "ROC"
    summation: str = "interpolation"
    num_labels: int | None = None
    label_weights: Sequence[float] | None = None
    from_logits: bool = False


def area_under_curve(name: str, area: Area) -> Metric:
    """Return the metric that is the area under a curve.

    Example:
        >>> metric = area_under_curve("auc", Area(thresholds=Thresholds.enclosing(200)))
        >>> y_true, y_pred = jnp.array([[1], [0], [1]]), jnp.array([[0.9], [0.8], [0.1]])
        >>> float(metric.result(metric.update(metric.init(), y_true, y_pred)))
        0.5
    """

    def accumulate(state: State, y_true: jax.Array, y_pred: jax.Array, weights: Weights) -> State:
        y_pred, y_true = match_ranks(y_pred.astype(jnp.float32), y_true.astype(jnp.float32))
        weight = weights.of_values(y_pred)
        y_pred = jax.nn.sigmoid(y_pred) if area.from_logits else y_pred
        if area.num_labels is None:
            weight = weight if area.label_weights is None else weight * jnp.asarray(area.label_weights, jnp.float32)
            y_true, y_pred, weight = (array.reshape(-1, 1) for array in (y_true, y_pred, weight))
        found = count_confusion(y_true, y_pred, weight, area.thresholds)
        return {key: state[key] + found[key] for key in state}

    shape = (len(area.thresholds), area.num_labels or 1)
    return Metric(
        name=name,
        init=lambda: zero_counts(COUNTS, shape),
        accumulate=accumulate,
        result=lambda state: _average(_areas(state, area), area),
    )


def _areas(state: State, area: Area) -> jax.Array:
    """`(labels,)`: the area under each label's curve."""
    if area.curve == "PR" and area.summation == "interpolation":
        return _interpolated_precision_recall(state)
    x, y = CURVES[area.curve](state)
    return jnp.sum((x[:-1] - x[1:]) * SUMMATIONS[area.summation](y[:-1], y[1:]), axis=0)


def _average(areas: jax.Array, area: Area) -> jax.Array:
    if area.num_labels is None or area.label_weights is None:
        return jnp.mean(areas)
    weights = jnp.asarray(area.label_weights, jnp.float32)
    return divide_or_zero(jnp.sum(areas * weights), jnp.sum(weights))


def _counts(state: State) -> tuple[jax.Array, ...]:
    return tuple(state[name] for name in COUNTS)


def _roc(state: State) -> tuple[jax.Array, jax.Array]:
    tp, fp, tn, fn = _counts(state)
    return divide_or_zero(fp, fp + tn), divide_or_zero(tp, tp + fn)


def _precision_recall(state: State) -> tuple[jax.Array, jax.Array]:
    tp, fp, _, fn = _counts(state)
    return divide_or_zero(tp, tp + fn), divide_or_zero(tp, tp + fp)


def _precision_recall_gain(state: State) -> tuple[jax.Array, jax.Array]:
    """Flach and Kull, NIPS 2015."""
    tp, fp, tn, fn = _counts(state)
    scale = divide_or_zero(tp + fn, tn + fp)
    recall = jnp.where(tp == 0.0, 0.0, 1.0 - scale * divide_or_zero(fn, tp))
    precision = jnp.where(tp == 0.0, 1.0, 1.0 - scale * divide_or_zero(fp, tp))
    return jnp.maximum(recall, 0.0), precision


def _interpolated_precision_recall(state: State) -> jax.Array:
    tp, fp, _, fn = _counts(state)
    positive = tp + fp
    tp_step, step = tp[:-1] - tp[1:], positive[:-1] - positive[1:]
    slope = divide_or_zero(tp_step, jnp.maximum(step, 0.0))
    intercept = tp[1:] - slope * positive[1:]
    both = (positive[:-1] > 0.0) & (positive[1:] > 0.0)
    ratio = jnp.where(both, divide_or_zero(positive[:-1], jnp.maximum(positive[1:], 0.0)), 1.0)
    gained = slope * (tp_step + intercept * jnp.log(ratio))
    return jnp.sum(divide_or_zero(gained, jnp.maximum(tp[1:] + fn[1:], 0.0)), axis=0)


CURVES: Mapping[str, Callable[[State], tuple[jax.Array, jax.Array]]] = {
    "PR": _precision_recall,
    "PRGAIN": _precision_recall_gain,
    "ROC": _roc,
}
SUMMATIONS: Mapping[str, Callable[[jax.Array, jax.Array], jax.Array]] = {
    "interpolation": lambda left, right: (left + right) / 2.0,
    "majoring": jnp.maximum,
    "minoring": jnp.minimum,
}
