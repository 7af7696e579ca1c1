"""Small data and small models."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest


def rows(num_rows: int = 120, num_columns: int = 4, *, seed: int = 0) -> tuple[Any, Any]:
    """Return numbers `(rows, columns)` and a class, 0 or 1, that the first two columns decide."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(num_rows, num_columns)).astype(np.float32)
    return x, (x[:, 0] + x[:, 1] > 0).astype(np.int64)


def network(units: int = 8, *, columns: int = 4, activation: str = "relu", rate: float = 0.01, **options: Any) -> Any:
    """Return a compiled model of one hidden layer that tells two classes apart."""
    import keras

    hidden = keras.layers.Dense(units, activation, **options)
    model = keras.Sequential([keras.Input((columns,)), hidden, keras.layers.Dense(1, "sigmoid", **options)])
    model.compile(keras.optimizers.Adam(rate), "binary_crossentropy", metrics=["accuracy"])
    return model


@pytest.fixture
def make_rows() -> Callable[..., tuple[Any, Any]]:
    return rows


@pytest.fixture
def make_network() -> Callable[..., Any]:
    return network
