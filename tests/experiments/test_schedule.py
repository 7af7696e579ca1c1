"""How long models train."""

import pytest

from layersmith.errors import DataError
from layersmith.experiments.schedule import Schedule


def test_what_is_said_wins_over_hyperparameters_and_these_over_defaults():
    values = {"epochs": 7, "batch_size": 16}
    assert Schedule().recipe({}, seed=0).epochs == 30
    assert Schedule().recipe(values, seed=0).batch_size == 16
    assert Schedule(epochs=3).recipe(values, seed=4).epochs == 3
    recipe = Schedule(patience=2).recipe(values, seed=4)
    assert (recipe.seed, recipe.patience, recipe.keep, recipe.schedule) == (4, 2, "last", "own")


@pytest.mark.parametrize(
    "wrong", [{"epochs": 0}, {"batch_size": -1}, {"patience": -1}, {"seed": 0.5}, {"epochs": True}]
)
def test_wrong_numbers_are_refused(wrong):
    [(name, value)] = wrong.items()
    with pytest.raises(DataError, match=f"{name} is {value}"):
        Schedule(**wrong)
