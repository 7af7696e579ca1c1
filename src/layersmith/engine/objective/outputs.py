"""The outputs of a model as `compile` and `fit` count them.

A model gives a tensor, a list (or tuple) or a dictionary. What is said per output (losses, metrics, targets) comes as a
list in the order of the flattened outputs, or as a dictionary by name: the key of an output in a dictionary, else the
name of its layer (keras/src/trainers/compile_utils.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from layersmith.engine.losses.shapes import Shape
from layersmith.engine.unsupported import Unsupported
from layersmith.graph.view import functional_of

__all__ = ["Kind", "Outputs", "is_list", "is_named", "kind_of", "outputs_of", "spread"]

Kind: TypeAlias = Literal["tensor", "list", "dict"]


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """The outputs of a model, flattened.

    Attributes:
        kind: The container they come in.
        names: What `compile` and the logs call each of them.
        shapes: Shape of each, batch axis first.
    """

    kind: Kind
    names: tuple[str, ...]
    shapes: tuple[Shape, ...]

    def __len__(self) -> int:
        return len(self.names)


def outputs_of(model: Any) -> Outputs:
    """Return the outputs of a Sequential or Functional model.

    Raises:
        Unsupported: If containers are nested, or a dictionary's keys are its layers' names in another order.

    Example:
        >>> import keras
        >>> entry = keras.Input((4,))
        >>> one, two = keras.layers.Dense(1, name="price")(entry), keras.layers.Dense(3, name="kind")(entry)
        >>> outputs_of(keras.Model(entry, [one, two])).names
        ('price', 'kind')
        >>> outputs_of(keras.Model(entry, {"b": one, "a": two})).shapes
        ((None, 3), (None, 1))
    """
    struct = functional_of(model)._outputs_struct
    if isinstance(struct, list | tuple) and len(struct) == 1:
        struct = struct[0]
    kind = kind_of(struct)
    if kind != "tensor" and any(kind_of(entry) != "tensor" for entry in _entries(struct)):
        raise Unsupported("outputs in nested containers")
    layers = tuple(getattr(model, "output_names", None) or ("",))  # Keras has no name for the output of a Sequential
    if len(layers) != len(model.outputs):
        raise Unsupported("a Sequential model with several outputs")
    names = layers
    if isinstance(struct, Mapping):
        place = {id(tensor): str(key) for key, tensor in struct.items()}
        names = tuple(place[id(tensor)] for tensor in model.outputs)
        if names != layers and set(names) == set(layers):
            raise Unsupported("outputs in a dictionary", "its keys are the names of its layers, in another order")
    return Outputs(kind=kind, names=names, shapes=tuple(tuple(tensor.shape) for tensor in model.outputs))


def kind_of(given: Any) -> Kind:
    """Return the container of `given`; whatever is neither list, tuple nor mapping counts as a tensor."""
    return "dict" if isinstance(given, Mapping) else "list" if isinstance(given, list | tuple) else "tensor"


def is_named(given: Any) -> bool:
    """Whether `given` is a dictionary by name, and not one loss or metric in its serialized form."""
    return isinstance(given, Mapping) and "class_name" not in given


def is_list(given: Any) -> bool:
    """Whether `given` is a list or tuple."""
    return isinstance(given, list | tuple)


def spread(given: Any, outputs: Outputs, what: str, *, partly: bool = False) -> list[Any]:
    """Return what is given in a list or dictionary, one entry per output and None where a dictionary has none.

    Args:
        given: A list or tuple of one entry per output, or a dictionary by name.
        outputs: The outputs.
        what: What is given, for messages.
        partly: Whether a dictionary may leave outputs out.

    Raises:
        Unsupported: If number or names are not those of the outputs; Keras then says what is wrong.

    Example:
        >>> two = Outputs(kind="list", names=("a", "b"), shapes=((None, 1), (None, 1)))
        >>> spread({"b": "mse"}, two, "metrics", partly=True)
        [None, 'mse']
    """
    if isinstance(given, Mapping):
        if set(given) - set(outputs.names) or (not partly and set(given) != set(outputs.names)):
            raise Unsupported(what, f"named {', '.join(map(str, given))} for outputs {', '.join(outputs.names)}")
        return [given.get(name) for name in outputs.names]
    if len(given) != len(outputs):
        raise Unsupported(what, f"{len(given)} entries for {len(outputs)} outputs")
    return list(given)


def _entries(struct: Any) -> Sequence[Any]:
    return list(struct.values()) if isinstance(struct, Mapping) else list(struct)
