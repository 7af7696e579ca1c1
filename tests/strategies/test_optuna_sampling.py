import logging
from statistics import median

import numpy as np
import optuna
import pytest

from layersmith.records import Trial
from layersmith.space import HyperParameters
from layersmith.strategies import RandomStrategy, TPEStrategy
from layersmith.strategies.optuna_sampling import _distribution, encode
from layersmith.testing.strategies import SeededStrategyContract, conditional_space


class TestTPEStrategy(SeededStrategyContract):
    def make(self, space, seed):
        return TPEStrategy(space, seed, higher_is_better=False)


class TestTPEStrategyUpwards(SeededStrategyContract):
    def make(self, space, seed):
        return TPEStrategy(space, seed, higher_is_better=True)


def bowl_space():
    hp = HyperParameters()
    hp.Float("x", -5.0, 5.0)
    hp.Float("rate", 1e-5, 1.0, sampling="log")
    hp.Choice("kind", ["good", "bad"])
    return hp


def bowl(values):
    return (values["x"] - 2.0) ** 2 + (np.log10(values["rate"]) + 2) ** 2 + (values["kind"] == "bad") * 5.0


def search(strategy, num_candidates, sign):
    losses = []
    for _ in range(num_candidates):
        [candidate] = strategy.ask(1)
        losses.append(bowl(candidate.values))
        strategy.tell([Trial(candidate=candidate, score=sign * losses[-1])])
    return losses


@pytest.mark.parametrize("higher_is_better", [False, True])
def test_it_learns_in_the_direction_of_the_score(higher_is_better):
    tpe, chance = [], []
    for seed in range(3):
        sign = -1 if higher_is_better else 1
        tpe += search(TPEStrategy(bowl_space(), seed, higher_is_better), 50, sign)[-15:]
        chance += search(RandomStrategy(bowl_space(), seed), 50, sign)[-15:]
    assert median(tpe) < 0.4 * median(chance)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_region_that_fails_is_not_favoured(seed):
    # A sampler that never hears of failures stays in the region that fails: 29 or 30 of the last 30 candidates.
    hp = HyperParameters()
    hp.Float("x", 0.0, 1.0)
    hp.Float("y", 0.0, 1.0)
    strategy, asked = TPEStrategy(hp, seed, higher_is_better=False), []
    for _ in range(60):
        [candidate] = strategy.ask(1)
        x, y = candidate.values["x"], candidate.values["y"]
        asked.append(x)
        if x < 0.5:  # where scores would be best
            strategy.tell([Trial(candidate=candidate, state="failed", reason="no memory")])
        else:
            strategy.tell([Trial(candidate=candidate, score=x + y)])
    assert sum(x < 0.5 for x in asked[-30:]) <= 15


def test_a_batch_spreads_out():
    hp = HyperParameters()
    hp.Float("x", 0.0, 1.0)
    strategy = TPEStrategy(hp, 0, higher_is_better=False)
    for _ in range(20):
        strategy.tell([Trial(candidate=candidate, score=candidate.values["x"]) for candidate in strategy.ask(1)])
    batch = sorted(candidate.values["x"] for candidate in strategy.ask(6))
    assert len(set(batch)) == 6
    assert batch[-1] - batch[0] > 0.02


def test_an_interrupted_trial_may_be_told_again_when_it_is_done():
    whole = TPEStrategy(conditional_space(), 0, higher_is_better=False)
    candidates = whole.ask(14)
    trials = [Trial(candidate=candidate, score=float(candidate.number)) for candidate in candidates]
    whole.tell(trials)
    resumed = TPEStrategy(conditional_space(), 0, higher_is_better=False)
    resumed.tell([*trials[:5], Trial(candidate=candidates[5], state="interrupted"), *trials[6:]])
    resumed.tell([trials[5]])
    assert resumed.ask(2) == whole.ask(2)


def test_a_late_trial_takes_its_place_by_number():
    whole, late = (TPEStrategy(conditional_space(), 0, higher_is_better=False) for _ in range(2))
    candidates = whole.ask(30)
    trials = [Trial(candidate=candidate, score=float(candidate.number % 7)) for candidate in candidates]
    whole.tell(trials)
    late.tell(trials[:3] + trials[4:])
    late.tell([trials[3]])
    assert late.ask(2) == whole.ask(2)


def test_positions_follow_the_kind_of_entry():
    hp = conditional_space()
    values = {"kind": "conv", "layers": 3, "units_2": 8, "units_3": 256, "pool": True, "width": 5, "pool_size": 4}
    params, _ = encode(hp, {**values, "rate": 1e-1, "momentum": 0.5, "dropout": 0.3, "version": 2})
    assert params["kind"] == 1
    assert params["layers"] == 2
    assert params["width [kind=conv]"] == 1
    assert params["pool_size"] == 1
    assert params["rate"] == 1.0
    assert params["momentum"] == 0.0
    assert params["dropout"] == 3
    assert 0.0 < params["units_2"] < 0.1
    assert 0.9 < params["units_3"] < 1.0
    assert "version" not in params
    assert "width [kind=dense]" not in params


def test_an_entry_with_one_value_is_not_sampled():
    hp = HyperParameters()
    hp.Int("layers", 2, 2)
    hp.Float("rate", 0.1, 0.1)
    hp.Choice("kind", ["dense"])
    assert [_distribution(entry) for entry in hp.space] == [None] * 3
    assert [dict(candidate.values) for candidate in TPEStrategy(hp, 0, True).ask(3)] == [
        {"layers": 2, "rate": 0.1, "kind": "dense"}
    ]


def test_optuna_stays_silent_and_keeps_its_settings(capfd):
    optuna.logging.set_verbosity(optuna.logging.INFO)
    strategy = TPEStrategy(conditional_space(), 0, higher_is_better=False)
    strategy.tell([Trial(candidate=candidate, score=1.0) for candidate in strategy.ask(12)])
    strategy.ask(1)
    assert capfd.readouterr().err == ""
    assert logging.getLogger("optuna").level == logging.INFO
