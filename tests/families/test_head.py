"""The output layer and the loss of each task."""

import keras
import numpy as np
import pytest

from layersmith.data.spec import DataSpec, Kind, Task
from layersmith.families import head

EXPECTED = {
    Task.BINARY: (1, "sigmoid", "binary_crossentropy", ["accuracy"]),
    Task.MULTICLASS: (4, "softmax", "sparse_categorical_crossentropy", ["accuracy"]),
    Task.MULTILABEL: (3, "sigmoid", "binary_crossentropy", ["binary_accuracy"]),
    Task.REGRESSION: (1, "linear", "mean_squared_error", ["mean_absolute_error"]),
    Task.MULTIREGRESSION: (2, "linear", "mean_squared_error", ["mean_absolute_error"]),
}


def spec(task, kind=Kind.TABLE):
    return DataSpec(kind=kind, task=task, num_outputs=EXPECTED[task][0], num_rows=10, num_numeric=2)


@pytest.mark.parametrize("task", list(Task))
def test_units_activation_loss_and_metrics_follow_the_task(task):
    units, activation, loss, metrics = EXPECTED[task]
    entry = keras.Input((5,))
    model = keras.Model(entry, head.outputs(entry, spec(task)))
    layer = model.layers[-1]
    assert (layer.units, layer.activation.__name__) == (units, activation)
    assert layer.kernel_regularizer is None
    assert (head.loss(spec(task)), head.metrics(spec(task))) == (loss, metrics)


def test_probabilities_are_probabilities():
    entry = keras.Input((5,))
    x = np.random.default_rng(0).normal(0, 9, (20, 5)).astype("float32")
    classes = np.asarray(keras.Model(entry, head.outputs(entry, spec(Task.MULTICLASS)))(x))
    np.testing.assert_allclose(classes.sum(axis=1), 1.0, rtol=1e-5)
    labels = np.asarray(keras.Model(entry, head.outputs(entry, spec(Task.MULTILABEL)))(x))
    assert labels.min() >= 0
    assert labels.max() <= 1


def test_forecasts_minimise_the_absolute_error():
    assert head.loss(spec(Task.MULTIREGRESSION, Kind.FORECAST)) == "mean_absolute_error"


def test_the_penalty_is_on_the_kernel_alone():
    entry = keras.Input((5,))
    layer = keras.Model(entry, head.outputs(entry, spec(Task.BINARY), l1=0.5, l2=0.25)).layers[-1]
    kernel = np.asarray(layer.kernel)
    assert layer.bias_regularizer is None
    np.testing.assert_allclose(layer.losses[0], 0.5 * np.abs(kernel).sum() + 0.25 * (kernel**2).sum(), rtol=1e-5)


def test_metrics_are_a_fresh_list():
    head.metrics(spec(Task.BINARY)).append("auc")
    assert head.metrics(spec(Task.BINARY)) == ["accuracy"]


@pytest.mark.parametrize("task", list(Task))
def test_keras_compiles_loss_and_metrics(task):
    entry = keras.Input((2,))
    model = keras.Model(entry, head.outputs(entry, spec(task)))
    model.compile("adam", loss=head.loss(spec(task)), metrics=head.metrics(spec(task)))
    shape = (6,) if task in (Task.BINARY, Task.MULTICLASS, Task.REGRESSION) else (6, EXPECTED[task][0])
    loss, _ = model.evaluate(np.zeros((6, 2), "float32"), np.ones(shape, "float32"), verbose=0)
    assert np.isfinite(loss)
