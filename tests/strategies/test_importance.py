import numpy as np
import pytest

from layersmith.records import Candidate, Trial
from layersmith.space import HyperParameters
from layersmith.strategies.importance import FEWEST_TRIALS, importance


@pytest.fixture
def space():
    hp = HyperParameters()
    kind = hp.Choice("kind", ["conv", "dense"])
    with hp.conditional_scope("kind", ["conv"]):
        if kind == "conv":
            hp.Float("filters", 0.0, 1.0)
    with hp.conditional_scope("kind", ["dense"]):
        hp.Float("units", 0.0, 1.0)
    hp.Float("noise", 0.0, 1.0)
    return hp


def drawn(count, score):
    rng = np.random.default_rng(0)
    for number in range(count):
        kind = str(rng.choice(["conv", "dense"]))
        size = {"filters" if kind == "conv" else "units": float(rng.random())}
        values = {"kind": kind, **size, "noise": float(rng.random())}
        yield Trial(candidate=Candidate(values=values, origin="random", number=number), score=score(values))


def test_what_decides_the_score_comes_first_though_it_is_not_always_active(space):
    trials = list(drawn(200, lambda values: values.get("filters", 0.0)))
    found = importance(space, trials, higher_is_better=True)
    assert next(iter(found)) == "filters"
    assert sum(found.values()) == pytest.approx(1.0)
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert found["noise"] < 0.2


def test_a_direction_turned_around_gives_the_same(space):
    up = importance(space, list(drawn(100, lambda v: v["noise"])), higher_is_better=True)
    down = importance(space, list(drawn(100, lambda v: -v["noise"])), higher_is_better=False)
    assert up == pytest.approx(down)


def test_too_few_trials_say_nothing(space):
    assert importance(space, list(drawn(FEWEST_TRIALS - 1, lambda v: v["noise"])), higher_is_better=True) == {}


def test_trials_without_a_score_do_not_count(space):
    trials = list(drawn(FEWEST_TRIALS, lambda v: float("nan")))
    assert importance(space, trials, higher_is_better=True) == {}
