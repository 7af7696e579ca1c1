"""Two objectives at once: their sum counts, signs by their directions."""

import keras
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import scale

import layersmith.keras_tuner as keras_tuner


def build_model(hp):
    units = hp.Choice("units", [4, 16])
    layers = [keras.Input((30,)), keras.layers.Dense(units, activation="relu")]
    model = keras.Sequential([*layers, keras.layers.Dense(1, activation="sigmoid")])
    rate = hp.Float("learning_rate", 1e-3, 1e-1, sampling="log")
    model.compile(
        keras.optimizers.Adam(rate), "binary_crossentropy", metrics=["accuracy", keras.metrics.AUC(name="auc")]
    )
    return model


def main(directory="runs/keras_tuner", max_trials=6, epochs=10):
    x, y = load_breast_cancer(return_X_y=True)
    x = scale(x)
    tuner = keras_tuner.RandomSearch(
        build_model,
        objective=["val_loss", "val_accuracy", keras_tuner.Objective("val_auc", "max")],
        max_trials=max_trials,
        seed=0,
        directory=directory,
        project_name="objectives",
    )
    tuner.search(x[:400], y[:400], epochs=epochs, validation_data=(x[400:], y[400:]), verbose=0)
    best = tuner.oracle.get_best_trials()[0]
    print(best.score, {name: best.metrics.get_best_value(name) for name in ("val_loss", "val_accuracy", "val_auc")})
    return tuner


if __name__ == "__main__":
    main()
