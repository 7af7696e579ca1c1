"""Eight recurrent networks: KerasTuner's random search against the same candidates on the compiled engine.

100 steps of one feature, 2,000 rows, two LSTM layers of 16 to 64 units, one number to predict; 5 epochs.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from task import Task
from tuning import Contest, main

ROWS, STEPS = 2000, 100


def data() -> tuple[NDArray[Any], NDArray[Any]]:
    """Return noisy waves of different lengths, and the value that follows each."""
    rng = np.random.default_rng(0)
    phase, length = rng.uniform(0, 2 * np.pi, (ROWS, 1)), rng.uniform(5, 25, (ROWS, 1))
    waves = np.sin(phase + 2 * np.pi * np.arange(STEPS + 1) / length) + 0.1 * rng.normal(size=(ROWS, STEPS + 1))
    waves = waves.astype("float32")
    return waves[:, :STEPS, None], waves[:, STEPS]


def build(hp: Any) -> Any:
    """Return a compiled network of two LSTM layers."""
    import keras

    inputs = keras.Input((STEPS, 1), name="x")
    x = keras.layers.LSTM(hp.Int("units_1", 16, 64, step=8), return_sequences=True)(inputs)
    x = keras.layers.LSTM(hp.Int("units_2", 16, 64, step=8))(x)
    model = keras.Model(inputs, keras.layers.Dense(1)(x))
    model.compile("adam", "mse")
    return model


CONTEST = Contest(
    title="8 recurrent networks: 100 steps, 2,000 rows, two LSTM layers of 16 to 64 units, 5 epochs",
    task=Task(data=data, build=build, epochs=5),
    candidates=8,
    trials=8,
    wanted={"tensorflow": 8, "jax": 3},
)

if __name__ == "__main__":
    main(__file__, CONTEST)
