"""The classic: how wide should the hidden layer be? Ten widths at random, the best one by validation accuracy."""

import keras
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import layersmith.keras_tuner as keras_tuner


def build_model(hp):
    units = hp.Int("units", min_value=32, max_value=512, step=32)
    model = keras.Sequential()
    model.add(keras.Input((64,)))
    model.add(keras.layers.Dense(units, activation="relu"))
    model.add(keras.layers.Dense(10, activation="softmax"))
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def main(directory="runs/keras_tuner", max_trials=10, epochs=10):
    digits, labels = load_digits(return_X_y=True)
    targets = keras.utils.to_categorical(labels, 10)
    x_train, x_val, y_train, y_val = train_test_split(digits / 16.0, targets, test_size=0.2, random_state=0)
    tuner = keras_tuner.RandomSearch(
        build_model, objective="val_accuracy", max_trials=max_trials, directory=directory, project_name="classic"
    )
    tuner.search(x_train, y_train, epochs=epochs, validation_data=(x_val, y_val))
    best_model = tuner.get_best_models(num_models=1)[0]
    print("best width:", tuner.get_best_hyperparameters()[0].get("units"))
    print("validation loss and accuracy:", best_model.evaluate(x_val, y_val, verbose=0))
    return tuner


if __name__ == "__main__":
    main()
