"""What is known of a model before it trains."""

import math

import keras
import numpy as np
import pytest

from layersmith.experiments.about import about
from layersmith.experiments.sample import read_sample
from layersmith.records import Split

SPLIT = Split(train=np.arange(30), validation=np.arange(30, 40))
X = np.random.default_rng(0).normal(size=(40, 4))


def model(loss="binary_crossentropy", *layers):
    found = keras.Sequential([keras.Input((4,)), *layers, keras.layers.Dense(1, "sigmoid")])
    found.compile(keras.optimizers.Adam(0.02), loss)
    return found


def test_cost_and_facts_of_a_classifier():
    found = about(model(), read_sample(X, [0, 1] * 20), SPLIT, batch_size=8)
    assert (found.cost.params, found.cost.macs) == (5, 4)
    assert found.facts.constant_loss == pytest.approx(math.log(2))
    assert found.facts.constant_accuracy == 0.5
    assert (found.facts.train_rows, found.facts.validation_rows, found.facts.batch_size) == (30, 10, 8)
    assert found.facts.learning_rate == pytest.approx(0.02)
    assert not found.facts.regularised


def test_penalties_and_dropout_are_seen():
    sample = read_sample(X, [0, 1] * 20)
    for layer in (keras.layers.Dropout(0.1), keras.layers.Dense(2, kernel_regularizer="l2")):
        assert about(model("binary_crossentropy", layer), sample, SPLIT, batch_size=8).facts.regularised


def test_the_constant_of_a_regression_is_the_variance_of_its_training_rows():
    found = about(model("mse"), read_sample(X, X[:, 0]), SPLIT, batch_size=8).facts
    assert found.constant_loss == pytest.approx(np.var(X[:30, 0]), rel=1e-5)
    assert found.held_constant_loss == pytest.approx(np.var(X[30:, 0]), rel=1e-5)


@pytest.mark.parametrize(("loss", "y"), [("hinge", [0, 1] * 20), ("mae", X[:, 0]), (lambda y, p: p, X[:, 0])])
def test_of_other_losses_the_constant_is_not_known(loss, y):
    assert about(model(loss), read_sample(X, y), SPLIT, batch_size=8).facts is None


def test_a_model_of_python_code_has_its_weights_for_a_cost():
    class Odd(keras.Model):
        def __init__(self):
            super().__init__()
            self.head = keras.layers.Dense(1, "sigmoid")

        def call(self, inputs):
            return self.head(inputs)

    odd = Odd()
    odd.compile("adam", "binary_crossentropy")
    odd(X[:1])
    cost = about(odd, read_sample(X, [0, 1] * 20), SPLIT, batch_size=8).cost
    assert (cost.params, cost.model_bytes) == (5, 20)
    assert cost.unknown
