from statistics import median

import pytest

from layersmith.records import Trial
from layersmith.space import HyperParameters, fingerprint
from layersmith.strategies import CMAESStrategy, RandomStrategy
from layersmith.testing.strategies import SeededStrategyContract, conditional_space


class TestCMAESStrategy(SeededStrategyContract):
    def make(self, space, seed):
        return CMAESStrategy(space, seed, higher_is_better=False)


def mixed_space():
    hp = HyperParameters()
    hp.Choice("activation", ["relu", "tanh", "gelu"])
    hp.Int("layers", 1, 9)
    hp.Float("x", -1.0, 1.0)
    hp.Boolean("bias")
    return hp


def mixed_loss(values):
    return (values["activation"] != "gelu") + abs(values["layers"] - 7) / 4 + (values["x"] - 0.4) ** 2 + values["bias"]


def search(strategy, number, sign=1.0, batch=1):
    losses = []
    while len(losses) < number:
        candidates = strategy.ask(batch)
        found = [mixed_loss(candidate.values) for candidate in candidates]
        told = zip(candidates, found, strict=True)
        strategy.tell([Trial(candidate=candidate, score=sign * loss) for candidate, loss in told])
        losses += found
    return losses


@pytest.mark.parametrize(("sign", "batch"), [(1.0, 1), (-1.0, 1), (1.0, 4)])
def test_the_distribution_moves_to_the_optimum(sign, batch):
    evolved, chance = [], []
    for seed in range(3):
        strategy = CMAESStrategy(mixed_space(), seed, higher_is_better=sign < 0)
        evolved += search(strategy, 120, sign, batch)[-20:]
        chance += search(RandomStrategy(mixed_space(), seed), 120)[-20:]
    assert median(evolved) < 0.5 * median(chance)


def test_a_space_of_one_kind_of_entry_is_enough():
    for declare in (
        lambda hp: hp.Choice("a", ["x", "y", "z"]),
        lambda hp: hp.Int("a", 1, 5),
        lambda hp: hp.Float("a", 0.0, 1.0),
    ):
        hp = HyperParameters()
        declare(hp)
        assert search_all(CMAESStrategy(hp, 0, higher_is_better=False)) >= 3


def search_all(strategy):
    asked = []
    while len(asked) < 30 and (candidates := strategy.ask(1)):
        asked += candidates
        strategy.tell([Trial(candidate=candidate, score=float(len(asked))) for candidate in candidates])
    return len({fingerprint(candidate.values) for candidate in asked})


def test_a_study_interrupted_within_a_generation_goes_on():
    whole = CMAESStrategy(conditional_space(), 1, higher_is_better=False)
    told = []
    for number in range(40):
        [candidate] = whole.ask(1)
        told.append(Trial(candidate=candidate, score=float(number * 7 % 11)))
        whole.tell(told[-1:])
    resumed = CMAESStrategy(conditional_space(), 1, higher_is_better=False)
    resumed.tell(told)
    assert resumed.ask(3) == whole.ask(3)


def test_results_of_others_are_taken_where_a_sample_meets_them():
    # The first generation is known beforehand: nothing of it is trained again, and the distribution moves on by it.
    plain = CMAESStrategy(mixed_space(), 0, higher_is_better=False)
    first = plain.ask(10)
    informed = CMAESStrategy(mixed_space(), 0, higher_is_better=False)
    informed.tell([Trial(candidate=candidate, score=mixed_loss(candidate.values)) for candidate in first])
    assert not {fingerprint(c.values) for c in first} & {fingerprint(c.values) for c in informed.ask(10)}
