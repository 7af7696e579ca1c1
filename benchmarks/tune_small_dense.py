"""A hundred small dense networks: KerasTuner's random search against the same candidates on the compiled engine.

10 features, 4,000 rows, one to three layers of 8 to 64 units, four activations, dropout, learning rate; 30 epochs.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from task import Task
from tuning import Contest, main

__all__ = ["TASK"]

ROWS, FEATURES = 4000, 10


def data() -> tuple[NDArray[Any], NDArray[Any]]:
    """Return rows whose class is the sign of a product, which no linear model finds."""
    x = np.random.default_rng(0).normal(size=(ROWS, FEATURES)).astype("float32")
    return x, (x[:, 0] * x[:, 1] > 0).astype("int32")


def build(hp: Any) -> Any:
    """Return a compiled network of one to three hidden layers."""
    import keras

    depth = hp.Int("depth", 1, 3)
    activation = hp.Choice("activation", ["relu", "tanh", "sigmoid", "gelu"])
    dropout = hp.Float("dropout", 0.0, 0.3)
    rate = hp.Float("learning_rate", 1e-4, 1e-2, sampling="log")
    inputs = x = keras.Input((FEATURES,), name="x")
    for layer in range(1, 4):
        with hp.conditional_scope("depth", list(range(layer, 4))):
            units = hp.Int(f"units_{layer}", 8, 64, step=8)
        if layer <= depth:
            x = keras.layers.Dropout(dropout)(keras.layers.Dense(units, activation)(x))
    model = keras.Model(inputs, keras.layers.Dense(1, "sigmoid")(x))
    model.compile(keras.optimizers.Adam(rate), "binary_crossentropy", metrics=["accuracy"])
    return model


TASK = Task(data=data, build=build, epochs=30)
CONTEST = Contest(
    title="100 small dense networks: 10 features, 4,000 rows, depth 1 to 3, 30 epochs",
    task=TASK,
    candidates=100,
    trials=10,
    wanted={"tensorflow": 80, "jax": 30},
)

if __name__ == "__main__":
    main(__file__, CONTEST)
