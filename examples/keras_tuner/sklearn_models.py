"""Models of scikit-learn, cross-validated: which kind, and with what settings?"""

from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import RidgeClassifier
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import StratifiedKFold

import layersmith.keras_tuner as keras_tuner


def build_model(hp):
    if hp.Choice("kind", ["forest", "ridge"]) == "forest":
        trees, depth = hp.Int("trees", 5, 25, step=5), hp.Int("depth", 2, 8)
        return RandomForestClassifier(n_estimators=trees, max_depth=depth, random_state=0)
    return RidgeClassifier(alpha=hp.Float("alpha", 1e-3, 1.0, sampling="log"))


def main(directory="runs/keras_tuner", max_trials=8):
    tuner = keras_tuner.SklearnTuner(
        oracle=keras_tuner.oracles.BayesianOptimizationOracle(
            objective=keras_tuner.Objective("score", "max"), max_trials=max_trials, seed=0
        ),
        hypermodel=build_model,
        metrics=balanced_accuracy_score,
        cv=StratifiedKFold(3),
        directory=directory,
        project_name="sklearn",
    )
    x, y = load_breast_cancer(return_X_y=True)
    tuner.search(x, y)
    print(tuner.get_best_models()[0], tuner.oracle.get_best_trials()[0].score)
    return tuner


if __name__ == "__main__":
    main()
