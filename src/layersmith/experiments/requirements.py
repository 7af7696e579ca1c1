"""What a user's own Keras model must be before it is trained on a data set."""

from collections.abc import Mapping
from typing import Any

import keras

from layersmith.data.spec import Task
from layersmith.engine import Rows
from layersmith.errors import SpaceError

__all__ = ["require_compiled", "require_fitting"]


def require_compiled(model: Any, what: str = "build") -> None:
    """Raise unless `model` is a compiled Keras model.

    Args:
        model: What was made.
        what: What made it, for the message.

    Raises:
        SpaceError: Saying what it is instead.
    """
    if not isinstance(model, keras.Model):
        raise SpaceError(
            f"{what} returned {type(model).__name__}", expected="a keras.Model", fix="return the compiled model"
        )
    if getattr(model, "optimizer", None) is None:
        raise SpaceError(
            f"{what} returned the model {model.name!r}, which is not compiled",
            expected="a compiled keras.Model",
            fix="call model.compile(optimizer, loss) first",
        )


def require_fitting(model: Any, rows: Rows, task: Task, num_outputs: int, what: str = "the model of build") -> None:
    """Raise unless a model's inputs and output suit the data; a model whose calls are Python code tells neither.

    Args:
        model: A compiled model.
        rows: The data, features as the model is to take them.
        task: What is predicted.
        num_outputs: Classes, labels or targets; 1 for binary targets and regression.
        what: Which model it is, for the message.

    Raises:
        SpaceError: Naming the shapes that differ.
    """
    if not getattr(model, "inputs", None):
        return
    _require_inputs(model, rows, what)
    _require_output(model, task, num_outputs, what)


def _require_inputs(model: Any, rows: Rows, what: str) -> None:
    shapes = {name: tuple(values.shape[1:]) for name, values in rows.x.items()}
    taken = {tensor.name: tuple(tensor.shape[1:]) for tensor in model.inputs}
    pairs = (
        list(zip(shapes.values(), taken.values(), strict=False))
        if len(taken) == 1
        else [(shapes.get(name, ()), shape) for name, shape in taken.items()]
    )
    if len(shapes) != len(taken) or not all(_fits(*pair) for pair in pairs):
        raise SpaceError(
            f"{what} takes rows of {_shown(taken)}",
            expected=f"rows of {_shown(shapes)}",
            fix="make its inputs of these shapes" + ("" if len(shapes) == 1 else ", and name them so"),
        )


def _require_output(model: Any, task: Task, num_outputs: int, what: str) -> None:
    if len(model.outputs) != 1:
        raise SpaceError(
            f"{what} has {len(model.outputs)} outputs", expected="one output", fix="take one output at a time"
        )
    units = tuple(model.outputs[0].shape[1:])
    wanted = {
        (num_outputs,),
        *([(2,)] if task is Task.BINARY else []),
        *([()] if num_outputs == 1 else []),
    }
    if units not in wanted:
        raise SpaceError(
            f"{what} gives rows of shape {units}",
            expected=f"one of {sorted(wanted)} for {task} with {num_outputs} outputs",
            fix="change the last layer, or say task=",
        )


def _fits(given: tuple[int, ...], taken: tuple[int | None, ...]) -> bool:
    pairs = zip(given, taken, strict=False)
    return len(given) == len(taken) and all(size is None or length == size for length, size in pairs)


def _shown(shapes: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {shape}" for name, shape in shapes.items())
