"""KerasTuner's classic: the width of one hidden layer over 784 features, ten random trials on either side.

10,000 rows, ten classes, 32 to 512 units in steps of 32, 5 epochs.
"""

from functools import partial
from typing import Any

from patterns import CLASSES, noisy_patterns
from task import Task
from tuning import Contest, main

FEATURES = 784


def build(hp: Any) -> Any:
    """Return a compiled classifier with one hidden layer."""
    import keras

    inputs = keras.Input((FEATURES,), name="x")
    hidden = keras.layers.Dense(hp.Int("units", 32, 512, step=32), "relu")(inputs)
    model = keras.Model(inputs, keras.layers.Dense(CLASSES, "softmax")(hidden))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


CONTEST = Contest(
    title="10 wide dense networks: 784 features, 10,000 rows, 32 to 512 units, 5 epochs",
    task=Task(data=partial(noisy_patterns, 10_000, (FEATURES,)), build=build, epochs=5),
    candidates=10,
    trials=10,
    wanted={"tensorflow": 12, "jax": 8},
)

if __name__ == "__main__":
    main(__file__, CONTEST)
