"""From `loss` and `loss_weights` of `compile` to the terms of a sum (`CompileLoss`, keras/src/trainers)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from layersmith.engine.losses import Loss, resolve_loss
from layersmith.engine.losses.shapes import Shape
from layersmith.engine.objective.outputs import Outputs, is_list, is_named, spread
from layersmith.engine.unsupported import Unsupported

__all__ = ["Term", "loss_weights_of", "losses_of", "resolve_terms"]


@dataclass(frozen=True, kw_only=True)
class Term:
    """The loss of one output.

    Attributes:
        output: Place of the output.
        loss: What it loses.
        log: Key of its mean in the logs: `<output>_loss`.
    """

    output: int
    loss: Loss
    log: str


def losses_of(loss: Any, outputs: Outputs) -> list[Any]:
    """Return the serialized loss of each output, None where it has none.

    A single loss is that of every output. A dictionary may leave outputs out only where the model gives a dictionary.

    Args:
        loss: What `Compiled.loss` holds.
        outputs: The outputs.

    Raises:
        Unsupported: If the losses are not those of the outputs.

    Example:
        >>> losses_of("mse", Outputs(kind="list", names=("a", "b"), shapes=((None, 1), (None, 1))))
        ['mse', 'mse']
    """
    if is_named(loss) or is_list(loss):
        return spread(loss, outputs, "loss", partly=outputs.kind == "dict")
    return [loss] * len(outputs)


def loss_weights_of(weights: Any, loss: Any, outputs: Outputs) -> list[float | None]:
    """Return the weight of each output's loss, None where it has none.

    Args:
        weights: What `Compiled.loss_weights` holds.
        loss: What `Compiled.loss` holds; where containers differ, weights follow the losses in flattened order.
        outputs: The outputs.

    Raises:
        Unsupported: If there are not as many weights as losses.

    Example:
        >>> two = Outputs(kind="list", names=("b", "a"), shapes=((None, 1), (None, 1)))
        >>> loss_weights_of({"a": 0.5, "b": 2.0}, {"a": "mse", "b": "mae"}, two)
        [2.0, 0.5]
    """
    if weights is None:
        return [None] * len(outputs)
    flat = _flatten(weights)
    if not (is_named(loss) or is_list(loss)):
        _require_as_many(flat, 1)
        return flat * len(outputs)
    if not (isinstance(weights, Mapping) or is_list(weights)):
        raise Unsupported("loss_weights", f"a single number {weights!r} for {len(loss)} losses")
    if is_named(loss) and is_named(weights) and outputs.kind != "dict":
        return spread(weights, outputs, "loss_weights")
    _require_as_many(flat, len(loss))
    if is_named(loss) and outputs.kind == "dict":
        return spread(dict(zip(sorted(loss), flat, strict=True)), outputs, "loss_weights", partly=True)
    return flat


def resolve_terms(losses: Sequence[Any], outputs: Outputs, targets: Sequence[Shape | None]) -> tuple[Term, ...]:
    """Return the terms of the outputs that have a loss.

    Args:
        losses: A serialized loss per output, or None.
        outputs: The outputs.
        targets: Shape of each output's targets, batch axis first; None where there are none.

    Raises:
        Unsupported: If a loss has no compiled form, or targets are missing, or no output has a loss.
    """
    terms = []
    for index, (serialized, target) in enumerate(zip(losses, targets, strict=True)):
        if serialized is None:
            continue
        if target is None:
            raise Unsupported("loss", f"no targets for output {outputs.names[index]!r}")
        loss = resolve_loss(serialized, outputs.shapes[index], target)
        terms.append(Term(output=index, loss=loss, log=f"{outputs.names[index]}_loss"))
    if not terms:
        raise Unsupported("a model without a loss")
    return tuple(terms)


def _flatten(weights: Any) -> list[Any]:
    """The weights in Keras' flattened order, which sorts the keys of a dictionary."""
    if isinstance(weights, Mapping):
        return [weights[key] for key in sorted(weights)]
    return list(weights) if is_list(weights) else [weights]


def _require_as_many(weights: Sequence[Any], losses: int) -> None:
    if len(weights) != losses:
        raise Unsupported("loss_weights", f"{len(weights)} weights for {losses} losses")
