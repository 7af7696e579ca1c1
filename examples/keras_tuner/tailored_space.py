"""One build function, several spaces: some entries fixed, one narrowed, the rest left at their defaults."""

import keras
import numpy as np

import layersmith.keras_tuner as keras_tuner


def build_model(hp):
    model = keras.Sequential([keras.Input((4,))])
    model.add(
        keras.layers.Dense(hp.Int("units", 16, 512, step=16), activation=hp.Choice("activation", ["relu", "tanh"]))
    )
    model.add(keras.layers.Dropout(hp.Float("dropout", 0.0, 0.5, step=0.1)))
    model.add(keras.layers.Dense(1))
    rate = hp.Float("learning_rate", 1e-4, 1e-1, sampling="log", default=1e-2)
    model.compile(keras.optimizers.Adam(rate), "mse")
    return model


def main(directory="runs/keras_tuner", max_trials=3, epochs=5):
    hp = keras_tuner.HyperParameters()
    hp.Fixed("activation", "tanh")
    hp.Float("learning_rate", 1e-3, 1e-2, sampling="log")
    x = np.random.default_rng(0).normal(size=(100, 4)).astype("float32")
    tuner = keras_tuner.RandomSearch(
        build_model,
        hyperparameters=hp,
        tune_new_entries=False,  # units and dropout keep their defaults
        objective="val_loss",
        max_trials=max_trials,
        seed=0,
        directory=directory,
        project_name="tailored",
    )
    tuner.enqueue({"learning_rate": 0.005})  # one to begin with
    tuner.search(x, x.sum(axis=1), epochs=epochs, validation_split=0.2, verbose=0)
    print([trial.hyperparameters.values for trial in tuner.oracle.trials.values()])
    return tuner


if __name__ == "__main__":
    main()
