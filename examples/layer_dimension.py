"""How wide must a layer be? Widths from 2 to 256 over the same folds: the best, and the narrowest nearly as good."""

import keras
from sklearn.datasets import load_digits

import layersmith as ls

WIDTHS = [2, 4, 8, 16, 32, 64, 128, 256]


def build_model(hp):
    units = hp.Int("units", 2, 256)
    model = keras.Sequential(
        [
            keras.Input((64,)),
            keras.layers.Rescaling(1 / 16),
            keras.layers.Dense(units, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(0.003), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def main(folds=5, epochs=40, widths=WIDTHS):
    x, y = load_digits(return_X_y=True)
    swept = ls.sweep(build_model, x, y, folds=folds, over={"units": widths}, epochs=epochs)
    print(swept.table()[["units", "accuracy", "low", "high", "params"]].round(4).to_string(index=False))
    for tolerance in (0.005, 0.01, 0.02):
        cell = swept.cheapest_within(tolerance)
        params = f"{cell.result.cost.params:,} parameters"
        print(f"within {tolerance} of the best: {cell.name}, {params}, accuracy {cell.result.mean:.4f}")
    return swept


if __name__ == "__main__":
    main()
