"""A HyperModel whose `fit` has hyperparameters of its own: the batch size, and whether rows are shuffled."""

import keras
from sklearn.datasets import load_diabetes
from sklearn.preprocessing import scale

import layersmith.keras_tuner as keras_tuner


class Regressor(keras_tuner.HyperModel):
    def build(self, hp):
        units = hp.Int("units", 4, 16, step=4)
        layers = [keras.Input((10,)), keras.layers.Dense(units, activation="relu"), keras.layers.Dense(1)]
        model = keras.Sequential(layers)
        model.compile("adam", "mse", metrics=["mae"])
        return model

    def fit(self, hp, model, *args, **kwargs):
        return model.fit(
            *args, batch_size=hp.Choice("batch_size", [16, 32]), shuffle=hp.Boolean("shuffle", default=True), **kwargs
        )


def main(directory="runs/keras_tuner", max_trials=4, epochs=10):
    x, y = load_diabetes(return_X_y=True)
    x, y = scale(x), scale(y)
    tuner = keras_tuner.RandomSearch(
        Regressor(name="diabetes"), "val_mae", max_trials=max_trials, seed=1, directory=directory, project_name="fit"
    )
    tuner.search(x[:300], y[:300], epochs=epochs, validation_data=(x[300:], y[300:]), verbose=0)
    print(tuner.to_dataframe()[["trial", "score", "units"]])

    # Called by the hypermodel itself, the best values train a model on all rows.
    hp = tuner.get_best_hyperparameters()[0]
    model = tuner.hypermodel.build(hp)
    tuner.hypermodel.fit(hp, model, x, y, epochs=1, verbose=0)
    return tuner


if __name__ == "__main__":
    main()
