import numpy as np
import pytest

from layersmith.records import Trial
from layersmith.space import HyperParameters
from layersmith.strategies import RandomStrategy
from layersmith.strategies.gp import surrogate as module
from layersmith.strategies.gp.history import History
from layersmith.strategies.gp.surrogate import last_milestone, milestone, surrogate
from layersmith.strategies.lattice import Lattice
from layersmith.strategies.ledger import Ledger
from layersmith.testing.strategies import conditional_space


def loss(values):
    return abs(np.log10(values["rate"]) + 3) + (values["kind"] == "conv") - 0.1 * values["layers"]


def history(number, pending=0):
    space = conditional_space()
    ledger = Ledger(space, "gp")
    candidates = RandomStrategy(space, 0).ask(number + pending)
    for candidate in candidates:
        ledger.record(candidate)
    ledger.tell([Trial(candidate=c, score=loss(c.values)) for c in candidates[:number]])
    lattice = Lattice(space.space)
    return lattice, History(ledger, higher_is_better=False).located(lattice)


def built(number, pending=0):
    lattice, located = history(number, pending)
    return surrogate(located, milestone(lattice, located, np.random.default_rng(0)))


def test_milestones_lie_ever_further_apart_up_to_a_bound():
    reached = sorted({last_milestone(count) for count in range(1, 2000)})
    steps = np.diff(reached)
    assert reached[:12] == list(range(1, 13))
    assert (np.diff(steps) >= 0).all()
    assert steps.max() == 25
    assert all(last_milestone(count) <= count for count in range(1, 200))


def test_good_candidates_are_told_from_bad_ones():
    process = built(60)
    lattice = process.kernel.lattice
    codes = lattice.activate(lattice.draw(300, np.random.default_rng(5)))
    truth = [loss(lattice.values_of(row)) for row in codes.tolist()]
    mean, deviation = process.predict(codes)
    assert np.corrcoef(mean, truth)[0, 1] > 0.8
    assert (deviation > 0).all()


def test_failed_candidates_are_expected_to_be_good_by_nobody():
    lattice, located = history(20)
    located.standings[3] = [2.0, 0.0, 0.0]
    process = surrogate(located, milestone(lattice, located, np.random.default_rng(0)))
    assert np.flatnonzero(np.isinf(process.expected)).tolist() == [3]


def test_candidates_on_their_way_are_less_uncertain():
    lattice, _ = history(1)
    with_pending, without = built(30, pending=4), built(30)
    codes = lattice.nearest(history(30, pending=4)[1].pending)
    assert with_pending.predict(codes)[0] == pytest.approx(without.predict(codes)[0])
    assert (with_pending.predict(codes)[1] < 0.8 * without.predict(codes)[1]).all()


def test_trials_after_the_milestone_are_seen():
    _, located = history(25)
    assert last_milestone(25) < 25
    assert len(built(25).seen) == len(located.numbers)


def test_of_many_trials_the_best_the_latest_and_some_others_are_seen():
    lattice, located = history(400)
    reached = milestone(lattice, located, np.random.default_rng(0))
    count = len(reached.numbers)
    assert len(reached.rows) == module._SEEN
    worth = located.standings[:count, 1]
    assert set(np.argsort(worth)[:50]) <= set(reached.rows.tolist())
    assert set(range(count - 50, count)) <= set(reached.rows.tolist())
    assert len(surrogate(located, reached).seen) == module._SEEN + 400 - count


def test_an_empty_space_has_a_process():
    space = HyperParameters()
    ledger = Ledger(space, "gp")
    ledger.tell([Trial(candidate=c, score=1.0) for c in RandomStrategy(space, 0).ask(1)])
    lattice = Lattice(space.space)
    located = History(ledger, higher_is_better=False).located(lattice)
    process = surrogate(located, milestone(lattice, located, np.random.default_rng(0)))
    assert len(process.predict(np.zeros((2, 0), int))[0]) == 2
