import math
from dataclasses import replace

import numpy as np
import pytest

from layersmith.records import Candidate, Trial
from layersmith.space import HyperParameters
from layersmith.study.influence import FEWEST_TRIALS, influence
from layersmith.study.interaction import interaction
from layersmith.study.marginals import marginals


@pytest.fixture(scope="module")
def space():
    hp = HyperParameters()
    hp.Int("units", 1, 64)
    hp.Choice("activation", ["relu", "tanh"])
    hp.Float("noise", 0.0, 1.0)
    return hp


@pytest.fixture(scope="module")
def trials():
    rng, found = np.random.default_rng(0), []
    for number in range(120):
        values = {"units": int(rng.integers(1, 65)), "activation": str(rng.choice(["relu", "tanh"])),
                  "noise": float(rng.random())}  # fmt: skip
        score = values["units"] / 64 + (values["activation"] == "relu") * 0.2
        found.append(Trial(candidate=Candidate(values=values, origin="random", number=number), score=score))
    return found


def test_what_mattered_comes_first_with_its_marginal_and_its_partner(space, trials):
    found = influence(space, trials, higher_is_better=True)
    assert list(found.importance)[:2] == ["units", "activation"]
    assert found.num_trials == 120
    assert [marginal.name for marginal in found.marginals] == list(found.importance)
    assert found.together.names == ("units", "activation")
    assert sum(map(sum, found.together.counts)) == 120


def test_a_marginal_follows_the_score_and_has_a_band(trials):
    units, activation = marginals(trials, ["units", "activation"], higher_is_better=True, seed=0)
    assert units.scores[-1] > units.scores[0] + 0.5
    assert dict(zip(activation.values, activation.scores, strict=True))["relu"] > activation.scores[1] + 0.1
    for low, score, high in zip(units.low, units.scores, units.high, strict=True):
        assert low <= score + 1e-9 <= high + 2e-9
    assert units.num_trials == 120


def test_a_trial_that_diverged_does_not_hide_the_rest(trials):
    errors = [replace(trial, score=2 - trial.score) for trial in trials]
    spoilt = [replace(errors[0], score=1e9), *errors[1:]]
    [units] = marginals(spoilt, ["units"], higher_is_better=False, seed=0)
    assert max(units.scores) < 3


def test_what_never_varied_has_no_marginal(trials):
    fixed = [
        replace(trial, candidate=replace(trial.candidate, values={**trial.candidate.values, "bias": True}))
        for trial in trials
    ]
    assert marginals(fixed, ["bias", "unknown"], higher_is_better=True, seed=0) == []


def test_few_trials_finals_and_failures_say_nothing(space, trials):
    few = trials[: FEWEST_TRIALS - 1]
    others = [replace(trials[-1], phase="final"), replace(trials[-2], state="failed")]
    found = influence(space, [*few, *others], higher_is_better=True)
    assert (found.importance, found.marginals, found.together, found.num_trials) == ({}, (), None, len(few))


def test_many_values_share_cells_and_empty_cells_have_no_score(trials):
    found = interaction(trials, ("units", "activation"))
    assert len(found.columns) == 7
    assert found.columns[0].startswith("1 to ")
    sparse = interaction([trials[0], replace(trials[1], candidate=trials[2].candidate)], ("units", "noise"))
    assert sum(math.isnan(score) for row in sparse.scores for score in row) == 2
