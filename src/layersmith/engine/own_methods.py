"""Models of a user's own class: how they compute and train may not be what their graph says."""

from typing import Any

from layersmith.engine.unsupported import Unsupported
from layersmith.graph.call import is_model

__all__ = ["require_keras_methods"]

_TRAINING = (
    *("fit", "train_step", "test_step", "make_train_function", "make_test_function", "compute_loss_and_updates"),
    *("compute_loss", "stateless_compute_loss", "compute_metrics", "get_metrics_result", "metrics", "losses"),
)


def require_keras_methods(model: Any) -> None:
    """Refuse a model that overrides how Keras trains it, or a model, nested ones included, with a `call` of its own.

    Metrics that the model or a layer keeps count as overriding: Keras puts them into the logs.

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
        if part._metrics and (part is model or not is_model(part)):
            raise Unsupported(_shown(part), f"it keeps the metric {part._metrics[0].name!r}")


def _require(model: Any, name: str) -> None:
    owner = next((kind for kind in type(model).__mro__ if name in vars(kind)), object)
    if owner is not object and not owner.__module__.startswith("keras."):
        raise Unsupported(_shown(model), f"its own {name}")


def _shown(layer: Any) -> str:
    return f"{'model' if is_model(layer) else 'layer'} {layer.name!r} ({type(layer).__name__})"
