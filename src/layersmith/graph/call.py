"""What one Keras operation, and one call of it, say of themselves."""

import inspect
from collections.abc import Mapping
from types import EllipsisType
from typing import Any

from layersmith.errors import GraphError

__all__ = ["call_arguments", "config_of", "implicit_names", "is_model", "module_of", "registered_name_of"]


def call_arguments(
    operation: Any, arguments: Any, known: Mapping[int, Any]
) -> tuple[tuple[Any, ...], Mapping[str, Any]]:
    """Return the positional and keyword arguments of a call, tensors replaced by references.

    Args:
        operation: What is called.
        arguments: Keras' record of the call; None for a model input.
        known: References by the id of the tensor.
    """
    if arguments is None:
        return (), {}
    args, kwargs = arguments.convert(lambda leaf: _leaf(leaf, known))
    return (_indexed(args) if type(operation).__name__ == "GetItem" else tuple(args)), kwargs


def is_model(operation: Any) -> bool:
    """Whether an operation is a nested model whose graph can be read."""
    return hasattr(operation, "_inputs_struct") or getattr(operation, "_functional", None) is not None


def _indexed(args: Any) -> tuple[Any, ...]:
    """Turn the key of `x[...]` back into a tuple where a round trip through a config made it a list."""
    tensor, key = args
    if isinstance(key, list) and any(entry is None or isinstance(entry, slice | EllipsisType) for entry in key):
        key = tuple(key)
    return tensor, key


def _leaf(leaf: Any, known: Mapping[int, Any]) -> Any:
    """Turn one leaf of a call's arguments into a reference, a NumPy array or a plain value."""
    import keras

    if isinstance(leaf, keras.KerasTensor):
        return known[id(leaf)]
    if keras.ops.is_tensor(leaf) or isinstance(leaf, keras.Variable):
        return keras.ops.convert_to_numpy(leaf)
    return leaf


def implicit_names(operation: Any, arguments: Any) -> frozenset[str]:
    """Return the names of the keyword arguments that Keras would fill in again by itself."""
    if arguments is None:
        return frozenset()
    defaults = inspect.signature(operation.call).parameters
    carried = (getattr(tensor, "_keras_mask", None) for tensor in arguments.keras_tensors)
    masks = {id(mask) for mask in carried if mask is not None}

    def fills(name: str, value: Any) -> bool:
        if id(value) in masks:
            return True
        return name in defaults and isinstance(value, bool | None) and value is defaults[name].default

    return frozenset(name for name, value in arguments.kwargs.items() if fills(name, value))


def module_of(operation: Any) -> str:
    """Return the public home of an operation's class."""
    import keras

    kind = type(operation)
    if getattr(keras.layers, kind.__name__, None) is kind:
        return "keras.layers"
    if is_model(operation):
        return "keras" if kind.__module__.startswith("keras.") else kind.__module__
    return "keras.ops" if kind.__module__.startswith("keras.src.ops.") else kind.__module__


def registered_name_of(operation: Any) -> str:
    """Return the name under which `keras.saving` knows an operation's class."""
    import keras

    return str(keras.saving.get_registered_name(type(operation)))


def config_of(operation: Any, *, required: bool = True) -> Mapping[str, Any]:
    """Return the config of an operation.

    Args:
        operation: The operation.
        required: Whether it must have one; if not, one without has an empty config.

    Raises:
        GraphError: If it has none and must have one.
    """
    try:
        config: Mapping[str, Any] = operation.get_config()
    except NotImplementedError as error:
        if not required:
            return {}
        raise GraphError(
            f"{type(operation).__name__} {operation.name!r} has no config: {str(error).strip().splitlines()[0]}",
            expected="layers and operations that implement get_config()",
            fix=f"implement get_config() in {type(operation).__name__}, or use a layer of keras.layers instead",
        ) from error
    return config
