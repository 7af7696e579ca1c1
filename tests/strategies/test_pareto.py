import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from layersmith.strategies.pareto import best_of, crowding, fronts

tables = arrays(float, st.tuples(st.integers(1, 12), st.integers(1, 3)), elements=st.integers(0, 4).map(float))


def dominates(left, right):
    return all(left <= right) and any(left < right)


@given(tables)
def test_fronts_are_those_of_the_definition(losses):
    left = list(range(len(losses)))
    for front in fronts(losses, len(losses)):
        expected = [row for row in left if not any(dominates(losses[other], losses[row]) for other in left)]
        assert front.tolist() == expected
        left = [row for row in left if row not in expected]
    assert left == []


def test_listing_ends_with_the_front_that_is_needed():
    losses = np.array([[0.0], [1.0], [1.0], [2.0]])
    assert [front.tolist() for front in fronts(losses, 2)] == [[0], [1, 2]]
    assert fronts(np.zeros((0, 2)), 3) == []


def test_crowding_is_that_of_the_paper():
    losses = np.array([[0.0, 10.0], [1.0, 6.0], [2.0, 5.0], [4.0, 0.0]])
    assert crowding(losses) == pytest.approx([np.inf, 0.5 + 0.5, 0.75 + 0.6, np.inf])


def test_equal_losses_are_no_division_by_nothing():
    assert crowding(np.ones((4, 2))).tolist() == [np.inf, 0.0, 0.0, np.inf]


@given(tables, st.integers(0, 15))
def test_the_best_come_front_by_front(losses, number):
    places = best_of(losses, number)
    assert len(set(places.tolist())) == len(places) == min(number, len(losses))
    level = {int(place): depth for depth, front in enumerate(fronts(losses, len(losses))) for place in front}
    assert [level[place] for place in places.tolist()] == sorted(level.values())[: len(places)]
