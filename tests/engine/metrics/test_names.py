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
    named = ([("", name) for name in names] for names in (plain, weighted))
    assert history_names(*named) == list(metrics.result())


OUTPUTS = [
    (([["mse"], ["mse"]]), ([["mse"], []])),
    (([["mse", "mse"], []]), ([["mse", "mse"], ["mae"]])),
    (([[], []]), ([["mse"], ["mse"]])),
]


@pytest.mark.parametrize("names", [("a", "b"), ("a", "a")], ids=str)
@pytest.mark.parametrize(("plain", "weighted"), OUTPUTS, ids=str)
def test_names_of_several_outputs_equal_those_of_keras(plain, weighted, names):
    metrics = keras.src.trainers.compile_utils.CompileMetrics(plain, weighted, output_names=list(names))
    zeros = [np.zeros((2, 1), "float32")] * 2
    metrics.update_state(zeros, zeros, [np.ones(2)] * 2)
    pairs = (zip(names, given, strict=True) for given in (plain, weighted))
    named = ([(output, name) for output, each in pair for name in each] for pair in pairs)
    assert history_names(*named) == list(metrics.result())


def test_no_metrics_have_no_names():
    assert history_names([], []) == []
