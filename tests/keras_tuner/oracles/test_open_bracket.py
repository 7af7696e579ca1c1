import pytest

from layersmith.keras_tuner.engine.trial import Trial, TrialStatus
from layersmith.keras_tuner.oracles.open_bracket import OpenBracket
from layersmith.schedulers import Hyperband, Rung
from layersmith.space import HyperParameters

SCHEDULER = Hyperband()


def ended(trial_id, score):
    trial = Trial(HyperParameters(), trial_id, TrialStatus.FAILED if score is None else TrialStatus.COMPLETED)
    trial.score = score
    return trial


@pytest.fixture
def bracket():
    return OpenBracket((Rung(epochs=1, size=3), Rung(epochs=3, size=1)))


def test_the_best_goes_on_once_all_have_arrived(bracket):
    trials = {}
    for trial_id, score in zip("abc", (0.5, 0.25, 0.75), strict=True):
        assert bracket.promote("z", trials, SCHEDULER) is None
        bracket.start(trial_id)
        trials[trial_id] = ended(trial_id, score)
    assert not bracket.has_room
    assert bracket.promote("d", trials, SCHEDULER) == ("b", 1)
    assert bracket.promote("e", trials, SCHEDULER) is None
    assert not bracket.is_complete(trials, SCHEDULER)
    trials["d"] = ended("d", 0.1)
    assert bracket.is_complete(trials, SCHEDULER)
    assert "d" in bracket
    assert "e" not in bracket


def test_where_all_have_failed_nobody_goes_on(bracket):
    for trial_id in "abc":
        bracket.start(trial_id)
    trials = {trial_id: ended(trial_id, None) for trial_id in "abc"}
    assert bracket.promote("d", trials, SCHEDULER) is None
    assert bracket.is_complete(trials, SCHEDULER)


def test_a_bracket_may_begin_with_fewer(bracket):
    bracket.start("a")
    bracket.close()
    assert not bracket.has_room
    assert bracket.promote("b", {"a": ended("a", 0.5)}, SCHEDULER) == ("a", 1)


def test_notes(bracket):
    assert bracket.notes(0) == {"tuner/epochs": 1, "tuner/initial_epoch": 0, "tuner/bracket": 1, "tuner/round": 0}
    assert bracket.notes(1) == {"tuner/epochs": 3, "tuner/initial_epoch": 1, "tuner/bracket": 1, "tuner/round": 1}
