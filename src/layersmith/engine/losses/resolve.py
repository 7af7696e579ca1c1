"""From what `compile` was given to a loss of one output."""

import functools
from collections.abc import Mapping
from typing import Any

from layersmith.engine.losses.crossentropy import is_counted
from layersmith.engine.losses.formulas import CLASSES, FORMULAS, Formula, Values, bind, formula_of, on_matched_ranks
from layersmith.engine.losses.loss import Loss
from layersmith.engine.losses.serialized import Form, Part, keep_known, read_part
from layersmith.engine.losses.shapes import Shape, check_fit, matched_shapes
from layersmith.engine.unsupported import Unsupported

__all__ = ["is_binary", "is_sparse", "resolve_loss"]

_REDUCTIONS = ("sum_over_batch_size", "mean", "sum", "mean_with_sample_weight")


def resolve_loss(serialized: Any, y_pred_shape: Shape, y_true_shape: Shape) -> Loss:
    """Return the compiled form of a loss.

    Args:
        serialized: What `Compiled.loss` holds for the output.
        y_pred_shape: Shape of the outputs, batch axis first (any number or None).
        y_true_shape: Shape of the targets, batch axis first.

    Raises:
        Unsupported: If the loss is not in the table, or one of its options has no compiled form, or the targets do not
            fit the outputs, or the loss is not reduced to one number.

    Example:
        >>> resolve_loss("mse", (None, 1), (None,)).name
        'mse'
        >>> import jax.numpy as jnp
        >>> loss = resolve_loss("crossentropy", (None, 2), (None,))
        >>> round(loss.values(jnp.array([1]), jnp.array([[0.5, 0.5]])).item(), 4)
        0.6931
    """
    if isinstance(serialized, str) and serialized.lower() in ("crossentropy", "ce"):
        part = Part(kind="loss", form=Form.NAME, name=_crossentropy(y_pred_shape, y_true_shape))
        return _build(part, serialized, {}, y_pred_shape, y_true_shape)
    part = read_part(serialized, "loss")
    config = part.config
    if part.form is Form.CLASS and part.name == "LossFunctionWrapper":
        part = read_part(config.get("fn"), "loss")
    return _build(part, config.get("name") or _default_name(part), config, y_pred_shape, y_true_shape)


def is_binary(y_pred_shape: Shape) -> bool:
    """Whether Keras takes outputs of that shape as one probability per row."""
    return y_pred_shape[-1] == 1


def is_sparse(y_pred_shape: Shape, y_true_shape: Shape) -> bool:
    """Whether Keras takes targets of that shape as class numbers."""
    return len(y_true_shape) < len(y_pred_shape) or (y_true_shape[-1] == 1 and y_pred_shape[-1] != 1)


def _build(part: Part, name: str, config: Mapping[str, Any], y_pred_shape: Shape, y_true_shape: Shape) -> Loss:
    formula = FORMULAS[formula_of(part)]
    options = keep_known(part, config, formula.options)
    reduction = config.get("reduction", "sum_over_batch_size")
    if reduction not in _REDUCTIONS:
        raise Unsupported(str(part), f"reduction {reduction!r} leaves more than one number")
    shapes = matched_shapes(y_true_shape, y_pred_shape)
    check_fit(str(part), formula.fit, *shapes)
    values = on_matched_ranks(bind(part, formula, options, rank=len(shapes[1])))
    return Loss(name=name, values=values, reduction=reduction, counted=_counted(formula, options))


def _counted(formula: Formula, options: Mapping[str, Any]) -> Values | None:
    if options.get("ignore_class") is None or "ignore_class" not in formula.options:
        return None
    return on_matched_ranks(functools.partial(is_counted, ignore_class=options["ignore_class"]))


def _crossentropy(y_pred_shape: Shape, y_true_shape: Shape) -> str:
    if is_binary(y_pred_shape):
        return "binary_crossentropy"
    return "sparse_categorical_crossentropy" if is_sparse(y_pred_shape, y_true_shape) else "categorical_crossentropy"


def _default_name(part: Part) -> str:
    if part.name in CLASSES:
        return "huber_loss" if part.name == "Huber" else formula_of(part)
    return part.name
