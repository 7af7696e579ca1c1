"""What a lowering is: a function from one node to a pure JAX function of its weights and inputs.

A lowering reads the node's configuration once (what it reads is baked into the program) and returns `forward`:

    forward(weights, args, kwargs, env) -> output, or a tuple of outputs

`weights` are the layer's arrays by short name (`kernel`, `bias`), `args` and `kwargs` the call's, tensors in place of
references. Numbers that may differ between candidates of one program come from `env.value(key, name, default)`.

Masks come as Keras passes them: in `kwargs["mask"]` (an array, a list of arrays for a list of tensors, or absent), in
`kwargs["query_mask"]` and the like for a call of several tensors. `mask_flow` finds them and hands them on; a layer
that looks at its tensors' masks itself, as Multiply does, asks `env.masks.of(tensor)`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from layersmith.graph import Node

__all__ = ["Forward", "Lowering", "Place"]

Forward: TypeAlias = Callable[[Mapping[str, Any], tuple[Any, ...], Mapping[str, Any], Any], Any]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a node stands in the network.

    Attributes:
        key: Key of its layer: the layer's number as text. Shared layers have one key and several places.
        salt: Number of the node, for its random numbers.
        calls: Number of places of its layer.
    """

    key: str
    salt: int
    calls: int = 1


Lowering: TypeAlias = Callable[[Node, Place], Forward]
