"""How deep, and how wide at each depth? Layers in a loop: `units_2` is only searched where there are three layers."""

import keras
from sklearn.datasets import load_wine
from sklearn.preprocessing import scale

import layersmith.keras_tuner as keras_tuner


def build_model(hp):
    model = keras.Sequential([keras.Input((13,))])
    for i in range(hp.Int("layers", 1, 3)):
        model.add(keras.layers.Dense(hp.Int(f"units_{i}", 8, 32, step=8), activation="relu"))
    model.add(keras.layers.Dense(3, activation="softmax"))
    rate = hp.Float("learning_rate", 1e-3, 1e-1, sampling="log")
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def main(directory="runs/keras_tuner", max_trials=6, epochs=20):
    x, y = load_wine(return_X_y=True)
    tuner = keras_tuner.RandomSearch(
        build_model, "val_loss", max_trials=max_trials, seed=2, directory=directory, project_name="depth"
    )
    tuner.search_space_summary()
    tuner.search(scale(x)[::2], y[::2], epochs=epochs, validation_data=(scale(x)[1::2], y[1::2]), verbose=0)
    for trial in tuner.oracle.get_best_trials(3):
        print(trial.score, trial.hyperparameters.values)
    return tuner


if __name__ == "__main__":
    main()
