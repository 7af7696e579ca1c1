import pytest

from layersmith.errors import UnknownNameError
from layersmith.schedulers import SCHEDULERS, create_scheduler


@pytest.mark.parametrize("name", SCHEDULERS)
@pytest.mark.parametrize("higher_is_better", [True, False])
def test_the_best_of_a_full_bracket_never_stops_before_the_last_rung(name, higher_is_better):
    scheduler = create_scheduler(name, higher_is_better=higher_is_better)
    bracket = next(scheduler.plan(9, 9))
    sign = -1 if higher_is_better else 1
    decided = scheduler.decide(bracket, {number: [sign * number / 10] for number in range(9)})
    assert (decided.go_on[:1] == (0,)) == (len(bracket) > 1)
    assert 8 in decided.stop or name == "asynchronous_halving"


def test_an_unknown_scheduler_is_refused_with_the_nearest():
    with pytest.raises(UnknownNameError, match=r"'hyperbnad'\n.*median, none.*\n.*'hyperband'"):
        create_scheduler("hyperbnad", higher_is_better=False)
