"""What `Compiled` holds of one loss or metric, told apart: a name, a function, or a class with its config."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from layersmith.engine.unsupported import Unsupported

__all__ = ["Form", "Part", "keep_known", "read_part"]

_LIBRARY = ("", "keras", "builtins")  # Keras serializes plain functions as builtins


class Form(StrEnum):
    """How a loss or metric was given to `compile`."""

    NAME = "name"
    FUNCTION = "function"
    CLASS = "class"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One loss or metric.

    Attributes:
        kind: `loss` or `metric`, for messages.
        form: How it was given.
        name: The string, the function's name, or the class name.
        config: Arguments of the class; empty otherwise.
        module: The public module of the class; empty where it is not said.
    """

    kind: str
    form: Form
    name: str
    config: Mapping[str, Any] = field(default_factory=dict)
    module: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.name!r}"


def read_part(serialized: Any, kind: str) -> Part:
    """Return the loss or metric in `serialized`, as `keras.saving.serialize_keras_object` writes it.

    Args:
        serialized: A string, or a dictionary with `class_name` and `config`.
        kind: `loss` or `metric`.

    Raises:
        Unsupported: If it is a lambda, or of a class or module that is not Keras' own.

    Example:
        >>> read_part({"class_name": "Huber", "config": {"delta": 2.0}}, "loss").config
        {'delta': 2.0}
    """
    if isinstance(serialized, str):
        return Part(kind=kind, form=Form.NAME, name=serialized)
    if not isinstance(serialized, Mapping) or "class_name" not in serialized:
        raise Unsupported(f"{kind} {serialized!r}", "it is neither a name nor a serialized object")
    name, config = str(serialized["class_name"]), serialized.get("config")
    module = str(serialized.get("module") or "")
    if module.partition(".")[0] not in _LIBRARY or name == "__lambda__":
        raise Unsupported(f"{kind} {name!r}", f"it is the user's own, from {module!r}")
    if name == "function":
        return Part(kind=kind, form=Form.FUNCTION, name=str(config))
    return Part(kind=kind, form=Form.CLASS, name=name, config=dict(config or {}), module=module)


def keep_known(part: Part, config: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options in `config` over their defaults in `known`.

    Raises:
        Unsupported: If `config` has an option that is not known, or a dtype other than float32.
    """
    options = {name: value for name, value in config.items() if name not in ("name", "dtype", "reduction", "fn")}
    dtype = config.get("dtype") or "float32"
    if dtype != "float32":
        raise Unsupported(str(part), f"its dtype is {dtype!r}, not 'float32'")
    if unknown := sorted(set(options) - set(known)):
        raise Unsupported(str(part), f"option {unknown[0]!r}")
    return {**known, **options}
