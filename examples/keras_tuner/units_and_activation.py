"""How do units and activation interact? Every combination, once, as a table."""

import keras
import numpy as np

import layersmith.keras_tuner as keras_tuner


def rings(rows, seed):
    """Return points `(rows, 2)` and whether they lie inside a ring `(rows,)`."""
    points = np.random.default_rng(seed).uniform(-1, 1, (rows, 2)).astype("float32")
    radius = np.hypot(*points.T)
    return points, ((radius > 0.4) & (radius < 0.8)).astype("float32")


def build_model(hp):
    units = hp.Choice("units", [4, 16])
    activation = hp.Choice("activation", ["relu", "tanh"])
    model = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(units, activation=activation),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(0.03), loss="binary_crossentropy", metrics=["accuracy"])
    return model


def main(directory="runs/keras_tuner", max_trials=None, epochs=40):
    tuner = keras_tuner.GridSearch(
        build_model, "val_accuracy", max_trials=max_trials, seed=0, directory=directory, project_name="interaction"
    )
    x, y = rings(400, seed=0)
    tuner.search(x, y, epochs=epochs, validation_data=rings(200, seed=1), verbose=0)
    print(tuner.to_dataframe().pivot_table("score", index="units", columns="activation"))
    return tuner


if __name__ == "__main__":
    main()
