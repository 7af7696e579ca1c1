import pytest
from hypothesis import given
from hypothesis import strategies as st

from layersmith.errors import BudgetError
from layersmith.schedulers import Rung, limited
from layersmith.schedulers.bracket import count_halvings, halving_bracket, require_count


@given(st.integers(1, 10**6), st.integers(1, 100), st.integers(2, 10))
def test_halvings_are_the_largest_power_that_fits(most, least, factor):
    halvings = count_halvings(most, least=least, factor=factor)
    assert least * factor ** (halvings + 1) > most
    assert halvings == 0 or least * factor**halvings <= most


@pytest.mark.parametrize(("power", "factor"), [(5, 3), (3, 5), (3, 10), (12, 2), (4, 7)])
def test_powers_are_counted_exactly(power, factor):
    assert count_halvings(factor**power, factor=factor) == power
    assert count_halvings(factor**power - 1, factor=factor) == power - 1


def test_a_bracket_divides_candidates_and_multiplies_epochs():
    bracket = halving_bracket(64, 100, num_halvings=3, factor=4)
    assert [(rung.size, rung.epochs) for rung in bracket] == [(64, 2), (16, 7), (4, 25), (1, 100)]


def test_fewer_candidates_than_planned_keep_the_room_that_is_left():
    bracket = (Rung(epochs=1, size=9), Rung(epochs=3, size=3), Rung(epochs=9, size=1))
    assert [rung.size for rung in limited(bracket, 2)] == [2, 2, 1]
    assert limited(bracket, 9) == limited(bracket, 50) == bracket
    assert limited((Rung(epochs=4),), 7) == (Rung(epochs=4, size=7),)


@pytest.mark.parametrize("value", [0, -1, 1.0, 2.5, "3", None])
def test_what_is_no_count_is_refused_with_its_value(value):
    with pytest.raises(BudgetError, match="factor is") as caught:
        require_count("factor", value, least=1)
    assert repr(value) in caught.value.got
    assert caught.value.expected == "a whole number of 1 or above"
