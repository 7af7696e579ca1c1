"""Serialized Keras objects -> the constructor calls that make them.

Keras serializes layers, initializers, regularizers, losses, optimizers and so on to one form,
`{"module": ..., "class_name": ..., "config": ...}`. Only the entries of a config that differ from what the class
gives by itself are written.
"""

import copy
import importlib
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from layersmith.errors import GraphError
from layersmith.exporters.source.expression import Expression, Group, Item, call, flat, sequence
from layersmith.exporters.source.literals import literal

__all__ = ["class_of", "construct", "express"]


def express(value: Any) -> Expression:
    """Return the expression for a value of a config: a serialized object, a container of them, or a plain value.

    Raises:
        GraphError: If it holds a Python function that cannot be imported, or a value without a literal form.
    """
    if isinstance(value, Mapping) and "class_name" in value and "config" in value:
        return _SPECIAL.get(value["class_name"], construct)(value)
    if isinstance(value, Mapping):
        return Group(
            bracket="{", items=tuple(Item(value=express(v), prefix=f"{flat(literal(k))}: ") for k, v in value.items())
        )
    if isinstance(value, list | tuple):
        return sequence("[" if isinstance(value, list) else "(", *map(express, value))
    return literal(value)


def construct(serialized: Mapping[str, Any]) -> Expression:
    """Return the constructor call of a serialized object.

    Required arguments are positional, others follow by name in the order of the signature, a layer's name comes last.

    Example:
        >>> serialized = {"module": "keras.regularizers", "class_name": "L2", "config": {"l2": 0.0001}}
        >>> flat(construct(serialized))
        'keras.regularizers.L2(l2=0.0001)'
    """
    kind, path = class_of(serialized)
    config = _adapted(serialized)
    parameters = _parameters(kind)
    required = [name for name, parameter in parameters.items() if _is_required(parameter) and name in config]
    defaults = _defaults(kind, parameters, {name: config[name] for name in required})
    changed = {
        name: express(config[name])
        for name in parameters
        if name in config and name not in required and _plain(config[name]) != _plain(defaults.get(name))
    }
    if "name" in changed:
        changed["name"] = changed.pop("name")
    return call(path, *(express(config[name]) for name in required), **changed)


def class_of(serialized: Mapping[str, Any]) -> tuple[type, str]:
    """Return the class of a serialized object and the dotted path at which source code finds it.

    Raises:
        GraphError: If the class cannot be imported.
    """
    module, name = str(serialized.get("module")), str(serialized["class_name"])
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise _not_importable(name, module) from error
    if module == "__main__" or not inspect.isclass(found):
        raise _not_importable(name, module)
    return found, f"{module}.{name}"


def _not_importable(name: str, module: str) -> GraphError:
    return GraphError(
        f"{name} is defined in {module!r}, where other code cannot import it",
        expected="classes and functions of Keras, or of a module that can be imported",
        fix=f"move {name} into a module of its own, or save the model as a .keras file",
    )


def _parameters(kind: type) -> dict[str, inspect.Parameter]:
    """Constructor arguments of a class, those it hands on to its bases included."""
    found: dict[str, inspect.Parameter] = {}
    for base in inspect.getmro(kind):
        if "__init__" not in vars(base):
            continue
        parameters = list(inspect.signature(vars(base)["__init__"]).parameters.values())[1:]
        for parameter in parameters:
            if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
                found.setdefault(parameter.name, parameter)
        if all(parameter.kind is not parameter.VAR_KEYWORD for parameter in parameters):
            break
    return found


def _is_required(parameter: inspect.Parameter) -> bool:
    return parameter.default is parameter.empty


def _defaults(kind: Any, parameters: Mapping[str, inspect.Parameter], required: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the config of an object made of its required arguments alone.

    A class that cannot be made so falls back to the defaults of its signature: more is then written, none of it wrong.
    """
    import keras

    named = {"name": "unnamed"} if issubclass(kind, keras.layers.Layer) else {}
    signature = {name: p.default for name, p in parameters.items() if not _is_required(p)}
    try:
        plain = all(isinstance(value, str | int | float) for value in required.values())
        made = (
            kind(**required, **named) if plain else kind.from_config(copy.deepcopy({**required, **named}))
        ).get_config()
    except (KeyError, TypeError, ValueError, NotImplementedError):
        return signature
    return {**signature, **made}


def _plain(value: Any) -> Any:
    """Return a form in which equal configs compare equal: tuples as lists, build information left out."""
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items() if key != "build_config"}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return value


def _adapted(serialized: Mapping[str, Any]) -> dict[str, Any]:
    config = dict(serialized["config"])
    return _bidirectional(config) if serialized["class_name"] == "Bidirectional" else config


def _bidirectional(config: dict[str, Any]) -> dict[str, Any]:
    """Undo what the wrapper does to its layer: the name `forward_*`, the mirrored copy, zeros where masked."""
    forward, backward = dict(config["layer"]["config"]), dict(config["backward_layer"]["config"])
    own = {"name", "go_backwards"}
    mirrored = config["layer"]["class_name"] == config["backward_layer"]["class_name"] and all(
        _plain(forward[name]) == _plain(backward.get(name)) for name in forward if name not in own
    )
    forward["name"] = forward["name"].removeprefix("forward_")
    forward.pop("zero_output_for_mask", None)
    config["layer"] = {**config["layer"], "config": forward}
    if mirrored:
        del config["backward_layer"]
    return config


def _function(serialized: Mapping[str, Any]) -> Expression:
    import keras

    name, module = str(serialized["config"]), str(serialized.get("module"))
    for home in ("activations", "losses", "metrics"):
        if hasattr(getattr(keras, home), name) and module in ("None", "builtins", f"keras.{home}"):
            return f"keras.{home}.{name}"
    registered = keras.saving.get_registered_object(name)
    if registered is not None:
        name, module = registered.__name__, registered.__module__
    if module in ("__main__", "builtins", "None"):
        raise _not_importable(name, module)
    return f"{module}.{name}"


def _lambda(serialized: Mapping[str, Any]) -> Expression:
    raise GraphError(
        f"a lambda function in {serialized['class_name']}",
        expected="named functions and layers of Keras",
        fix="write it with keras.ops, or as a registered keras.layers.Layer",
    )


def _policy(serialized: Mapping[str, Any]) -> Expression:
    return literal(serialized["config"]["name"])


def _numpy(serialized: Mapping[str, Any]) -> Expression:
    import numpy as np

    return literal(np.array(serialized["config"]["value"], dtype=serialized["config"]["dtype"]))


_SPECIAL: Mapping[str, Callable[[Mapping[str, Any]], Expression]] = {
    "DTypePolicy": _policy,
    "Lambda": _lambda,
    "__lambda__": _lambda,
    "__numpy__": _numpy,
    "__tensor__": _numpy,
    "function": _function,
}
