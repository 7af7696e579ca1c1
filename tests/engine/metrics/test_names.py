"""Names in `History`, against Keras' own."""

import keras
import numpy as np
import pytest

from layersmith.engine.metrics.names import history_names

CASES = [
    (["mse"], []),
    (["mse", "mse"], []),
    (["mse", "mse", "mse"], ["mse"]),
    (["mse"], ["mse", "mse", "mse"]),
    ([], ["mse", "mse"]),
    (["accuracy", "mae"], ["accuracy", "mse", "mae"]),
    (["acc", "accuracy"], ["acc"]),
]


@pytest.mark.parametrize(("plain", "weighted"), CASES, ids=str)
def test_names_equal_those_of_keras(plain, weighted):
    metrics = keras.src.trainers.compile_utils.CompileMetrics(plain, weighted)
    metrics.update_state(np.zeros((2, 1), "float32"), np.zeros((2, 1), "float32"), np.ones(2))
    assert history_names(plain, weighted) == list(metrics.result())


def test_no_metrics_have_no_names():
    assert history_names([], []) == []
