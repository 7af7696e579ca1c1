import math

from layersmith.schedulers import Decision, Rung
from layersmith.schedulers.standing import decision, standings

_BRACKET = (Rung(epochs=1), Rung(epochs=2))
_REPORTS = {4: [0.2, 0.9], 1: [0.2], 3: [math.nan], 2: [0.1], 0: []}


def test_a_rung_ranks_all_that_reached_it_by_value_and_number():
    first, last = standings(_BRACKET, _REPORTS)
    assert first.ranking == (2, 1, 4)
    assert first.here == {1, 2, 3}
    assert last.ranking == (4,)
    assert (first.is_last, last.is_last) == (False, True)


def test_only_those_that_are_here_are_decided_and_the_failed_stop():
    first, _ = standings(_BRACKET, _REPORTS)
    assert first.decide(go_on=(4, 2)) == Decision(go_on=(2,), stop=(3,))
    assert first.decide(stop=(1, 4)) == Decision(stop=(1, 3))


def test_nobody_goes_on_from_the_last_rung():
    *_, last = standings(_BRACKET, _REPORTS)
    assert last.decide(go_on=(4,)) == Decision(stop=(4,))


def test_decisions_join_from_the_highest_rung_down():
    joined = decision([Decision(go_on=(1,), stop=(2,)), Decision(go_on=(3,))])
    assert joined == Decision(go_on=(3, 1), stop=(2,))
