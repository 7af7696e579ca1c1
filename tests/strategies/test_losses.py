import random

import pytest

from layersmith.records import Candidate, Trial
from layersmith.strategies.losses import FAILED, standing


def trial(**settings):
    return Trial(candidate=Candidate(values={}, origin="tpe"), **settings)


@pytest.mark.parametrize("higher", [True, False])
def test_complete_before_pruned_before_failed(higher):
    better, worse = (0.9, 0.1) if higher else (0.1, 0.9)
    ordered = [
        trial(score=better, loss=0.1),
        trial(score=better, loss=0.2),
        trial(score=worse),
        trial(state="pruned", score=better),
        trial(state="pruned", score=worse),
        trial(state="failed"),
    ]
    shuffled = random.Random(0).sample(ordered, len(ordered))
    assert sorted(shuffled, key=lambda t: standing(t, higher)) == ordered


@pytest.mark.parametrize("score", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("state", ["complete", "pruned"])
def test_a_score_that_is_no_number_is_a_failure(state, score):
    assert standing(trial(state=state, score=score), higher_is_better=True)[0] == FAILED
