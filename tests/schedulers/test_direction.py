import math

import pytest

from layersmith.schedulers import SCHEDULERS, HigherIsBetter

_REPORTS = {0: [0.4, 0.3], 1: [0.2], 2: [0.9], 3: [math.nan], 4: [0.5], 5: [-math.inf], 6: [0.5], 7: []}


@pytest.mark.parametrize("name", SCHEDULERS)
def test_turned_round_values_give_the_same_decision(name):
    scheduler = SCHEDULERS[name]()
    turned = HigherIsBetter(SCHEDULERS[name]())
    bracket = next(scheduler.plan(9, 9))
    assert next(turned.plan(9, 9)) == bracket
    negated = {number: [-value for value in values] for number, values in _REPORTS.items()}
    assert turned.decide(bracket, negated) == scheduler.decide(bracket, _REPORTS)
