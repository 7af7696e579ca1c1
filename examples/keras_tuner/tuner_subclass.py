"""A Tuner of one's own: `run_trial` trains with a loop by hand, and reports what it likes."""

import numpy as np

import layersmith.keras_tuner as keras_tuner


class LogisticRegressionTuner(keras_tuner.Tuner):
    """Tunes gradient descent written in NumPy: no model, no hypermodel."""

    def run_trial(self, trial, x, y, epochs):
        hp = trial.hyperparameters
        rate = hp.Float("learning_rate", 1e-2, 10.0, sampling="log")
        penalty = hp.Float("penalty", 1e-6, 1e-1, sampling="log")
        weights = np.zeros(x.shape[1])
        for _ in range(epochs):
            predicted = 1.0 / (1.0 + np.exp(-x @ weights))
            weights -= rate * (x.T @ (predicted - y) / len(x) + penalty * weights)
        predicted = np.clip(1.0 / (1.0 + np.exp(-x @ weights)), 1e-7, 1 - 1e-7)
        loss = -np.mean(y * np.log(predicted) + (1 - y) * np.log(1 - predicted))
        return {"loss": loss, "norm": np.linalg.norm(weights)}


def main(directory="runs/keras_tuner", max_trials=12, epochs=50):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 4))
    y = (x @ np.array([1.0, -2.0, 0.5, 0.0]) + rng.normal(0, 0.5, 300) > 0).astype(float)
    tuner = LogisticRegressionTuner(
        oracle=keras_tuner.oracles.BayesianOptimizationOracle(
            keras_tuner.Objective("loss", direction="min"), max_trials=max_trials, seed=0
        ),
        directory=directory,
        project_name="by_hand",
    )
    tuner.search(x, y, epochs=epochs)
    print(tuner.get_best_hyperparameters()[0].values)
    return tuner


if __name__ == "__main__":
    main()
