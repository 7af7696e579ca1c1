"""Accuracies: 1 where the prediction is right, 0 where not, per entry; and the table that names them.

Formulas as in keras/src/metrics/accuracy_metrics.py. Targets and outputs of any dtype in, float32 out.
"""

from collections.abc import Mapping

import jax
import jax.numpy as jnp

from layersmith.engine.losses.formulas import Formula
from layersmith.engine.losses.shapes import Fit

__all__ = [
    "ACCURACIES",
    "accuracy",
    "binary_accuracy",
    "categorical_accuracy",
    "sparse_categorical_accuracy",
    "sparse_top_k_categorical_accuracy",
    "top_k_categorical_accuracy",
]


def accuracy(y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
    """Return where `y_pred` equals `y_true`, in their shape.

    Example:
        >>> accuracy(jnp.array([[1, 2]]), jnp.array([[1.0, 3.0]])).tolist()
        [[1.0, 0.0]]
    """
    return _equal(y_true.astype(jnp.float32), y_pred.astype(jnp.float32))


def binary_accuracy(y_true: jax.Array, y_pred: jax.Array, threshold: float = 0.5) -> jax.Array:
    """Return where `y_pred > threshold` equals `y_true`, in their shape.

    Example:
        >>> binary_accuracy(jnp.array([[1, 1]]), jnp.array([[0.5, 0.6]])).tolist()
        [[0.0, 1.0]]
    """
    return _equal(y_true.astype(jnp.float32), jnp.greater(y_pred, threshold).astype(jnp.float32))


def categorical_accuracy(y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
    """Return where the largest output is that of the class, `y_pred.shape[:-1]`.

    Args:
        y_true: `(batch, ..., classes)`, one-hot.
        y_pred: Scores of the same shape.

    Example:
        >>> categorical_accuracy(jnp.array([[0, 1]]), jnp.array([[0.2, 0.8]])).tolist()
        [1.0]
    """
    return _equal(jnp.argmax(y_true, axis=-1), jnp.argmax(y_pred, axis=-1))


def sparse_categorical_accuracy(y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
    """Return where the largest output is that of the class, `y_pred.shape[:-1]`.

    Args:
        y_true: Class numbers `(batch, ...)` or `(batch, ..., 1)`.
        y_pred: Scores `(batch, ..., classes)`.

    Example:
        >>> sparse_categorical_accuracy(jnp.array([1, 1]), jnp.array([[0.2, 0.8], [0.7, 0.3]])).tolist()
        [1.0, 0.0]
    """
    numbers = y_true.reshape(y_pred.shape[:-1]).astype(jnp.float32)
    return _equal(numbers, jnp.argmax(y_pred, axis=-1).astype(jnp.float32))


def top_k_categorical_accuracy(y_true: jax.Array, y_pred: jax.Array, k: int = 5) -> jax.Array:
    """Return where the class is among the `k` largest outputs, `y_pred.shape[:-1]`.

    Args:
        y_true: `(batch, ..., classes)`, one-hot.
        y_pred: Scores of the same shape.
        k: How many outputs count as right.

    Example:
        >>> top_k_categorical_accuracy(jnp.array([[0, 0, 1]]), jnp.array([[0.5, 0.2, 0.3]]), k=2).tolist()
        [1.0]
    """
    return _in_top_k(jnp.argmax(y_true, axis=-1), y_pred, k)


def sparse_top_k_categorical_accuracy(y_true: jax.Array, y_pred: jax.Array, k: int = 5) -> jax.Array:
    """Return where the class number is among the `k` largest outputs, `y_pred.shape[:-1]`.

    Args:
        y_true: Class numbers `(batch, ...)` or `(batch, ..., 1)`.
        y_pred: Scores `(batch, ..., classes)`.
        k: How many outputs count as right.

    Example:
        >>> sparse_top_k_categorical_accuracy(jnp.array([1]), jnp.array([[0.5, 0.2, 0.3]]), k=2).tolist()
        [0.0]
    """
    return _in_top_k(y_true.reshape(y_pred.shape[:-1]), y_pred, k)


ACCURACIES: Mapping[str, Formula] = {
    "accuracy": Formula(function=accuracy, fit=Fit.BROADCAST, matches_ranks=True),
    "binary_accuracy": Formula(
        function=binary_accuracy, fit=Fit.BROADCAST, options={"threshold": 0.5}, matches_ranks=True
    ),
    "categorical_accuracy": Formula(function=categorical_accuracy, fit=Fit.SAME),
    "sparse_categorical_accuracy": Formula(function=sparse_categorical_accuracy, fit=Fit.SPARSE),
    "sparse_top_k_categorical_accuracy": Formula(
        function=sparse_top_k_categorical_accuracy, fit=Fit.SPARSE, options={"k": 5}
    ),
    "top_k_categorical_accuracy": Formula(function=top_k_categorical_accuracy, fit=Fit.SAME, options={"k": 5}),
}


def _equal(first: jax.Array, second: jax.Array) -> jax.Array:
    return jnp.equal(first, second).astype(jnp.float32)


def _in_top_k(numbers: jax.Array, y_pred: jax.Array, k: int) -> jax.Array:
    """Ties with the class do not count against it; a class that has no output is never right."""
    right = jnp.take_along_axis(y_pred, numbers.astype(jnp.int32)[..., None], axis=-1)
    right = jnp.where(jnp.isnan(right), -jnp.inf, right)
    return jnp.less(jnp.sum(jnp.greater(y_pred, right), axis=-1), k).astype(jnp.float32)
