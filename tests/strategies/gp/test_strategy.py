import os
import subprocess
import sys
from statistics import median

import numpy as np
import pytest

from layersmith.records import Candidate, Trial
from layersmith.space import HyperParameters
from layersmith.strategies import GPStrategy, RandomStrategy
from layersmith.strategies.gp import strategy as module
from layersmith.strategies.gp.kernel import Kernel
from layersmith.testing.strategies import SeededStrategyContract, conditional_space, outcome


class TestGPStrategy(SeededStrategyContract):
    def make(self, space, seed):
        return GPStrategy(space, seed, higher_is_better=False)


def network_space():
    hp = HyperParameters()
    hp.Choice("activation", ["relu", "tanh", "gelu", "selu"])
    hp.Int("layers", 1, 4)
    hp.Choice("units", [16, 32, 64, 128, 256])
    hp.Float("rate", 1e-5, 1e-1, sampling="log")
    hp.Float("dropout", 0.0, 0.6, step=0.1)
    return hp


def network_loss(values):
    size = np.log2(values["units"]) + values["layers"]
    rate = np.log10(values["rate"]) + 2 + 0.3 * values["layers"]  # deeper wants slower
    return 0.05 * (size - 9) ** 2 + min(rate**2, 1) + 0.1 * (values["activation"] != "gelu") + 0.3 * values["dropout"]


def search(strategy, number, loss=network_loss, sign=1.0, batch=1):
    losses = []
    while len(losses) < number:
        candidates = strategy.ask(batch)
        found = [float(loss(candidate.values)) for candidate in candidates]
        told = zip(candidates, found, strict=True)
        strategy.tell([Trial(candidate=candidate, score=sign * value) for candidate, value in told])
        losses += found
    return losses


@pytest.mark.parametrize(("sign", "batch"), [(1.0, 1), (-1.0, 1), (1.0, 4)])
def test_thirty_trials_find_more_than_two_hundred_random_ones(sign, batch):
    found = [min(search(GPStrategy(network_space(), seed, sign < 0), 30, sign=sign, batch=batch)) for seed in range(3)]
    chance = [min(search(RandomStrategy(network_space(), seed), 200)) for seed in range(3)]
    assert median(found) < median(chance)


def test_noise_does_not_lead_it_astray():
    rng = np.random.default_rng(0)
    strategy, truth = GPStrategy(network_space(), 0, higher_is_better=False), []

    def noisy(values):
        truth.append(network_loss(values))
        return truth[-1] + 0.2 * rng.standard_normal()

    search(strategy, 60, noisy)
    assert median(truth[-20:]) < 0.3 * median(truth[:8])


def test_the_scale_of_the_loss_makes_no_difference():
    plain = search(GPStrategy(network_space(), 0, higher_is_better=False), 25)
    curved = GPStrategy(network_space(), 0, higher_is_better=False)
    assert search(curved, 25, lambda values: np.exp(5 * network_loss(values))) == [
        float(np.exp(5 * value)) for value in plain
    ]


def test_a_region_that_fails_is_left():
    hp = HyperParameters()
    hp.Float("x", 0.0, 1.0)
    hp.Float("y", 0.0, 1.0)
    strategy, asked = GPStrategy(hp, 0, higher_is_better=False), []
    for _ in range(50):
        [candidate] = strategy.ask(1)
        x, y = candidate.values["x"], candidate.values["y"]
        asked.append(x)
        if x < 0.5:  # where scores would be best
            strategy.tell([Trial(candidate=candidate, state="failed", reason="no memory")])
        else:
            strategy.tell([Trial(candidate=candidate, score=x + y)])
    assert sum(x < 0.5 for x in asked[-20:]) <= 8
    assert min(x for x in asked if x >= 0.5) < 0.6


def test_validation_loss_decides_between_equal_scores():
    strategy = GPStrategy(network_space(), 0, higher_is_better=True)
    losses = []
    for _ in range(40):
        [candidate] = strategy.ask(1)
        losses.append(network_loss(candidate.values))
        strategy.tell([Trial(candidate=candidate, score=0.97, loss=losses[-1])])
    assert median(losses[-15:]) < 0.5 * median(losses[:8])


def test_a_batch_spreads_out():
    hp = HyperParameters()
    hp.Float("x", 0.0, 1.0)
    strategy = GPStrategy(hp, 0, higher_is_better=False)
    search(strategy, 12, lambda values: abs(values["x"] - 0.4))
    batch = sorted(candidate.values["x"] for candidate in strategy.ask(6))
    assert len(set(batch)) == 6
    assert batch[-1] - batch[0] > 0.05


def test_the_design_comes_first_and_portfolios_before_it():
    strategy = GPStrategy(network_space(), 0, higher_is_better=False)
    plain = GPStrategy(network_space(), 0, higher_is_better=False)
    strategy.enqueue({"units": 64}, "portfolio: small")
    asked = strategy.ask(1 + module._DESIGN)
    assert asked[0].origin == "portfolio: small"
    assert [c.values for c in asked[1:]] == [c.values for c in plain.ask(module._DESIGN)]


def test_a_late_trial_counts_as_if_it_had_come_in_time():
    whole, late = (GPStrategy(conditional_space(), 0, higher_is_better=False) for _ in range(2))
    candidates = whole.ask(30)
    trials = [Trial(candidate=candidate, score=float(candidate.number % 7)) for candidate in candidates]
    whole.tell(trials)
    late.tell(trials[:3] + trials[4:])
    late.ask(0)
    late.tell([trials[3]])
    assert late.ask(2) == whole.ask(2)


def test_trials_of_others_are_learnt_from():
    space = network_space()
    informed = GPStrategy(space, 0, higher_is_better=False)
    told = RandomStrategy(space, 9).ask(60)
    informed.tell([Trial(candidate=c, score=network_loss(c.values)) for c in told])
    losses = search(informed, module._DESIGN + 10)
    assert median(losses[-10:]) < 0.5 * median(losses[: module._DESIGN])


@pytest.mark.parametrize("number", [150, 600])
def test_what_an_ask_costs_does_not_grow_with_the_trials(number, monkeypatch):
    fits, rows = [], []
    milestone, of_codes = module.milestone, Kernel.of_codes

    def counted(kernel, codes, table):
        rows.append((len(codes), table.shape[1]))
        return of_codes(kernel, codes, table)

    monkeypatch.setattr(module, "milestone", lambda *args: fits.append(1) or milestone(*args))
    monkeypatch.setattr(Kernel, "of_codes", counted)
    strategy = GPStrategy(conditional_space(), 0, higher_is_better=False)
    others = RandomStrategy(conditional_space(), 1).ask(number)
    strategy.tell([outcome(Candidate(values=c.values, origin="gp", number=c.number)) for c in others])
    for _ in range(40):
        strategy.tell([outcome(candidate) for candidate in strategy.ask(1)])
    assert len(fits) <= 5  # one at first, then one in fifteen or more
    assert sum(codes for codes, _ in rows) / 40 < 1000
    assert max(seen for _, seen in rows) <= 160 + 25


def test_the_number_of_cores_makes_no_difference():
    code = """
from layersmith.strategies import GPStrategy
from layersmith.testing.strategies import conditional_space, outcome
strategy = GPStrategy(conditional_space(), 0, higher_is_better=False)
for _ in range(25):
    strategy.tell([outcome(candidate) for candidate in strategy.ask(1)])
print([candidate.values for candidate in strategy.ask(3)])
"""
    answers = set()
    for cores in ("1", "2"):
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": cores, "OMP_NUM_THREADS": cores}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        answers.add(done.stdout)
    assert len(answers) == 1
