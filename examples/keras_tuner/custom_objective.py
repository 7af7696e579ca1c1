"""An objective of one's own: `fit` returns the number that is to be small, here the error of the worst row."""

import keras
import numpy as np

import layersmith.keras_tuner as keras_tuner


class WorstRow(keras_tuner.HyperModel):
    def build(self, hp):
        layers = [keras.Input((1,)), keras.layers.Dense(hp.Choice("units", [8, 32]), activation="tanh")]
        model = keras.Sequential([*layers, keras.layers.Dense(1)])
        model.compile(keras.optimizers.Adam(hp.Float("rate", 1e-3, 1e-1, sampling="log")), "mse")
        return model

    def fit(self, hp, model, x, y, validation_data, **kwargs):
        super().fit(hp, model, x, y, **kwargs)
        x_val, y_val = validation_data
        return float(np.max(np.abs(model.predict(x_val, verbose=0)[:, 0] - y_val)))


def main(directory="runs/keras_tuner", max_trials=5, epochs=40):
    x = np.linspace(-3, 3, 200, dtype="float32")[:, None]
    y = np.sin(x[:, 0])
    tuner = keras_tuner.RandomSearch(
        WorstRow(), max_trials=max_trials, seed=0, directory=directory, project_name="worst_row"
    )
    tuner.search(x[::2], y[::2], epochs=epochs, validation_data=(x[1::2], y[1::2]), verbose=0)
    print("largest error:", tuner.oracle.get_best_trials()[0].score)
    return tuner


if __name__ == "__main__":
    main()
