"""What `model.compile` was given."""

import inspect
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from layersmith.graph.model_graph import Compiled

__all__ = ["compile_like", "read_compiled"]

_NAMED = ("loss", "loss_weights", "metrics", "weighted_metrics")


def read_compiled(model: Any) -> Compiled | None:
    """Return what `model` was compiled with, or None where it is not compiled."""
    import keras

    if not getattr(model, "compiled", False):
        return None
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*includes a `lambda`")  # nothing is saved here
        config = model.get_compile_config() or {}
    given = getattr(getattr(model, "_compile_config", None), "config", {})
    options = {name: value for name, value in config.items() if name not in (*_NAMED, "optimizer")}
    return Compiled(
        optimizer=keras.optimizers.serialize(model.optimizer) if model.optimizer is not None else None,
        options=options,
        **{name: _restored(given.get(name), config.get(name), _with_module) for name in _NAMED[1:]},
        loss=_restored(model.loss, config.get("loss"), _with_arguments),
    )


def compile_like(model: Any, compiled: Compiled) -> None:
    """Compile `model` with a fresh optimizer, loss and metrics like those in `compiled`.

    Raises:
        ValueError: From Keras, if a custom loss or metric is not registered with `keras.saving`.
    """
    config = {name: getattr(compiled, name) for name in _NAMED}
    model.compile_from_config({**compiled.options, **config, "optimizer": compiled.optimizer})


def _restored(given: Any, serialized: Any, restore: Callable[[Any, Any], Any]) -> Any:
    """Return `serialized` with `restore(object, its config)` in place of each loss or metric in the structure."""
    if isinstance(given, Mapping) and isinstance(serialized, Mapping):
        return {name: _restored(given[name], entry, restore) for name, entry in serialized.items()}
    if isinstance(given, list | tuple) and isinstance(serialized, list | tuple):
        return [_restored(one, entry, restore) for one, entry in zip(given, serialized, strict=False)]
    return restore(given, serialized)


def _with_module(function: Any, serialized: Any) -> Any:
    """Say where a user's function comes from: Keras writes a user's own `huber` as it writes its own."""
    if not inspect.isfunction(function) or function.__module__.startswith("keras."):
        return serialized
    if isinstance(serialized, Mapping):
        return {**serialized, "module": function.__module__}
    return {"module": function.__module__, "class_name": "function", "config": serialized}


def _with_arguments(loss: Any, serialized: Any) -> Any:
    """Put back the arguments that some losses leave out of their config, as `Huber` does with `delta`."""
    arguments = getattr(loss, "_fn_kwargs", None)
    if not arguments or not isinstance(serialized, Mapping):
        return _with_module(loss, serialized)
    accepted = inspect.signature(type(loss).__init__).parameters
    missing = {name: value for name, value in arguments.items() if name in accepted}
    return {**serialized, "config": {**missing, **serialized["config"]}}
