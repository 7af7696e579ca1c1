"""Layers with a regulariser of one kind or another, in name scopes and conditional scopes."""

import keras
import numpy as np

import layersmith.keras_tuner as keras_tuner


def build_model(hp):
    model = keras.Sequential([keras.Input((5,))])
    for block in ("first", "second"):
        with hp.name_scope(block):
            kind = hp.Choice("regulariser", ["none", "dropout", "penalty"])
            with hp.conditional_scope("regulariser", ["penalty"]):
                strength = hp.Float("strength", 1e-5, 1e-2, sampling="log")  # None where it is not active
            penalty = keras.regularizers.L2(strength) if kind == "penalty" else None
            model.add(keras.layers.Dense(8, activation="relu", kernel_regularizer=penalty))
            rate = hp.Float("rate", 0.1, 0.5, step=0.1, parent_name="regulariser", parent_values=["dropout"])
            if kind == "dropout":
                model.add(keras.layers.Dropout(rate))
    model.add(keras.layers.Dense(1))
    model.compile("adam", "mse")
    return model


def main(directory="runs/keras_tuner", max_trials=6, epochs=10):
    x = np.random.default_rng(0).normal(size=(300, 5)).astype("float32")
    y = np.sin(x[:, 0]) + x[:, 1] * x[:, 2]
    tuner = keras_tuner.RandomSearch(
        build_model, "val_loss", max_trials=max_trials, seed=3, directory=directory, project_name="conditional"
    )
    tuner.search(x[:200], y[:200], epochs=epochs, validation_data=(x[200:], y[200:]), verbose=0)
    tuner.search_space_summary(extended=True)
    tuner.results_summary(2)
    return tuner


if __name__ == "__main__":
    main()
