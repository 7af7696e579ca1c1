"""Models that are too large, or cannot be built, are failed trials; the search goes on without them."""

import keras
import numpy as np

import layersmith.keras_tuner as keras_tuner


def build_model(hp):
    connections = hp.Int("units_1", 8, 40, step=8, default=24) * hp.Int("units_2", 8, 40, step=8, default=24)
    if connections > 900:
        raise keras_tuner.errors.FailedTrialError(f"{connections} connections are too many")
    layers = [keras.layers.Dense(hp.get(name), activation="relu") for name in ("units_1", "units_2")]
    model = keras.Sequential([keras.Input((4,)), *layers, keras.layers.Dense(1)])
    model.compile("adam", "mse")
    return model


def main(directory="runs/keras_tuner", max_trials=8, epochs=3):
    x = np.random.default_rng(0).normal(size=(100, 4)).astype("float32")
    tuner = keras_tuner.GridSearch(
        build_model,
        objective="val_loss",
        max_trials=max_trials,
        max_model_size=600,
        max_retries_per_trial=1,
        max_consecutive_failed_trials=8,
        directory=directory,
        project_name="failed",
    )
    tuner.search(x, x.sum(axis=1), epochs=epochs, validation_split=0.2, verbose=0)
    for trial in tuner.oracle.trials.values():
        print(trial.trial_id, trial.status, trial.params, "parameters")
    return tuner


if __name__ == "__main__":
    main()
