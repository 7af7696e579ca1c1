"""The output layer and the loss, which follow from the task."""

from typing import Any

from layersmith.data.spec import DataSpec, Kind, Task

__all__ = ["loss", "metrics", "outputs"]

_LOSSES = {
    Task.BINARY: "binary_crossentropy",
    Task.MULTICLASS: "sparse_categorical_crossentropy",
    Task.MULTILABEL: "binary_crossentropy",
    Task.REGRESSION: "mean_squared_error",
    Task.MULTIREGRESSION: "mean_squared_error",
}
_ACTIVATIONS = {Task.BINARY: "sigmoid", Task.MULTICLASS: "softmax", Task.MULTILABEL: "sigmoid"}
_METRICS = {Task.BINARY: ["accuracy"], Task.MULTICLASS: ["accuracy"], Task.MULTILABEL: ["binary_accuracy"]}


def loss(spec: DataSpec) -> str:
    """Return the Keras loss of the task; forecasts minimise the absolute error, which a single peak moves less.

    Example:
        >>> loss(DataSpec(kind=Kind.TABLE, task=Task.BINARY, num_outputs=1, num_rows=10, num_numeric=2))
        'binary_crossentropy'
    """
    return "mean_absolute_error" if spec.kind is Kind.FORECAST else _LOSSES[spec.task]


def metrics(spec: DataSpec) -> list[str]:
    """Return the Keras metrics shown beside the loss."""
    return list(_METRICS.get(spec.task, ["mean_absolute_error"]))


def outputs(hidden: Any, spec: DataSpec, *, l1: float = 0.0, l2: float = 0.0) -> Any:
    """Return the output tensor `(batch, num_outputs)`.

    Args:
        hidden: The family's representation `(batch, units)`.
        spec: What the data is.
        l1: L1 penalty of the kernel.
        l2: L2 penalty of the kernel.
    """
    from keras import layers

    from layersmith.families.penalty import penalty

    activation = _ACTIVATIONS.get(spec.task)
    return layers.Dense(spec.num_outputs, activation=activation, kernel_regularizer=penalty(l1, l2))(hidden)
