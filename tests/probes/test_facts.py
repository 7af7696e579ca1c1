import math

import numpy as np
import pytest
from sklearn.metrics import log_loss

from layersmith.data.spec import Task
from layersmith.errors import SpaceError
from layersmith.probes import Facts, constant_scores


def test_a_constant_says_the_shares_of_the_classes():
    y = np.array([0] * 50 + [1] * 30 + [2] * 20)
    loss, accuracy = constant_scores(y, Task.MULTICLASS)
    assert loss == pytest.approx(log_loss(y, np.tile([0.5, 0.3, 0.2], (100, 1))))
    assert accuracy == 0.5


def test_a_constant_says_the_mean_of_a_target():
    y = np.arange(6.0).reshape(3, 2)
    loss, accuracy = constant_scores(y, Task.MULTIREGRESSION)
    assert loss == pytest.approx(((y - y.mean(axis=0)) ** 2).mean())
    assert math.isnan(accuracy)


def test_labels_are_averaged():
    y = np.array([[0, 1], [0, 1], [1, 1], [0, 1]], np.float32)
    loss, accuracy = constant_scores(y, Task.MULTILABEL)
    assert loss == pytest.approx(log_loss(y[:, 0], np.full(4, 0.25)) / 2)
    assert accuracy == pytest.approx((0.75 + 1.0) / 2)


def test_losses_are_read_in_the_unit_of_their_rows():
    assert Facts(constant_loss=2.0, train_rows=10, validation_rows=5).held_unit == 2.0
    assert Facts(constant_loss=2.0, held_constant_loss=3.0, train_rows=10, validation_rows=5).held_unit == 3.0


@pytest.mark.parametrize("wrong", [{"constant_loss": 0.0}, {"train_rows": 0}, {"batch_size": -1}])
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(SpaceError, match=next(iter(wrong))):
        Facts(**{"constant_loss": 1.0, "train_rows": 10, "validation_rows": 5, **wrong})
