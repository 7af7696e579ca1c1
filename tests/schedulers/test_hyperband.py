from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layersmith.errors import BudgetError
from layersmith.schedulers import Hyperband, hyperband_brackets, keras_tuner_brackets
from layersmith.testing.schedulers import SchedulerContract


class TestContract(SchedulerContract):
    def make(self):
        return Hyperband()


class TestContractOfKerasTuner(SchedulerContract):
    def make(self):
        return Hyperband(brackets=keras_tuner_brackets)


def figures(brackets):
    return [[(rung.size, rung.epochs) for rung in bracket] for bracket in brackets]


def test_table_1_of_the_paper():
    assert figures(hyperband_brackets(81, 3)) == [
        [(81, 1), (27, 3), (9, 9), (3, 27), (1, 81)],
        [(27, 3), (9, 9), (3, 27), (1, 81)],
        [(9, 9), (3, 27), (1, 81)],
        [(6, 27), (2, 81)],
        [(5, 81)],
    ]


KERAS_TUNER = {  # what HyperbandOracle of keras-tuner 1.4.7 gives
    (81, 3): [
        [(81, 1), (27, 3), (9, 9), (3, 27), (1, 81)],
        [(34, 3), (12, 9), (4, 27), (2, 81)],
        [(15, 9), (5, 27), (2, 81)],
        [(8, 27), (3, 81)],
        [(5, 81)],
    ],
    (100, 3): [
        [(98, 2), (33, 4), (11, 12), (4, 34), (2, 100)],
        [(41, 4), (14, 12), (5, 34), (2, 100)],
        [(18, 12), (6, 34), (2, 100)],
        [(9, 34), (3, 100)],
        [(6, 100)],
    ],
    (10, 3): [[(12, 2), (4, 4), (2, 10)], [(6, 4), (2, 10)], [(4, 10)]],
    (2, 3): [[(2, 2)]],
}


@pytest.mark.parametrize(("arguments", "expected"), KERAS_TUNER.items())
def test_the_brackets_of_keras_tuner(arguments, expected):
    assert figures(keras_tuner_brackets(*arguments)) == expected


@given(st.integers(1, 2000), st.integers(2, 8))
def test_no_bracket_spends_more_than_its_budget(max_epochs, factor):
    brackets = hyperband_brackets(max_epochs, factor)
    for bracket in brackets:
        spent = sum(rung.size * max_epochs * rung.epochs for rung in bracket)
        rounded_up = sum(rung.size for rung in bracket) * max_epochs  # each epoch count by less than one
        assert spent < max_epochs * len(brackets) * max_epochs + rounded_up


@given(st.integers(1, 300), st.integers(2, 5), st.integers(1, 400))
def test_brackets_are_filled_largest_first_until_all_candidates_are_placed(max_epochs, factor, num_candidates):
    plan = list(Hyperband(factor=factor).plan(max_epochs, num_candidates))
    assert sum(bracket[0].size for bracket in plan) == num_candidates
    whole = hyperband_brackets(max_epochs, factor)
    assert all(bracket in whole for bracket in plan[:-1])


def test_without_a_number_the_rounds_repeat():
    plan = list(islice(Hyperband().plan(9), 7))
    assert plan == [*hyperband_brackets(9, 3), *hyperband_brackets(9, 3), hyperband_brackets(9, 3)[0]]


def test_leftover_candidates_train_to_the_end():
    assert figures(Hyperband().plan(81, 24)) == [[(9, 9), (3, 27), (1, 81)], [(6, 27), (2, 81)], [(5, 81)], [(4, 81)]]


def test_a_factor_of_one_is_refused():
    with pytest.raises(BudgetError, match="factor is 1"):
        Hyperband(factor=1)
