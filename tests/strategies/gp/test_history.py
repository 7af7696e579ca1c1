import numpy as np

from layersmith.records import Candidate, Trial
from layersmith.strategies.gp.history import History
from layersmith.strategies.lattice import Lattice
from layersmith.strategies.ledger import Ledger
from layersmith.testing.strategies import small_space


def candidate(number, **values):
    return Candidate(values=values, origin="gp", number=number)


def told(*trials, pending=()):
    space = small_space()
    ledger = Ledger(space, "gp")
    for waiting in pending:
        ledger.record(waiting)
    ledger.tell(trials)
    return History(ledger, higher_is_better=True).located(Lattice(space.space))


def test_candidates_come_by_number_with_what_they_are_worth():
    located = told(
        Trial(candidate=candidate(4, deep=True, layers=5), score=0.9, loss=0.3),
        Trial(candidate=candidate(1, deep=False), state="failed"),
        pending=[candidate(2, deep=True, layers=2)],
    )
    assert located.numbers == (1, 4)
    assert np.array_equal(located.tried, [[0.0, np.nan], [1.0, 1.0]], equal_nan=True)
    assert located.standings.tolist() == [[2.0, 0.0, 0.0], [0.0, -0.9, 0.3]]
    assert located.pending.tolist() == [[1.0, 0.0]]


def test_candidates_outside_the_space_are_left_out():
    located = told(Trial(candidate=candidate(0, deep=True, layers=50), score=0.1))
    assert located.numbers == ()
    assert located.tried.shape == (0, 2)
    assert located.standings.shape == (0, 3)


def test_what_comes_later_is_added():
    space = small_space()
    ledger = Ledger(space, "gp")
    history, lattice = History(ledger, higher_is_better=False), Lattice(space.space)
    ledger.record(candidate(0, deep=False))
    assert len(history.located(lattice).pending) == 1
    ledger.tell([Trial(candidate=candidate(0, deep=False), score=0.5)])
    assert history.located(lattice).numbers == (0,)
    space.Boolean("bias")
    assert history.located(Lattice(space.space)).tried.shape == (1, 3)
