"""Batches for metrics, and the two ways to run them: ours and Keras' own, batch by batch."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from layersmith.engine.metrics import resolve_metric

Pair = tuple[np.ndarray, np.ndarray]


def _batches(kind: str, shape: tuple[int, ...] = (6, 3), seed: int = 0) -> list[Pair]:
    """Two batches of one shape."""
    generator = np.random.default_rng(seed)
    return [_batch(kind, shape, generator) for _ in range(2)]


def _batch(kind: str, shape: tuple[int, ...], generator: np.random.Generator) -> Pair:
    scores = generator.normal(size=shape).astype("float32")
    numbers = generator.integers(0, shape[-1], shape[:-1])
    shares = (np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)).astype("float32")
    makers: dict[str, Callable[[], Pair]] = {
        "labels": lambda: (generator.integers(0, 2, shape), generator.uniform(size=shape).astype("float32")),
        "one_hot": lambda: (np.eye(shape[-1], dtype="float32")[numbers], shares),
        "classes": lambda: (numbers, shares),
        "real": lambda: (generator.normal(size=shape).astype("float32"), scores),
        "counts": lambda: (generator.integers(0, 4, shape), np.abs(scores)),
        "whole": lambda: (generator.integers(0, 3, shape), generator.integers(0, 3, shape).astype("float32")),
    }
    return makers[kind]()


def _run(serialized: Any, batches: Sequence[Pair], weights: Any = None, masks: Any = None, pad: int = 0) -> np.ndarray:
    """The result of our metric after all batches; `pad` dead rows of NaN and nonsense are added to each."""
    shapes = batches[0][1].shape, batches[0][0].shape
    metric = resolve_metric(serialized, *shapes)
    metric = metric.renamed(metric.name, weighted=weights is not None)
    with jax.numpy_dtype_promotion("strict"):
        state = metric.init()
        for index, (y_true, y_pred) in enumerate(batches):
            live = len(y_true)
            rows = jnp.arange(live + pad) < live
            weight = None if weights is None else jnp.asarray(_pad(weights[index], pad, 9))
            mask = None if masks is None else jnp.asarray(_pad(masks[index], pad, 1))
            arrays = jnp.asarray(_pad(y_true, pad, 1)), jnp.asarray(_pad(y_pred, pad, np.nan))
            state = metric.update(state, *arrays, weight, rows if pad else None, mask)
        return np.asarray(metric.result(state))


def _pad(array: np.ndarray, rows: int, value: float) -> np.ndarray:
    return np.concatenate([array, np.full((rows, *array.shape[1:]), value).astype(array.dtype)])


def _run_keras(metric: keras.Metric, batches: Sequence[Pair], weights: Any = None, masks: Any = None) -> np.ndarray:
    for index, (y_true, y_pred) in enumerate(batches):
        outputs = keras.ops.convert_to_tensor(y_pred)
        if masks is not None:
            keras.src.backend.set_keras_mask(outputs, masks[index])
        metric.update_state(y_true, outputs, None if weights is None else weights[index])
    return np.asarray(metric.result())


@pytest.fixture
def batches() -> Callable[..., list[Pair]]:
    """`(kind, shape, seed)` to two batches."""
    return _batches


@pytest.fixture
def run() -> Callable[..., np.ndarray]:
    """Our metric's result."""
    return _run


@pytest.fixture
def run_keras() -> Callable[..., np.ndarray]:
    """Keras' metric's result."""
    return _run_keras
