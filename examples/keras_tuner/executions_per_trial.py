"""Small data make noisy scores: each trial is trained three times from new weights, and the mean counts."""

import keras
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split

import layersmith.keras_tuner as keras_tuner


def build_model(hp):
    model = keras.Sequential([keras.Input((4,))])
    model.add(keras.layers.Dense(8, activation=hp.Choice("activation", ["relu", "tanh", "sigmoid"])))
    model.add(keras.layers.Dense(3, activation="softmax"))
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def main(directory="runs/keras_tuner", max_trials=3, epochs=20):
    x_train, x_val, y_train, y_val = train_test_split(*load_iris(return_X_y=True), test_size=0.4, random_state=0)
    tuner = keras_tuner.GridSearch(
        build_model,
        "val_accuracy",
        max_trials=max_trials,
        executions_per_trial=3,
        directory=directory,
        project_name="executions",
    )
    tuner.search(x_train, y_train, epochs=epochs, batch_size=16, validation_data=(x_val, y_val), verbose=0)
    for trial in tuner.oracle.get_best_trials(3):
        values = trial.hyperparameters.values
        print(values, trial.score, [round(max(curves["val_accuracy"]), 3) for curves in trial.curves])
    return tuner


if __name__ == "__main__":
    main()
