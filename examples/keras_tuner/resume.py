"""A search that was stopped goes on: finished trials count, and the one that ran goes on at its epoch."""

import keras
import numpy as np

import layersmith.keras_tuner as keras_tuner


def build_model(hp):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(hp.Float("rate", 1e-3, 1e-1, sampling="log")), "mse")
    return model


class Stop(keras.callbacks.Callback):
    """Stops the program in the middle of a trial, as Ctrl-C would."""

    epochs = 0

    def on_epoch_begin(self, epoch, logs=None):
        if Stop.epochs == 4:
            raise KeyboardInterrupt
        Stop.epochs += 1


def main(directory="runs/keras_tuner", max_trials=3, epochs=3):
    x = np.random.default_rng(0).normal(size=(100, 3)).astype("float32")
    data = {"x": x, "y": x.sum(axis=1), "validation_split": 0.2, "epochs": epochs, "verbose": 0}

    def tuner():
        return keras_tuner.RandomSearch(
            build_model, "val_loss", max_trials=max_trials, seed=0, directory=directory, project_name="resume"
        )

    Stop.epochs = 0
    try:
        tuner().search(**data, callbacks=[Stop()])
    except KeyboardInterrupt:
        print("stopped; now the same lines again")
    again = tuner()
    again.search(**data)
    print([len(trial.curves[0]["loss"]) for trial in again.oracle.trials.values()], "epochs per trial")
    return again


if __name__ == "__main__":
    main()
