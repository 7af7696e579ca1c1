"""Models of one or several outputs predict in the form that Keras models do."""

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge

from layersmith.data.spec import Task
from layersmith.validation.outputs import fit_predict

X = np.random.default_rng(0).normal(size=(60, 2))
SIGN = (X[:, 0] > 0).astype(np.int32)


def _classifier() -> Any:
    return LogisticRegression()


@pytest.mark.parametrize("y", [SIGN, SIGN[:, None]])
def test_binary_is_the_probability_of_class_one(y: np.ndarray) -> None:
    p = fit_predict(Task.BINARY, _classifier, X, y, X)
    assert p.shape == (60,)
    assert p.dtype == np.float32
    assert ((p > 0.5) == SIGN).mean() > 0.9


def test_multiclass_has_a_column_per_class_even_for_a_class_without_rows() -> None:
    p = fit_predict(Task.MULTICLASS, _classifier, X, SIGN * 2, X)
    assert p.shape == (60, 3)
    assert p.sum(axis=1) == pytest.approx(1, abs=1e-6)
    assert (p[:, 1] == 0).all()


def test_multilabel_predicts_a_constant_label_as_it_is() -> None:
    y = np.stack([SIGN, np.ones(60), np.zeros(60)], axis=1).astype(np.float32)
    p = fit_predict(Task.MULTILABEL, _classifier, X, y, X[:7])
    assert p.shape == (7, 3)
    assert (p[:, 1:] == [1, 0]).all()


def test_values_have_the_shape_of_their_targets() -> None:
    y = X @ np.array([[1.0, 2.0], [0.0, 1.0]])
    one = fit_predict(Task.REGRESSION, Ridge, X, y[:, :1], X)
    several = fit_predict(Task.MULTIREGRESSION, Ridge, X, y, X)
    assert one.shape == (60,)
    assert several == pytest.approx(y, abs=0.2)
