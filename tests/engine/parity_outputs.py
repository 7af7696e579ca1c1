"""Models of several inputs and outputs for comparing compiled epochs with `model.fit`, on any backend."""

import os
import sys

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
import numpy as np
from keras import layers

from layersmith.engine.fit import fit

ROWS = 70  # no multiple of a batch: the last one is partial
CODES = "sparse_categorical_crossentropy"
RNG = np.random.default_rng(0)
X = RNG.normal(size=(ROWS, 4)).astype("float32")
KIND = np.digitize(X[:, 0], [-0.4, 0.4])
PRICE = X.sum(axis=1) + 1.0
ONE_HOT = np.eye(3, dtype="float32")[KIND]
WEIGHT = np.linspace(0.0, 2.0, ROWS).astype("float32")
LEFT, RIGHT = X[:, :3].copy(), X[:, 3:]
LEFT[:, 1:][LEFT[:, 1:] < -0.3] = 0.0  # what `Masking` leaves out
STEPS = RNG.integers(0, 3, (ROWS, 3))
STEP_WEIGHT = RNG.uniform(size=(ROWS, 3)).astype("float32")


def graph(container):
    """Return inputs and outputs: `kind` of three classes, and `price`."""
    left, right = keras.Input((3,), name="left"), keras.Input((1,), name="right")
    hidden = layers.Dense(5, "tanh", kernel_regularizer="l2")(layers.Concatenate()([left, right]))
    kind, price = layers.Dense(3, "softmax", name="kind")(hidden), layers.Dense(1, name="price")(hidden)
    steps = layers.Masking()(layers.Reshape((3, 1))(left))
    outputs = {
        "list": [kind, price],
        "tuple": (kind, price),
        "dict": {"price_of": price, "kind_of": kind},
        "one": price,
        "alone": {"price_of": price},
        "masked": [layers.Dense(3, "softmax", name="tag")(steps), price],
    }
    return [left, right], outputs[container]


# name: container of the outputs, arguments of compile, targets, arguments of fit
CASES = {
    "a list of everything": (
        "list",
        {
            "loss": [CODES, "mse"],
            "loss_weights": [1.0, 0.3],
            "metrics": [["accuracy"], ["mae", "mse"]],
            "weighted_metrics": [None, ["mae"]],
        },
        [KIND, PRICE],
        {"sample_weight": [None, WEIGHT]},
    ),
    "a dictionary of everything": (
        "dict",
        {
            "loss": {"price_of": "mse", "kind_of": CODES},
            "loss_weights": {"kind_of": 2.0, "price_of": 0.5},
            "weighted_metrics": {"kind_of": "accuracy"},
        },
        {"kind_of": KIND, "price_of": PRICE},
        {"sample_weight": {"kind_of": WEIGHT, "price_of": WEIGHT[::-1].copy()}},
    ),
    "lists for a dictionary": (
        "dict",
        {"loss": [CODES, "mae"], "loss_weights": [0.5, 2.0], "metrics": ["accuracy", ["mse"]]},
        [KIND, PRICE],
        {},
    ),
    "names for a list": (
        "list",
        {
            "loss": {"price": "mse", "kind": CODES},
            "loss_weights": {"price": 0.1, "kind": 1.0},
            "metrics": {"price": ["mae"]},
        },
        {"kind": KIND, "price": PRICE},
        {},
    ),
    "one loss and one weight for all": (
        "tuple",
        {"loss": "mse", "loss_weights": 0.5, "metrics": ["mae", "mae"], "weighted_metrics": ["mae", "mae"]},
        (ONE_HOT, PRICE),
        {"sample_weight": WEIGHT},
    ),
    "an output without a loss": ("list", {"loss": [CODES, None], "metrics": [None, "mae"]}, [KIND, PRICE], {}),
    "targets for one of two": ("dict", {"loss": {"price_of": "mse"}}, {"price_of": PRICE}, {}),
    "one output in a dictionary": (
        "alone",
        {"loss": {"price_of": "mae"}, "metrics": {"price_of": ["mse"]}},
        PRICE,
        {"sample_weight": WEIGHT},
    ),
    "sums, which depend on batches": (
        "one",
        {"loss": [keras.losses.MeanSquaredError(reduction="sum")], "loss_weights": [0.3], "metrics": ["mae"]},
        [PRICE],
        {"batch_size": 7},
    ),
    "a mask and weights": (
        "masked",
        {"loss": [CODES, None], "weighted_metrics": [["accuracy"], ["mae"]]},
        [STEPS, PRICE],
        {"sample_weight": [STEP_WEIGHT, WEIGHT], "validation_batch_size": 5},
    ),
}


def build(name):
    container, compiled, _, _ = CASES[name]
    keras.utils.set_random_seed(3)
    inputs, outputs = graph(container)
    model = keras.Model(inputs, outputs)
    model.compile(keras.optimizers.SGD(0.01, momentum=0.9), **compiled)
    return model


def compare(name):
    """Return whether the logs have one order, and the largest differences of history and weights."""
    _, _, y, given = CASES[name]
    settings = {"epochs": 2, "batch_size": 16, "shuffle": False, "validation_split": 0.2, "verbose": 0, **given}
    theirs, mine = build(name), build(name)
    mine.set_weights(theirs.get_weights())
    expected = theirs.fit([LEFT, RIGHT], y, **settings).history
    found = fit(mine, [LEFT, RIGHT], y, engine="compiled", **settings).history
    assert list(found) == list(expected), (list(found), list(expected))
    history = max(relative(found[key], expected[key]) for key in expected)
    weights = max(relative(a, b) for a, b in zip(mine.get_weights(), theirs.get_weights(), strict=True))
    return history, weights


def relative(a, b):
    """Difference relative to the value, or to a hundredth of the array's largest: rounding is of that size."""
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    return float(np.max(np.abs(a - b) / (np.abs(b) + 1e-2 * max(np.abs(b).max(), 1e-3))))


if __name__ == "__main__":
    for case in sys.argv[1:]:
        print(*compare(case), case)
