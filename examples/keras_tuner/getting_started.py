"""A first tour: declare a space, look at it, search it, read the results, and train the best model on all rows."""

import keras
from sklearn.datasets import load_digits

import layersmith.keras_tuner as keras_tuner


def build_model(hp):
    model = keras.Sequential()
    model.add(keras.layers.Flatten())  # the shape of the images is taken from the data
    for i in range(hp.Int("num_layers", 1, 2)):
        units = hp.Int(f"units_{i}", min_value=16, max_value=48, step=16)
        model.add(keras.layers.Dense(units, activation=hp.Choice("activation", ["relu", "tanh"])))
    if hp.Boolean("dropout"):
        model.add(keras.layers.Dropout(0.25))
    model.add(keras.layers.Dense(10, activation="softmax"))
    learning_rate = hp.Float("lr", min_value=1e-4, max_value=1e-2, sampling="log")
    model.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def main(directory="runs/keras_tuner", max_trials=3, epochs=5):
    build_model(keras_tuner.HyperParameters())  # the function can be tried before any search
    tuner = keras_tuner.RandomSearch(
        hypermodel=build_model,
        objective="val_accuracy",
        max_trials=max_trials,
        executions_per_trial=2,
        overwrite=True,
        directory=directory,
        project_name="helloworld",
    )
    tuner.search_space_summary()
    images, labels = load_digits(return_X_y=True)
    images = images.reshape(-1, 8, 8) / 16.0
    tuner.search(images[:1200], labels[:1200], epochs=epochs, validation_data=(images[1200:], labels[1200:]), verbose=0)
    tuner.results_summary()
    best_model = tuner.get_best_models(num_models=2)[0]
    best_model.summary()

    best_hps = tuner.get_best_hyperparameters(5)
    model = build_model(best_hps[0])
    model.fit(images, labels, epochs=1, verbose=0)
    return tuner


if __name__ == "__main__":
    main()
