"""Hyperband: many models for an epoch or two, the better half of them for longer, the best to the end."""

import keras
from sklearn.datasets import load_digits

import layersmith.keras_tuner as keras_tuner


def build_model(hp):
    model = keras.Sequential([keras.Input((64,))])
    model.add(keras.layers.Dense(hp.Choice("units", [16, 32]), activation="relu"))
    model.add(keras.layers.Dense(10, activation="softmax"))
    rate = hp.Float("learning_rate", 1e-4, 1e-1, sampling="log")
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def main(directory="runs/keras_tuner", max_epochs=9, factor=3):
    x, y = load_digits(return_X_y=True)
    x = x / 16.0
    tuner = keras_tuner.Hyperband(
        build_model,
        objective="val_accuracy",
        max_epochs=max_epochs,
        factor=factor,
        seed=0,
        directory=directory,
        project_name="hyperband",
    )
    stop_early = keras.callbacks.EarlyStopping(monitor="val_loss", patience=5)
    tuner.search(x[:1200], y[:1200], validation_data=(x[1200:], y[1200:]), callbacks=[stop_early], verbose=0)
    best = tuner.get_best_hyperparameters()[0]
    print(best.get("learning_rate"), "trained to epoch", best.values["tuner/epochs"])
    return tuner


if __name__ == "__main__":
    main()
