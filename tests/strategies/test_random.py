from layersmith.records import Candidate, Trial
from layersmith.space import HyperParameters
from layersmith.strategies import RandomStrategy
from layersmith.testing.strategies import SeededStrategyContract, conditional_space, small_space


class TestRandomStrategy(SeededStrategyContract):
    def make(self, space, seed):
        return RandomStrategy(space, seed)


def test_the_batch_size_makes_no_difference():
    strategies = [RandomStrategy(conditional_space(), 0) for _ in range(2)]
    assert strategies[0].ask(12) == [candidate for _ in range(4) for candidate in strategies[1].ask(3)]


def test_results_play_no_part():
    told, silent = (RandomStrategy(conditional_space(), 0) for _ in range(2))
    told.tell([Trial(candidate=candidate, score=1.0) for candidate in told.ask(5)])
    silent.ask(5)
    assert told.ask(5) == silent.ask(5)


def test_draws_cover_a_range_evenly():
    hp = HyperParameters()
    hp.Float("rate", 1e-4, 1e-2, sampling="log")
    rates = [candidate.values["rate"] for candidate in RandomStrategy(hp, 0).ask(400)]
    assert 0.42 < sum(rate < 1e-3 for rate in rates) / 400 < 0.58


def test_a_foreign_candidate_is_not_asked_again():
    strategy = RandomStrategy(small_space(), 0)
    strategy.tell([Trial(candidate=Candidate(values={"deep": False}, origin="elsewhere", number=9))])
    asked = strategy.ask(10)
    assert [candidate.number for candidate in asked] == [10, 11, 12, 13]
    assert all(candidate.values["deep"] for candidate in asked)
