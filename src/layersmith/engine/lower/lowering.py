"""What a lowering is: a function from one node to a pure JAX function of its weights and inputs.

A lowering reads the node's configuration once (what it reads is baked into the program) and returns `forward`:

    forward(weights, args, kwargs, env) -> output, or a tuple of outputs

`weights` are the layer's arrays by short name (`kernel`, `bias`), `args` and `kwargs` the call's, tensors in place of
references. Numbers that may differ between candidates of one program come from `env.value(key, name, default)`.

Masks: where a layer is called on one tensor and nothing else, Keras records the mask in the call: `kwargs["mask"]` is
an array (or None), made by operations of the graph (`NotEqual` after Embedding, `NotEqual` and `Any` after Masking). In
any other call it travels on the tensor, unseen by the graph: `masks.carries_mask(node)` tells, so refuse such a call.
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
    """

    key: str
    salt: int


Lowering: TypeAlias = Callable[[Node, Place], Forward]
