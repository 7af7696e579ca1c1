"""Train every candidate of a small conditional space on four data sets of scikit-learn, to judge strategies by.

    python benchmarks/make_tables.py             all four, about ten minutes on one core
    python benchmarks/make_tables.py wine

Each candidate is a multi-layer perceptron, trained for 30 epochs on each of two splits. `benchmarks/tables/NAME.npz`
holds `choice` `(rows, entries)`, the places of the values in the space of `declare`, -1 where an entry is inactive, and
`loss` `(rows, splits)`: log loss or standardised squared error on the validation rows, NaN where training diverged.
"""

import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from sklearn import datasets
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import log_loss, mean_squared_error
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler

from layersmith.space import HyperParameters, enumerate_space

SPLITS = 2
TRAIN_ROWS = 400
TABLES = Path(__file__).with_name("tables")
LOADERS = {
    "breast_cancer": datasets.load_breast_cancer,
    "diabetes": datasets.load_diabetes,
    "digits": datasets.load_digits,
    "wine": datasets.load_wine,
}


def declare() -> HyperParameters:
    """Return the space: 1,080 candidates."""
    hp = HyperParameters()
    hp.Int("layers", 1, 2)
    hp.Choice("units_1", [4, 16, 64])
    hp.Choice("units_2", [4, 16, 64], parent_name="layers", parent_values=2)
    hp.Choice("activation", ["relu", "tanh", "logistic"])
    hp.Choice("optimizer", ["adam", "sgd"])
    hp.Choice("momentum", [0.0, 0.9], parent_name="optimizer", parent_values="sgd")
    hp.Float("learning_rate", 1e-4, 1.0, step=10, sampling="log")
    hp.Choice("l2", [1e-5, 1e-1])
    return hp


def train(values: Mapping[str, Any], x: np.ndarray, y: np.ndarray, *, seed: int, continuous: bool) -> float:
    """Return the validation loss of one candidate on one split, NaN where it diverged."""
    stratify = None if continuous else y
    parts = train_test_split(x, y, train_size=min(TRAIN_ROWS, len(x) * 2 // 3), random_state=seed, stratify=stratify)
    scale = StandardScaler().fit(parts[0])
    kind = MLPRegressor if continuous else MLPClassifier
    model = kind(
        hidden_layer_sizes=[values[f"units_{layer}"] for layer in range(1, values["layers"] + 1)],
        activation=values["activation"],
        solver=values["optimizer"],
        momentum=values.get("momentum", 0.0),
        learning_rate_init=values["learning_rate"],
        alpha=values["l2"],
        batch_size=32,
        max_iter=30,
        random_state=seed,
    )
    try:
        model.fit(scale.transform(parts[0]), parts[2])
    except ValueError as error:  # scikit-learn's word for weights that are no numbers
        if "non-finite" not in str(error):
            raise
        return float("nan")
    rows = scale.transform(parts[1])
    if continuous:
        return float(mean_squared_error(parts[3], np.clip(model.predict(rows), -10, 10)))
    return float(log_loss(parts[3], model.predict_proba(rows), labels=model.classes_))


def evaluate(name: str) -> None:
    """Train the whole space on one data set and write its table."""
    x, y = LOADERS[name](return_X_y=True)
    continuous = name == "diabetes"
    target = (y - y.mean()) / y.std() if continuous else y
    space = declare()
    candidates = list(enumerate_space(space))
    losses = np.array(
        [
            [train(values, x, target, seed=seed, continuous=continuous) for seed in range(SPLITS)]
            for values in candidates
        ]
    )
    choice = [
        [entry.index_of(values[entry.name]) if entry.name in values else -1 for entry in space.space]
        for values in candidates
    ]
    TABLES.mkdir(exist_ok=True)
    np.savez_compressed(
        TABLES / f"{name}.npz",
        choice=np.array(choice, "int8"),
        loss=losses.astype("float32"),
    )
    print(f"{name}: {len(candidates)} candidates, best {np.nanmin(losses.mean(1)):.4f}", flush=True)


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", RuntimeWarning)  # overflow on the way to divergence
        for chosen in sys.argv[1:] or LOADERS:
            evaluate(chosen)
