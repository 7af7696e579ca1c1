"""How candidates train."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layersmith.data.spec import DataSpec, Kind, Task
from layersmith.engine.course import SCHEDULES
from layersmith.families import training
from layersmith.space import HyperParameters, validate


def spec(num_rows=1000):
    return DataSpec(kind=Kind.TABLE, task=Task.BINARY, num_outputs=1, num_rows=num_rows, num_numeric=2)


@given(st.integers(1, 2000), st.integers(0, 10**6))
def test_patience_lies_between_a_tenth_and_half_of_the_epochs(epochs, rows):
    waited = training.patience(epochs, rows)
    assert waited >= 5
    assert waited == 5 or 0.1 * epochs - 1 <= waited <= 0.5 * epochs + 1


@given(st.integers(1, 1999), st.integers(0, 10**6))
def test_patience_grows_with_epochs_and_falls_with_rows(epochs, rows):
    assert training.patience(epochs + 1, rows) >= training.patience(epochs, rows)
    assert training.patience(epochs, rows + 100) <= training.patience(epochs, rows)


def test_patience_formula():
    assert training.patience(200, 400) == round(200 * (0.1 + 2 / math.sqrt(400)))
    assert training.patience(200, 0) == 100


@pytest.mark.parametrize("num_rows", [0, 1, 10, 500, 2000, 50_000, 10**7])
def test_defaults_lie_in_the_space_whatever_the_rows(num_rows):
    hp = HyperParameters()
    recipe = training.space(hp, spec(num_rows))
    validate(hp, hp.values)
    assert 20 <= recipe.epochs <= 600
    assert recipe.patience == training.patience(recipe.epochs, num_rows // 5)


@pytest.mark.parametrize(("num_rows", "batch"), [(10, 16), (1280, 32), (1279, 16), (10_240, 256), (10**6, 256)])
def test_the_default_batch_leaves_enough_updates(num_rows, batch):
    assert training.space(HyperParameters(), spec(num_rows)).batch_size == batch


def test_fewer_rows_train_longer():
    epochs = [training.space(HyperParameters(), spec(rows)).epochs for rows in (100, 5000, 20_000, 10**6)]
    assert epochs == [600, 200, 50, 20]


def test_weight_decay_belongs_to_adamw():
    hp = HyperParameters()
    hp.values = {"optimizer": "adamw", "weight_decay": 0.1}
    assert training.space(hp, spec()).weight_decay == 0.1
    for optimizer in ("adam", "sgd", "rmsprop"):
        hp = HyperParameters()
        hp.values = {"optimizer": optimizer}
        assert training.space(hp, spec()).weight_decay == 0.0
        assert "weight_decay" not in hp.values


def test_values_of_the_candidate_become_the_recipe():
    hp = HyperParameters()
    hp.values = {"learning_rate": 0.02, "schedule": "plateau", "batch_size": 64, "epochs": 7, "optimizer": "sgd"}
    recipe = training.space(hp, spec())
    assert (recipe.learning_rate, recipe.schedule, recipe.batch_size, recipe.epochs) == (0.02, "plateau", 64, 7)
    assert recipe.optimizer == "sgd"


def test_every_schedule_of_a_course_but_the_own_is_searched():
    hp = HyperParameters()
    training.space(hp, spec())
    (entry,) = [entry for entry in hp.space if entry.name == "schedule"]
    assert set(entry.values) == set(SCHEDULES) - {"own"}
