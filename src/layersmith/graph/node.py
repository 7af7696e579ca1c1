"""A node: one call of one layer or operation, and the references that join nodes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

__all__ = ["Node", "Reference", "Shape"]

Shape: TypeAlias = tuple[int | None, ...]


@dataclass(frozen=True)
class Reference:
    """One output tensor of one node.

    Attributes:
        node: Name of the node.
        index: Place of the tensor among the node's flattened outputs, from 0.

    Example:
        >>> str(Reference("lstm", 1))
        'lstm[1]'
    """

    node: str
    index: int = 0

    def __str__(self) -> str:
        return f"{self.node}[{self.index}]"


@dataclass(frozen=True, kw_only=True)
class Node:
    """One call of one layer (or of one `keras.ops` operation).

    Attributes:
        name: Unique in the graph. The first call of a layer has the layer's name, further calls `name#1`, `name#2`.
        layer_name: Name of the layer, the same for all calls of a shared layer. Layers of a nested model carry its
            name before them: `encoder/dense`.
        class_name: `Dense`, `Add`, `InputLayer`, `GetItem`.
        module: Public home of the class: `keras.layers`, `keras.ops`, `keras` for models, else its Python module.
        registered_name: Keras' registered name, `package>Class` for a custom class.
        config: What `get_config()` gives.
        operation: The `keras.Operation` itself; layers are operations.
        args: Positional arguments of the call, tensors replaced by `Reference`, constants as NumPy or Python values.
        kwargs: Keyword arguments of the call, in the same form.
        implicit: Names in `kwargs` that Keras fills in by itself: masks that travel with their tensor, defaults.
        inputs: The tensors among `args` and `kwargs`, in order.
        output_shapes: Shape of each flattened output; the batch axis is None.
        output_dtypes: Dtype of each flattened output.
        weights: Full weight name (`dense/kernel`) to shape, in Keras' order.
    """

    name: str
    layer_name: str
    class_name: str
    module: str
    registered_name: str
    config: Mapping[str, Any]
    operation: Any = field(repr=False, compare=False)
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    implicit: frozenset[str] = frozenset()
    inputs: tuple[Reference, ...] = ()
    output_shapes: tuple[Shape, ...] = ()
    output_dtypes: tuple[str, ...] = ()
    weights: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def is_input(self) -> bool:
        """Whether the node is a model input."""
        return self.class_name == "InputLayer"

    @property
    def is_operation(self) -> bool:
        """Whether the node is a bare `keras.ops` call, without a layer around it."""
        return self.module == "keras.ops"

    @property
    def output_shape(self) -> Shape:
        """Shape of the first output."""
        return self.output_shapes[0]

    @property
    def num_params(self) -> int:
        """Values in all weights of the layer."""
        return sum(_size(shape) for shape in self.weights.values())


def _size(shape: tuple[int, ...]) -> int:
    size = 1
    for length in shape:
        size *= length
    return size
