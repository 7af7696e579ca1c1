"""Keras' own `.keras` file: architecture, weights and optimizer state in one archive."""

from pathlib import Path
from typing import Any

from layersmith.errors import GraphError
from layersmith.exporters.atomic import replacing

__all__ = ["save"]


def save(model: Any, path: str | Path) -> Path:
    """Write `model` as a `.keras` file, whole or not at all.

    `keras.saving.load_model(path)` reads it back in safe mode, which is Keras' default. A compiled model that was not
    trained by `fit` has its optimizer built first, as Keras warns on loading a file without the optimizer's state.

    Args:
        model: A `keras.Model`.
        path: A file name that ends in `.keras`.

    Returns:
        The path written.

    Raises:
        GraphError: If the name ends otherwise, or the model holds a Lambda layer, which safe mode refuses to load.
    """
    target = Path(path)
    if target.suffix != ".keras":
        raise GraphError(
            f"file name {target.name!r}", expected="a name that ends in .keras", fix=f"use {target.stem}.keras"
        )
    _require_safe(model)
    _build_optimizer(model)
    with replacing(target) as temporary:
        model.save(temporary)
    return target


def _require_safe(model: Any) -> None:
    import keras

    for layer in model._flatten_layers():
        if isinstance(layer, keras.layers.Lambda):
            raise GraphError(
                f"layer {layer.name!r} is a Lambda layer, which holds Python code",
                expected="layers that load in safe mode",
                fix="write it with keras.ops, or as a registered keras.layers.Layer",
            )


def _build_optimizer(model: Any) -> None:
    if getattr(model, "optimizer", None) is not None and not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
