"""One node, lowered: by its row of the table, or on the JAX backend by tracing what has none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras

from layersmith.engine.lower.constraints import Constraint, constraints_of
from layersmith.engine.lower.identity import identity_of
from layersmith.engine.lower.lowering import Forward, Place
from layersmith.engine.lower.mask_flow import MaskFlow, mask_flow
from layersmith.engine.lower.opaque import further_state, is_traceable, opaque
from layersmith.engine.lower.own_activations import require_own_activations
from layersmith.engine.lower.penalties import Penalty, activity_of, penalties_of
from layersmith.engine.lower.table import find_lowering
from layersmith.engine.lower.wrapped import parts
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["Part", "part_of"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """What a node does in a network.

    Attributes:
        forward: Its function.
        activity: Penalty on its outputs.
        masks: What it does with masks; None where it sees to that itself, or knows of none.
        penalties: Penalties on its layer's weights, each with the key of its weight.
        constraints: Constraints on its layer's weights, by key.
        identity: What of the layer is baked in, beyond the graph; empty for a layer of the table.
        state: Variables of its layer that are no weights, by short name.
    """

    forward: Forward
    activity: Penalty | None = None
    masks: MaskFlow | None = None
    penalties: Sequence[tuple[str, Penalty]] = ()
    constraints: Mapping[str, Constraint] = field(default_factory=dict)
    identity: str = ""
    state: Mapping[str, Any] = field(default_factory=dict)


def part_of(node: Node, place: Place, names: Mapping[str, str], *, traces: bool) -> Part:
    """Lower a node.

    Args:
        node: The node.
        place: Where it stands.
        names: Weights of its layer, short name to key.
        traces: Whether to trace what the table does not cover, where the backend lets that be.

    Raises:
        Unsupported: If the node has no compiled form.
    """
    try:
        return _by_table(node, place, names)
    except Unsupported:
        if not traces or not is_traceable(node):
            raise
        return _traced(node, place, names)


def _by_table(node: Node, place: Place, names: Mapping[str, str]) -> Part:
    require_own_activations(node)
    _require_one_call(node, place)
    penalised = getattr(node.operation, "activity_regularizer", None) is not None  # not so where layers inside are
    return Part(
        forward=find_lowering(node)(node, place),
        activity=activity_of(node, place.key) if penalised else None,
        masks=mask_flow(node),
        penalties=penalties_of(node, names, place.key),
        constraints=constraints_of(node, names),
    )


def _require_one_call(node: Node, place: Place) -> None:
    """Refuse penalties on the outputs of a shared layer: on JAX, Keras forgets those of all calls but the last."""
    outputs = any(
        part.config.get("activity_regularizer") or part.class_name == "ActivityRegularization"
        for _, part in parts(node)
    )
    if outputs and place.calls > 1 and keras.backend.backend() == "jax":
        what = f"layer {node.layer_name!r} ({node.class_name})"
        raise Unsupported(what, "activity_regularizer of a layer that is called several times")


def _traced(node: Node, place: Place, names: Mapping[str, str]) -> Part:
    """Regularisers and constraints of its variables are Keras' own objects, which compute in JAX too."""
    variables = dict(zip(names.values(), getattr(node.operation, "weights", ()), strict=True))
    penalties = [
        (key, _penalty(key, variable.regularizer)) for key, variable in variables.items() if variable.regularizer
    ]
    constraints = {key: variable.constraint for key, variable in variables.items() if variable.constraint}
    return Part(
        forward=opaque(node, place),
        penalties=penalties,
        constraints=constraints,
        identity=identity_of(node),
        state=further_state(node),
    )


def _penalty(key: str, regularizer: Any) -> Penalty:
    return lambda weights, env: regularizer(weights[key])
