"""64 units or 256, ReLU or tanh, and do the two depend on each other? A sweep, then three corners compared closely."""

import keras
from sklearn.datasets import load_digits

import layersmith as ls


def network(units, activation):
    model = keras.Sequential(
        [
            keras.Input((64,)),
            keras.layers.Rescaling(1 / 16),
            keras.layers.Dense(units, activation=activation),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def build_model(hp):
    return network(hp.Choice("units", [64, 256]), hp.Choice("activation", ["relu", "tanh"]))


def main(folds=5, repeats=4, epochs=30):
    x, y = load_digits(return_X_y=True)
    over = {"units": [64, 256], "activation": ["relu", "tanh"]}
    swept = ls.sweep(build_model, x, y, folds=folds, over=over, epochs=epochs)
    print(swept.summary())
    print(swept.variance_table().round(3).to_string(index=False))
    models = {"relu_64": network(64, "relu"), "relu_256": network(256, "relu"), "tanh_64": network(64, "tanh")}
    compared = ls.compare(models, x, y, folds=folds, repeats=repeats, epochs=epochs)
    print(compared.summary())
    return swept, compared


if __name__ == "__main__":
    main()
