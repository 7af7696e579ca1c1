"""Eight small convolutional networks: KerasTuner's random search against the same candidates on the compiled engine.

28×28 images, 4,000 rows, ten classes, two convolutions of 8 to 32 filters with pooling; 5 epochs.
"""

from functools import partial
from typing import Any

from patterns import CLASSES, noisy_patterns
from task import Task
from tuning import Contest, main

SHAPE = (28, 28, 1)


def build(hp: Any) -> Any:
    """Return a compiled classifier with two convolutions."""
    import keras

    inputs = x = keras.Input(SHAPE, name="x")
    for layer in (1, 2):
        filters = hp.Int(f"filters_{layer}", 8, 32, step=8)
        x = keras.layers.MaxPooling2D()(keras.layers.Conv2D(filters, 3, activation="relu")(x))
    model = keras.Model(inputs, keras.layers.Dense(CLASSES, "softmax")(keras.layers.Flatten()(x)))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


CONTEST = Contest(
    title="8 convolutional networks: 28×28 images, 4,000 rows, two convolutions of 8 to 32 filters, 5 epochs",
    task=Task(data=partial(noisy_patterns, 4000, SHAPE), build=build, epochs=5),
    candidates=8,
    trials=8,
    wanted={"tensorflow": 2.5, "jax": 5},
)

if __name__ == "__main__":
    main(__file__, CONTEST)
