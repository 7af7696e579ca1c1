"""Models and data for comparing compiled epochs with `model.fit`; run as a script it compares on any backend."""

import os
import sys

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
import numpy as np

from layersmith.engine.fit import fit

ROWS = 70  # no multiple of a batch: the last one is partial


def data(shape, outputs, kind, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(ROWS, *shape)).astype("float32")
    score = x.reshape(ROWS, -1)[:, :4].sum(axis=1)
    if kind == "binary":
        return x, (score > 0).astype("int32")
    if kind == "classes":
        return x, np.digitize(score, np.quantile(score, [0.33, 0.66])[: outputs - 1]).astype("int32")
    return x, np.stack([score * (k + 1) for k in range(outputs)], axis=1).astype("float32")


def dense():
    return [
        keras.layers.Dense(8, "relu", kernel_regularizer="l2"),
        keras.layers.BatchNormalization(momentum=0.8),
        keras.layers.Dense(3, "softmax"),
    ]


def conv():
    return [
        keras.layers.Conv2D(4, 3, padding="same", activation="relu", kernel_constraint=keras.constraints.MaxNorm(1.0)),
        keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(4, 3, strides=2, padding="same", use_bias=False),
        keras.layers.BatchNormalization(),
        keras.layers.Activation("relu"),
        keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(3, "softmax"),
    ]


def temporal():
    return [
        keras.layers.Conv1D(4, 3, padding="causal", dilation_rate=2, activation="relu"),
        keras.layers.LayerNormalization(),
        keras.layers.Flatten(),
        keras.layers.Dense(1, "sigmoid"),
    ]


def recurrent():
    return [
        keras.layers.Bidirectional(keras.layers.LSTM(3, return_sequences=True)),
        keras.layers.GRU(3),
        keras.layers.Dense(2),
    ]


CASES = {
    "dense": (dense, (6,), 3, "classes", "sparse_categorical_crossentropy", ["accuracy"]),
    "conv": (conv, (8, 8, 2), 3, "classes", "sparse_categorical_crossentropy", ["accuracy"]),
    "temporal": (temporal, (9, 2), 1, "binary", "binary_crossentropy", ["accuracy", "AUC"]),
    "recurrent": (recurrent, (6, 2), 2, "values", "mse", ["mae"]),
}


def build(name):
    layers, shape, _, _, loss, metrics = CASES[name]
    keras.utils.set_random_seed(3)
    model = keras.Sequential([keras.Input(shape), *layers()])
    model.compile(keras.optimizers.SGD(0.05, momentum=0.9), loss=loss, metrics=metrics)
    return model


def compare(name, **arguments):
    """Return the largest differences of history, weights and optimizer state after three epochs."""
    _, shape, outputs, kind, _, _ = CASES[name]
    x, y = data(shape, outputs, kind)
    theirs, mine = build(name), build(name)
    mine.set_weights(theirs.get_weights())
    settings = {"epochs": 3, "batch_size": 16, "shuffle": False, "verbose": 0, **arguments}
    expected = theirs.fit(x, y, **settings).history
    found = fit(mine, x, y, engine="compiled", **settings).history
    assert set(found) == set(expected), (sorted(found), sorted(expected))
    history = max(_relative(found[key], expected[key]) for key in expected)
    weights = max(_relative(a, b) for a, b in zip(mine.get_weights(), theirs.get_weights(), strict=True))
    pairs = zip(mine.optimizer.variables, theirs.optimizer.variables, strict=True)
    state = max(_relative(np.asarray(a.value), np.asarray(b.value)) for a, b in pairs)
    return history, weights, state


def _relative(a, b):
    """Difference relative to the value, or to a hundredth of the array's largest: rounding is of that size."""
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    return float(np.max(np.abs(a - b) / (np.abs(b) + 1e-2 * max(np.abs(b).max(), 1e-3))))


if __name__ == "__main__":
    for case in sys.argv[1:]:
        print(case, *compare(case, validation_split=0.2))
