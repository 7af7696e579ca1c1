"""From what `compile` was given to a metric of one output."""

import re
from collections.abc import Mapping
from typing import Any

from layersmith.engine.losses.formulas import ALIASES, CLASSES
from layersmith.engine.losses.resolve import is_binary, is_sparse
from layersmith.engine.losses.serialized import Form, Part, keep_known, read_part
from layersmith.engine.losses.shapes import Shape
from layersmith.engine.metrics.metric import Metric
from layersmith.engine.metrics.recipes import FUNCTIONS, RECIPES, Request, build_mean
from layersmith.engine.unsupported import Unsupported

__all__ = ["metric_names", "resolve_metric"]


def resolve_metric(serialized: Any, y_pred_shape: Shape, y_true_shape: Shape) -> Metric:
    """Return the compiled form of a metric of one output.

    As in Keras 3, `accuracy` is chosen by the shapes alone; the loss has no say.

    Args:
        serialized: One metric as `Compiled.metrics` holds it.
        y_pred_shape: Shape of the outputs, batch axis first (any number or None).
        y_true_shape: Shape of the targets, batch axis first.

    Raises:
        Unsupported: If it is not in the table, or an option has no compiled form, or the targets do not fit.

    Example:
        >>> resolve_metric("accuracy", (None, 1), (None, 1)).name
        'accuracy'
    """
    part = read_part(serialized, "metric")
    shapes = {"y_pred": y_pred_shape, "y_true": y_true_shape}
    if part.form is Form.FUNCTION:
        return _from_function(part, part.name, {}, shapes)
    if part.name == "MeanMetricWrapper":
        return _from_function(read_part(part.config.get("fn"), "metric"), part.config["name"], part.config, shapes)
    class_name = _class_name(part, y_pred_shape, y_true_shape)
    recipe = RECIPES[class_name]
    name = part.name if part.form is Form.NAME else part.config.get("name") or _snake_case(class_name)
    return recipe.build(Request(part=part, name=name, options=keep_known(part, part.config, recipe.options), **shapes))


def metric_names() -> dict[str, str]:
    """Return the strings Keras takes for the metrics in the table, with their class names.

    Example:
        >>> names = metric_names()
        >>> names["AUC"], names["auc"], names["mse"]
        ('AUC', 'AUC', 'MeanSquaredError')
    """
    classes = {function: name for name, function in CLASSES.items()}
    short = {alias: classes[function] for alias, function in ALIASES.items() if alias.lower() != "kld"}
    return {**{name: name for name in RECIPES}, **{_snake_case(name): name for name in RECIPES}, **short}


def _from_function(part: Part, name: str, config: Mapping[str, Any], shapes: Mapping[str, Shape]) -> Metric:
    if part.form is not Form.FUNCTION or part.name not in FUNCTIONS:
        raise Unsupported(str(part))
    formula = FUNCTIONS[part.name]
    return build_mean(
        Request(part=part, name=name, options=keep_known(part, config, formula.options), **shapes), formula
    )


def _class_name(part: Part, y_pred_shape: Shape, y_true_shape: Shape) -> str:
    if part.form is Form.CLASS:
        if part.name not in RECIPES or part.module not in ("", "keras.metrics"):
            raise Unsupported(str(part), f"from {part.module!r}" if part.name in RECIPES else "")
        return part.name
    if part.name.lower() in ("accuracy", "acc"):
        if is_binary(y_pred_shape):
            return "BinaryAccuracy"
        return "SparseCategoricalAccuracy" if is_sparse(y_pred_shape, y_true_shape) else "CategoricalAccuracy"
    names = metric_names()
    if part.name not in names:
        raise Unsupported(str(part))
    return names[part.name]


def _snake_case(name: str) -> str:
    """As `keras.src.utils.naming.to_snake_case`: R2Score to r2_score."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
