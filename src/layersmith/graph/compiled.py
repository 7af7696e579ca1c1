"""What `model.compile` was given."""

from typing import Any

from layersmith.graph.model_graph import Compiled

__all__ = ["compile_like", "read_compiled"]

_NAMED = ("loss", "loss_weights", "metrics", "weighted_metrics")


def read_compiled(model: Any) -> Compiled | None:
    """Return what `model` was compiled with, or None where it is not compiled."""
    import keras

    if not getattr(model, "compiled", False):
        return None
    config = model.get_compile_config() or {}
    options = {name: value for name, value in config.items() if name not in (*_NAMED, "optimizer")}
    return Compiled(
        optimizer=keras.optimizers.serialize(model.optimizer) if model.optimizer is not None else None,
        options=options,
        **{name: config.get(name) for name in _NAMED},
    )


def compile_like(model: Any, compiled: Compiled) -> None:
    """Compile `model` with a fresh optimizer, loss and metrics like those in `compiled`.

    Raises:
        ValueError: From Keras, if a custom loss or metric is not registered with `keras.saving`.
    """
    config = {name: getattr(compiled, name) for name in _NAMED}
    model.compile_from_config({**compiled.options, **config, "optimizer": compiled.optimizer})
