"""Between a user's own model and the metrics: the targets its loss wants, and its outputs as answers."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from layersmith.data.spec import Task

__all__ = ["answers", "finish_of", "loss_name", "targets_for"]


def targets_for(model: Any, task: Task, num_outputs: int, y: NDArray[Any]) -> NDArray[Any]:
    """Return targets as a model's loss wants them: classes one-hot where it compares with that.

    Args:
        model: A compiled model.
        task: What is predicted.
        num_outputs: Classes of a multi-class target.
        y: Targets as `DataSpec` says.

    Returns:
        `y` itself, or `(rows, classes)` float32.
    """
    if y.ndim > 1 or not task.is_classification or not _is_one_hot(model.loss):
        return y
    one_hot: NDArray[Any] = np.eye(max(2, num_outputs), dtype=np.float32)[y]
    return one_hot


def finish_of(model: Any, task: Task) -> Callable[[Any], Any] | None:
    """Return what turns the outputs into the probabilities that metrics and answers are made of, None for nothing."""
    if not task.is_classification:
        return None
    outputs = getattr(model, "outputs", None) or ()
    two = task is Task.BINARY and any(tuple(output.shape[1:]) == (2,) for output in outputs)
    logits = bool(getattr(model.loss, "from_logits", False))
    single = task is Task.MULTILABEL or (task is Task.BINARY and not two)

    def finish(outputs: Any) -> Any:
        if logits:
            outputs = keras.ops.sigmoid(outputs) if single else keras.ops.softmax(outputs, axis=-1)
        return outputs[:, 1:] if two else outputs

    return finish if logits or two else None


def answers(outputs: NDArray[Any], finish: Callable[[Any], Any] | None) -> NDArray[Any]:
    """Return a model's outputs as the metrics take them, `(rows, outputs)`."""
    values = np.asarray(outputs).reshape(len(outputs), -1)
    return values if finish is None else np.asarray(keras.ops.convert_to_numpy(finish(values)))


def loss_name(loss: Any) -> str:
    """Return the name of a loss, a string, function or object, in small letters without underscores.

    Example:
        >>> loss_name("mean_squared_error"), loss_name(keras.losses.MeanSquaredError())
        ('meansquarederror', 'meansquarederror')
    """
    return str(getattr(loss, "name", None) or getattr(loss, "__name__", None) or loss).lower().replace("_", "")


def _is_one_hot(loss: Any) -> bool:
    """Whether a loss compares with one-hot classes."""
    return "categorical" in loss_name(loss) and "sparse" not in loss_name(loss)
