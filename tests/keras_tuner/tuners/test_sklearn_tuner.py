import keras_tuner
import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, balanced_accuracy_score, make_scorer
from sklearn.model_selection import GroupKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline

import layersmith.keras_tuner as kt
from layersmith.errors import TrainingError
from layersmith.keras_tuner.errors import FatalTypeError

X, Y = load_iris(return_X_y=True)


def build(hp):
    return KNeighborsClassifier(hp.Choice("neighbors", [1, 5, 50]))


@pytest.fixture
def make(tmp_path):
    def made(build=build, package=kt, **arguments):
        oracle = package.oracles.GridSearchOracle(package.Objective("score", "max"))
        oracle.verbose = 0
        given = {"directory": tmp_path, "project_name": package.__name__, **arguments}
        return package.SklearnTuner(oracle, build, **given)

    return made


def scores(tuner):
    found = tuner.oracle.trials.values()
    return [{name: trial.metrics.get_best_value(name) for name in trial.metrics.metrics} for trial in found]


@pytest.mark.filterwarnings("ignore:(currentThread|getName)")
def test_scores_are_keras_tuners(make):
    arguments = {"metrics": [accuracy_score, balanced_accuracy_score], "scoring": make_scorer(accuracy_score)}
    found = []
    for package in (kt, keras_tuner):
        tuner = make(package=package, **arguments)
        tuner.search(X, Y)
        found.append(scores(tuner))
    assert len(found[0]) == 3
    for ours, theirs in zip(*found, strict=True):
        assert ours == pytest.approx(theirs)


def test_the_best_model_predicts(make):
    tuner = make(metrics=accuracy_score)
    tuner.search(X, Y)
    model = tuner.get_best_models()[0]
    assert accuracy_score(Y, model.predict(X)) > 0.9
    assert model.n_neighbors == tuner.get_best_hyperparameters()[0].get("neighbors")


def test_another_process_fits_it_again(make):
    make().search(X, Y)
    again = make()
    with pytest.raises(TrainingError, match="call `search` with them"):
        again.get_best_models()
    again.search(X, Y)
    assert accuracy_score(Y, again.get_best_models()[0].predict(X)) > 0.9


def test_frames_series_weights_and_groups(make):
    seen = []

    class Noted(LogisticRegression):
        def fit(self, X, y, sample_weight=None):
            seen.append((type(X), type(y), None if sample_weight is None else len(sample_weight)))
            return super().fit(X, y, sample_weight=sample_weight)

    tuner = make(lambda hp: Noted(C=hp.Choice("C", [1.0]), max_iter=500), cv=GroupKFold(3))
    groups = np.arange(len(X)) % 6
    tuner.search(pd.DataFrame(X), pd.Series(Y), sample_weight=np.ones(len(X)), groups=groups)
    assert seen == [(pd.DataFrame, pd.Series, 100)] * 3


def test_weights_are_left_out_where_a_model_takes_none(make):
    tuner = make(lambda hp: make_pipeline(build(hp)), scoring=make_scorer(accuracy_score))
    tuner.search(X, Y, sample_weight=np.ones(len(X)))
    assert len(scores(tuner)) == 3


def test_only_the_best_models_are_kept(make):
    tuner = make(keep_models=1)
    tuner.search(X, Y)
    assert list(tuner._models) == [tuner.oracle.get_best_trials()[0].trial_id]


def test_other_data_are_refused(make):
    with pytest.raises(FatalTypeError, match="the data are a list"):
        make().search(X.tolist(), Y)
