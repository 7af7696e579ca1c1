import numpy as np
import pytest

from layersmith.errors import StrategyError
from layersmith.records import Candidate, Trial
from layersmith.space import HyperParameters
from layersmith.strategies import NSGA2Strategy, RandomStrategy, create_strategy
from layersmith.strategies.pareto import fronts
from layersmith.testing.strategies import SeededStrategyContract, conditional_space, small_space


class TestNSGA2Strategy(SeededStrategyContract):
    def make(self, space, seed):
        return NSGA2Strategy(space, seed, higher_is_better=False)


class TestNSGA2StrategyWithTwoObjectives(SeededStrategyContract):
    """The score is told as the first of two objectives."""

    def make(self, space, seed):
        return Doubled(NSGA2Strategy(space, seed, higher_is_better=(False, True)))


class Doubled:
    def __init__(self, strategy):
        self._strategy = strategy
        self.ask, self.enqueue = strategy.ask, strategy.enqueue

    def tell(self, trials):
        self._strategy.tell([Trial(**{**vars(t), "objectives": (t.score, t.score % 0.01)}) for t in trials])


def network_space():
    hp = HyperParameters()
    hp.Int("layers", 1, 6)
    hp.Int("units", 8, 512, step=2, sampling="log")
    hp.Choice("activation", ["relu", "tanh", "gelu"])
    for place in range(6):
        hp.Int(f"other_{place}", 0, 9)
    return hp


def objectives(values):
    size = values["layers"] * np.log2(values["units"])
    waste = sum(values[f"other_{place}"] for place in range(6)) + 10 * (values["activation"] != "gelu")
    return 1.0 - np.exp(-size / 20) - 0.01 * waste, size + 0.5 * waste  # accuracy and cost


def search(strategy, number=150):
    found = []
    for _ in range(number):
        [candidate] = strategy.ask(1)
        found.append(objectives(candidate.values))
        strategy.tell([Trial(candidate=candidate, score=found[-1][0], objectives=found[-1])])
    return np.array(found) * [-1.0, 1.0]


def area(losses):
    """The area that the front dominates, seen from (0.2, 120)."""
    front = losses[fronts(losses, 1)[0]]
    grid = np.stack(np.meshgrid(np.linspace(-1, 0.2, 60), np.linspace(0, 120, 60)), -1)
    return (front[:, None, None] <= grid).all(-1).any(0).mean()


def test_the_front_moves_on():
    bred = np.mean([area(search(NSGA2Strategy(network_space(), seed, (True, False)))) for seed in range(3)])
    chance = np.mean([area(search(RandomStrategy(network_space(), seed))) for seed in range(3)])
    assert bred > chance + 0.05


def test_both_ends_of_the_front_are_kept():
    losses = search(NSGA2Strategy(network_space(), 0, (True, False)))
    front = losses[fronts(losses, 1)[0]]
    assert len(front) > 5
    assert np.ptp(front[:, 0]) > 0.3
    assert np.ptp(front[:, 1]) > 15


def test_a_trial_with_the_wrong_number_of_objectives_is_refused():
    strategy = NSGA2Strategy(conditional_space(), 0, (True, False))
    strategy.tell([Trial(candidate=candidate, score=0.5) for candidate in strategy.ask(2)])
    with pytest.raises(StrategyError, match=r"trial 0 has 1 objectives\n.*2, as many as directions"):
        strategy.ask(1)


def test_one_objective_may_come_as_the_score_or_as_an_objective():
    scores, lists = (NSGA2Strategy(conditional_space(), 0, [True]) for _ in range(2))
    for number in range(14):
        for strategy, told in ((scores, ()), (lists, (float(number),))):
            strategy.tell([Trial(candidate=c, score=float(number), objectives=told) for c in strategy.ask(1)])
    assert scores.ask(3) == lists.ask(3)


def test_parents_outside_the_space_are_passed_over():
    strategy = NSGA2Strategy(small_space(), 0, False)
    wide = [Candidate(values={"deep": True, "layers": 40}, origin="x", number=number) for number in range(12)]
    strategy.tell([Trial(candidate=candidate, score=0.0) for candidate in wide])
    assert len(strategy.ask(10)) == 5


def test_it_is_created_with_several_objectives():
    strategy = create_strategy("nsga2", small_space(), seed=0, higher_is_better=(True, False))
    assert isinstance(strategy, NSGA2Strategy)
