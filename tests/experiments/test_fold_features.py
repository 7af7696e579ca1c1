"""What is fitted, is fitted on a fold's training rows."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.decomposition import PCA
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from layersmith.errors import DataError
from layersmith.experiments.fold_features import FoldFeatures
from layersmith.experiments.sample import read_sample
from layersmith.records import Split

X = np.random.default_rng(0).normal(2.0, 3.0, (40, 5))
Y = np.arange(40) % 2
SPLITS = [
    Split(train=np.arange(30), validation=np.arange(30, 40)),
    Split(train=np.arange(10, 40), validation=np.arange(10)),
]


def features(preprocessing=None, x=X):
    return FoldFeatures(read_sample(x, Y), SPLITS, preprocessing)


def test_each_fold_has_a_transformer_of_its_own_and_the_users_stays_unfitted():
    scaler = StandardScaler()
    made = features(scaler)
    for fold, split in enumerate(SPLITS):
        values = made.of(fold)["x"]
        assert np.allclose(values, StandardScaler().fit(X[split.train]).transform(X), atol=1e-5)
        assert values.dtype == np.float32
        assert made.of(fold) is made.of(fold)
    assert not hasattr(scaler, "mean_")


def test_a_transformer_may_learn_from_targets_and_change_the_columns():
    assert features(make_pipeline(SelectKBest(k=2), PCA(1))).of(0)["x"].shape == (40, 1)


def test_frames_go_in_by_column():
    frame = pd.DataFrame({"a": X[:, 0], "town": ["north", "south", "west", "east"] * 10})
    columns = make_column_transformer((StandardScaler(), ["a"]), (OneHotEncoder(), ["town"]))
    assert features(columns, frame).of(1)["x"].shape == (40, 5)


def test_gaps_may_be_filled_but_not_left():
    gaps = X.copy()
    gaps[3, 1] = np.nan
    assert np.isfinite(features(SimpleImputer(), gaps).of(0)["x"]).all()
    with pytest.raises(DataError, match="missing"):
        features(None, gaps).of(0)


def test_what_is_no_transformer_of_these_rows_is_refused():
    with pytest.raises(DataError, match="preprocessing is str"):
        features("scale")
    with pytest.raises(DataError, match="several arrays"):
        FoldFeatures(read_sample({"a": X, "b": X}, Y), SPLITS, StandardScaler())
    with pytest.raises(DataError, match="preprocessing gives"):
        features(FunctionTransformer(lambda values: values[:5])).of(0)
