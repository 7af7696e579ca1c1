"""The table of metrics: Keras' class name to what builds the compiled form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jax.numpy as jnp

from layersmith.engine.losses.crossentropy import is_counted
from layersmith.engine.losses.formulas import FORMULAS, Formula, bind, on_matched_ranks
from layersmith.engine.losses.serialized import Part
from layersmith.engine.losses.shapes import Fit, Shape, check_fit, matched_shapes
from layersmith.engine.metrics.accuracy import ACCURACIES
from layersmith.engine.metrics.area import CURVES, SUMMATIONS, Area, area_under_curve
from layersmith.engine.metrics.confusion import Thresholds
from layersmith.engine.metrics.f_score import AVERAGES, f_score
from layersmith.engine.metrics.mean import mean_of, root_mean_square
from layersmith.engine.metrics.metric import Metric
from layersmith.engine.metrics.precision import best_rate_at, count_of, rate_of
from layersmith.engine.metrics.r_squared import AGGREGATIONS, r_squared
from layersmith.engine.unsupported import Unsupported

__all__ = ["FUNCTIONS", "RECIPES", "Recipe", "Request", "build_mean"]


@dataclass(frozen=True, kw_only=True)
class Request:
    """One metric wanted.

    Attributes:
        part: What was given, for messages.
        name: The metric's name.
        options: All its options.
        y_true: Shape of the targets, batch axis first.
        y_pred: Shape of the outputs, batch axis first.
    """

    part: Part
    name: str
    options: Mapping[str, Any]
    y_true: Shape
    y_pred: Shape

    def refuse(self, why: str) -> Unsupported:
        """Return the refusal to raise."""
        return Unsupported(str(self.part), why)

    def check(self, rule: Fit, *, matched: bool = True, rank: int | None = None) -> Shape:
        """Return the outputs' shape where the targets fit it.

        Args:
            rule: How they must fit.
            matched: Whether ranks are matched first.
            rank: The rank both must have then; None for any.

        Raises:
            Unsupported: If they do not fit.
        """
        y_true, y_pred = (self.y_true, self.y_pred)
        if matched:
            y_true, y_pred = matched_shapes(y_true, y_pred)
        check_fit(str(self.part), rule, y_true, y_pred)
        if rank is not None and len(y_pred) != rank:
            raise self.refuse(f"outputs of rank {len(y_pred)}, not {rank}")
        return y_pred


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a metric is built.

    Attributes:
        build: A request to the metric.
        options: Its options with Keras' defaults.
    """

    build: Callable[[Request], Metric]
    options: Mapping[str, Any] = field(default_factory=dict)


FUNCTIONS: Mapping[str, Formula] = {**FORMULAS, **ACCURACIES}


def build_mean(request: Request, formula: Formula, sign: float = 1.0) -> Metric:
    """Return the mean of `formula`, times `sign`.

    Raises:
        Unsupported: If the targets do not fit the outputs.
    """
    y_pred = request.check(formula.fit, matched=formula.matches_ranks)
    bound = bind(request.part, formula, request.options, rank=len(y_pred))
    values = on_matched_ranks(bound) if formula.matches_ranks else bound
    ignored = request.options.get("ignore_class")
    return mean_of(
        request.name,
        values if sign == 1.0 else lambda y_true, y_pred: sign * values(y_true, y_pred),
        None
        if ignored is None
        else lambda y_true, y_pred: is_counted(y_true.astype(jnp.float32), y_pred, ignore_class=ignored),
    )


def _mean(function: str, sign: float = 1.0, options: Mapping[str, Any] | None = None) -> Recipe:
    formula = FUNCTIONS[function]
    return Recipe(
        build=lambda request: build_mean(request, formula, sign),
        options=formula.options if options is None else options,
    )


def _root_mean_squared_error(request: Request) -> Metric:
    request.check(Fit.BROADCAST)
    squares = on_matched_ranks(lambda y_true, y_pred: jnp.square(y_pred - y_true))
    return root_mean_square(
        request.name, lambda y_true, y_pred: squares(y_true.astype(jnp.float32), y_pred.astype(jnp.float32))
    )


def _r_squared(request: Request) -> Metric:
    options = dict(request.options)
    if options.pop("num_regressors"):
        raise request.refuse("num_regressors is not 0")
    if options["class_aggregation"] not in AGGREGATIONS:
        raise request.refuse(f"class_aggregation {options['class_aggregation']!r}")
    y_pred = request.check(Fit.SAME, rank=2)
    return r_squared(request.name, int(y_pred[-1] or 0), **options)


def _f_score(request: Request) -> Metric:
    if request.options["average"] not in AVERAGES:
        raise request.refuse(f"average {request.options['average']!r}")
    y_pred = request.check(Fit.SAME, matched=False, rank=2)
    return f_score(request.name, int(y_pred[-1] or 0), **request.options)


def _rate(rate: str) -> Recipe:
    def build(request: Request) -> Metric:
        num_outputs = request.check(Fit.SAME)[-1] or 0
        for option, least, most in (("top_k", 1, num_outputs), ("class_id", -num_outputs, num_outputs - 1)):
            value = request.options[option]
            if value is not None and not least <= value <= most:
                raise request.refuse(f"{option} {value} with {num_outputs} outputs")
        return rate_of(request.name, rate, **request.options)

    return Recipe(build=build, options={"thresholds": None, "top_k": None, "class_id": None})


def _count(count: str) -> Recipe:
    def build(request: Request) -> Metric:
        request.check(Fit.SAME)
        return count_of(request.name, count, **request.options)

    return Recipe(build=build, options={"thresholds": None})


def _rate_at(rate: str, constraint: str) -> Recipe:
    def build(request: Request) -> Metric:
        options = dict(request.options)
        level = options.pop(constraint)
        if level is None:
            raise request.refuse(f"no {constraint} is given")
        request.check(Fit.SAME)
        return best_rate_at(request.name, rate, constraint, float(level), **options)

    return Recipe(build=build, options={constraint: None, "num_thresholds": 200, "class_id": None})


def _area(request: Request) -> Metric:
    options = request.options
    curve, summation = str(options["curve"]).upper(), str(options["summation_method"]).lower()
    if curve not in CURVES or summation not in SUMMATIONS:
        raise request.refuse(f"curve {curve!r} by {summation!r}")
    labels = options["multi_label"]
    y_pred = request.check(Fit.SAME, rank=2 if labels else None)
    inner = options["thresholds"]
    area = Area(
        thresholds=Thresholds.enclosing(options["num_thresholds"] if inner is None else len(inner) + 2, inner),
        curve=curve,
        summation=summation,
        num_labels=int(y_pred[-1] or 0) if labels else None,
        label_weights=_array(options["label_weights"]),
        from_logits=bool(options["from_logits"]),
    )
    return area_under_curve(request.name, area)


def _array(value: Any) -> tuple[float, ...] | None:
    """The numbers in a list, or in a tensor as Keras serializes it."""
    if isinstance(value, Mapping):
        value = value["config"]["value"]
    return None if value is None else tuple(map(float, value))


_F1 = {"average": None, "threshold": None}

RECIPES: Mapping[str, Recipe] = {
    "AUC": Recipe(
        build=_area,
        options={
            "num_thresholds": 200,
            "curve": "ROC",
            "summation_method": "interpolation",
            "thresholds": None,
            "multi_label": False,
            "num_labels": None,
            "label_weights": None,
            "from_logits": False,
        },
    ),
    "Accuracy": _mean("accuracy"),
    "BinaryAccuracy": _mean("binary_accuracy"),
    "BinaryCrossentropy": _mean("binary_crossentropy", options={"from_logits": False, "label_smoothing": 0.0}),
    "CategoricalAccuracy": _mean("categorical_accuracy"),
    "CategoricalCrossentropy": _mean("categorical_crossentropy"),
    "CategoricalHinge": _mean("categorical_hinge"),
    "CosineSimilarity": _mean("cosine_similarity", sign=-1.0),
    "F1Score": Recipe(build=_f_score, options=_F1),
    "FBetaScore": Recipe(build=_f_score, options={**_F1, "beta": 1.0}),
    "FalseNegatives": _count("false_negatives"),
    "FalsePositives": _count("false_positives"),
    "Hinge": _mean("hinge"),
    "KLDivergence": _mean("kl_divergence"),
    "LogCoshError": _mean("log_cosh"),
    "MeanAbsoluteError": _mean("mean_absolute_error"),
    "MeanAbsolutePercentageError": _mean("mean_absolute_percentage_error"),
    "MeanSquaredError": _mean("mean_squared_error"),
    "MeanSquaredLogarithmicError": _mean("mean_squared_logarithmic_error"),
    "Poisson": _mean("poisson"),
    "Precision": _rate("precision"),
    "PrecisionAtRecall": _rate_at("precision", "recall"),
    "R2Score": Recipe(build=_r_squared, options={"class_aggregation": "uniform_average", "num_regressors": 0}),
    "Recall": _rate("recall"),
    "RecallAtPrecision": _rate_at("recall", "precision"),
    "RootMeanSquaredError": Recipe(build=_root_mean_squared_error),
    "SensitivityAtSpecificity": _rate_at("sensitivity", "specificity"),
    "SparseCategoricalAccuracy": _mean("sparse_categorical_accuracy"),
    "SparseCategoricalCrossentropy": _mean("sparse_categorical_crossentropy"),
    "SparseTopKCategoricalAccuracy": _mean("sparse_top_k_categorical_accuracy"),
    "SpecificityAtSensitivity": _rate_at("specificity", "sensitivity"),
    "SquaredHinge": _mean("squared_hinge"),
    "TopKCategoricalAccuracy": _mean("top_k_categorical_accuracy"),
    "TrueNegatives": _count("true_negatives"),
    "TruePositives": _count("true_positives"),
}
