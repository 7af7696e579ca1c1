"""Models of a user's own class: how they compute and train may not be what their graph says."""

from typing import Any

from layersmith.engine.unsupported import Unsupported
from layersmith.graph.call import is_model

__all__ = ["require_keras_methods"]

_TRAINING = ("compute_loss", "compute_metrics", "fit", "make_train_function", "test_step", "train_step")


def require_keras_methods(model: Any) -> None:
    """Refuse a model that overrides how Keras trains it, or a model, nested ones included, with a `call` of its own.

    Args:
        model: A Sequential or Functional model, or one of a class derived from them.

    Raises:
        Unsupported: If it does.
    """
    for name in _TRAINING:
        _require(model, name)
    for part in model._flatten_layers():
        if is_model(part):
            _require(part, "call")


def _require(model: Any, name: str) -> None:
    method = getattr(type(model), name, None)
    if not getattr(method, "__module__", "keras.").startswith("keras."):
        raise Unsupported(f"model {model.name!r} ({type(model).__name__})", f"its own {name}")
