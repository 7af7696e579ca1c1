"""A Functional model with two inputs: should both pass through one layer, or each through its own?"""

import keras
import numpy as np

import layersmith.keras_tuner as keras_tuner


def pairs(rows, seed):
    """Return two measurements `(rows, 6)` each, and whether the first is the larger one `(rows,)`."""
    rng = np.random.default_rng(seed)
    first, second = rng.normal(size=(2, rows, 6)).astype("float32")
    return {"first": first, "second": second}, (first.sum(1) > second.sum(1)).astype("float32")


def build_model(hp):
    first, second = keras.Input((6,), name="first"), keras.Input((6,), name="second")
    units = hp.Choice("units", [4, 8])
    layer = keras.layers.Dense(units, activation="relu")
    other = layer if hp.Boolean("shared") else keras.layers.Dense(units, activation="relu")
    merge = {"concatenate": keras.layers.Concatenate, "subtract": keras.layers.Subtract}
    x = merge[hp.Choice("merge", list(merge))]()([layer(first), other(second)])
    model = keras.Model([first, second], keras.layers.Dense(1, activation="sigmoid")(x))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def main(directory="runs/keras_tuner", max_trials=6, epochs=30):
    tuner = keras_tuner.RandomSearch(
        build_model, "val_accuracy", max_trials=max_trials, seed=0, directory=directory, project_name="two_inputs"
    )
    x, y = pairs(400, seed=0)
    tuner.search(x, y, epochs=epochs, validation_data=pairs(200, seed=1), verbose=0)
    tuner.get_best_models()[0].summary()
    return tuner


if __name__ == "__main__":
    main()
