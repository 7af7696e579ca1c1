"""The table of loss formulas: name to function, options, and the shapes it takes."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp

from layersmith.engine.losses import crossentropy, divergence, focal, hinge, regression
from layersmith.engine.losses.serialized import Form, Part
from layersmith.engine.losses.shapes import Fit, match_ranks
from layersmith.engine.unsupported import Unsupported

__all__ = ["ALIASES", "CLASSES", "FORMULAS", "Formula", "Values", "bind", "formula_of", "on_matched_ranks"]

Values: TypeAlias = Callable[[jax.Array, jax.Array], Any]

_SMOOTHED = MappingProxyType({"from_logits": False, "label_smoothing": 0.0, "axis": -1})


@dataclass(frozen=True, kw_only=True)
class Formula:
    """A loss before its options are chosen.

    Attributes:
        function: `(y_true, y_pred, **options)` to one value per entry.
        fit: The shapes it takes.
        options: Its options with Keras' defaults.
        matches_ranks: Whether Keras' bare function matches ranks itself, so that it also does as a metric.
    """

    function: Callable[..., jax.Array]
    fit: Fit = Fit.BROADCAST
    options: Mapping[str, Any] = field(default_factory=dict)
    matches_ranks: bool = False


FORMULAS: Mapping[str, Formula] = {
    "binary_crossentropy": Formula(function=crossentropy.binary_crossentropy, fit=Fit.SAME, options=_SMOOTHED),
    "binary_focal_crossentropy": Formula(
        function=focal.binary_focal_crossentropy,
        fit=Fit.SAME,
        options={"apply_class_balancing": False, "alpha": 0.25, "gamma": 2.0, **_SMOOTHED},
    ),
    "categorical_crossentropy": Formula(
        function=crossentropy.categorical_crossentropy, fit=Fit.CLASSES, options=_SMOOTHED
    ),
    "categorical_focal_crossentropy": Formula(
        function=focal.categorical_focal_crossentropy,
        fit=Fit.CLASSES,
        options={"alpha": 0.25, "gamma": 2.0, **_SMOOTHED},
    ),
    "categorical_hinge": Formula(function=hinge.categorical_hinge),
    "cosine_similarity": Formula(function=regression.cosine_similarity, options={"axis": -1}, matches_ranks=True),
    "hinge": Formula(function=hinge.hinge),
    "huber": Formula(function=regression.huber, options={"delta": 1.0}, matches_ranks=True),
    "kl_divergence": Formula(function=divergence.kl_divergence),
    "log_cosh": Formula(function=regression.log_cosh, matches_ranks=True),
    "mean_absolute_error": Formula(function=regression.mean_absolute_error, matches_ranks=True),
    "mean_absolute_percentage_error": Formula(function=regression.mean_absolute_percentage_error, matches_ranks=True),
    "mean_squared_error": Formula(function=regression.mean_squared_error, matches_ranks=True),
    "mean_squared_logarithmic_error": Formula(function=regression.mean_squared_logarithmic_error, matches_ranks=True),
    "poisson": Formula(function=divergence.poisson),
    "sparse_categorical_crossentropy": Formula(
        function=crossentropy.sparse_categorical_crossentropy,
        fit=Fit.SPARSE,
        options={"from_logits": False, "ignore_class": None, "axis": -1},
    ),
    "squared_hinge": Formula(function=hinge.squared_hinge),
}

ALIASES: Mapping[str, str] = {
    **dict.fromkeys(("bce", "BCE"), "binary_crossentropy"),
    **dict.fromkeys(("kld", "KLD"), "kl_divergence"),
    **dict.fromkeys(("mae", "MAE"), "mean_absolute_error"),
    **dict.fromkeys(("mape", "MAPE"), "mean_absolute_percentage_error"),
    **dict.fromkeys(("mse", "MSE"), "mean_squared_error"),
    **dict.fromkeys(("msle", "MSLE"), "mean_squared_logarithmic_error"),
}

CLASSES: Mapping[str, str] = {
    "BinaryCrossentropy": "binary_crossentropy",
    "BinaryFocalCrossentropy": "binary_focal_crossentropy",
    "CategoricalCrossentropy": "categorical_crossentropy",
    "CategoricalFocalCrossentropy": "categorical_focal_crossentropy",
    "CategoricalHinge": "categorical_hinge",
    "CosineSimilarity": "cosine_similarity",
    "Hinge": "hinge",
    "Huber": "huber",
    "KLDivergence": "kl_divergence",
    "LogCosh": "log_cosh",
    "MeanAbsoluteError": "mean_absolute_error",
    "MeanAbsolutePercentageError": "mean_absolute_percentage_error",
    "MeanSquaredError": "mean_squared_error",
    "MeanSquaredLogarithmicError": "mean_squared_logarithmic_error",
    "Poisson": "poisson",
    "SparseCategoricalCrossentropy": "sparse_categorical_crossentropy",
    "SquaredHinge": "squared_hinge",
}


def bind(part: Part, formula: Formula, options: Mapping[str, Any], rank: int) -> Values:
    """Return `formula` with its options, on targets and outputs of any dtype, whose ranks are matched by the caller.

    Args:
        part: The loss or metric, for messages.
        formula: An entry of the table.
        options: All its options.
        rank: The rank of the outputs.

    Raises:
        Unsupported: If `axis` is the batch, or not the last axis where only that has a form.
    """
    axis = options.get("axis", -1)
    if not isinstance(axis, int) or isinstance(axis, bool) or not -rank < axis < rank or axis == 0:
        raise Unsupported(str(part), f"axis {axis!r} of outputs of rank {rank}")
    if formula.fit is Fit.SPARSE and axis % rank != rank - 1:
        raise Unsupported(str(part), f"classes on axis {axis}, not on the last")
    function = functools.partial(formula.function, **options)
    return lambda y_true, y_pred: function(y_true.astype(jnp.float32), y_pred.astype(jnp.float32))


def on_matched_ranks(function: Values) -> Values:
    """Return `function`, applied after the ranks of targets and outputs are matched."""
    return lambda y_true, y_pred: function(*match_ranks(y_true, y_pred))


def formula_of(part: Part) -> str:
    """Return the name in `FORMULAS` of the loss that `part` names.

    Raises:
        Unsupported: If the table lacks it.
    """
    name = part.name
    tables = {Form.NAME: {**CLASSES, **ALIASES}, Form.CLASS: CLASSES, Form.FUNCTION: {}}
    known = tables[part.form].get(name, name)
    if known not in FORMULAS or (part.form is Form.CLASS and name not in CLASSES):
        raise Unsupported(str(part))
    return known
