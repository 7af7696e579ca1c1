"""Which kind of network suits the data: dense, convolutional or recurrent? Each kind has hyperparameters of its own."""

import keras
import numpy as np

import layersmith.keras_tuner as keras_tuner

STEPS = 24


def waves(rows, seed):
    """Return noisy sine waves `(rows, STEPS, 1)` and whether their frequency is high `(rows,)`."""
    rng = np.random.default_rng(seed)
    fast = rng.integers(0, 2, rows)
    phase = rng.uniform(0, 2 * np.pi, (rows, 1))
    curves = np.sin(np.arange(STEPS) * (0.5 + 0.4 * fast[:, None]) + phase) + rng.normal(0, 0.3, (rows, STEPS))
    return curves[..., None].astype("float32"), fast


def build_model(hp):
    inputs = keras.Input((STEPS, 1))
    kind = hp.Choice("kind", ["dense", "convolutional", "recurrent"])
    with hp.conditional_scope("kind", ["dense"]):
        if kind == "dense":
            x = keras.layers.Flatten()(inputs)
            x = keras.layers.Dense(hp.Int("units", 8, 32, step=8), activation="relu")(x)
    with hp.conditional_scope("kind", ["convolutional"]):
        if kind == "convolutional":
            x = keras.layers.Conv1D(hp.Choice("filters", [8, 16]), hp.Choice("kernel_size", [3, 5]))(inputs)
            x = keras.layers.GlobalMaxPooling1D()(x)
    with hp.conditional_scope("kind", ["recurrent"]):
        if kind == "recurrent":
            x = keras.layers.LSTM(hp.Int("cells", 4, 12, step=4))(inputs)
    outputs = keras.layers.Dense(1, activation="sigmoid")(x)
    model = keras.Model(inputs, outputs)
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model


def main(directory="runs/keras_tuner", max_trials=8, epochs=15):
    tuner = keras_tuner.BayesianOptimization(
        build_model, "val_accuracy", max_trials=max_trials, seed=1, directory=directory, project_name="architecture"
    )
    x, y = waves(400, seed=0)
    tuner.search(x, y, epochs=epochs, validation_data=waves(200, seed=1), verbose=0)
    tuner.results_summary(3)  # only what is active in a trial is listed
    return tuner


if __name__ == "__main__":
    main()
