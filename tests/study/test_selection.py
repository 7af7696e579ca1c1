"""From finalists to the winner, by made-up scores of folds."""

from dataclasses import replace

import numpy as np
import pytest

from layersmith.study.selection import contenders, pooled, winner_of

HELD = 0.25


def final(make_trial, number, folds, *, params=10, state="complete", origin=None):
    trial = make_trial(number, float(np.mean(folds)), params=params, state=state)
    candidate = replace(trial.candidate, origin=origin or f"final of trial {number}")
    return replace(trial, candidate=candidate, fold_scores=tuple(folds), phase="final")


def numbers(trials):
    return [trial.number for trial in trials]


NOISY = [0.80, 0.84, 0.78, 0.82, 0.81]


def shifted(by, noise=0.0, seed=0):
    jitter = np.random.default_rng(seed).normal(scale=noise, size=len(NOISY))
    return [score + by + extra for score, extra in zip(NOISY, jitter, strict=True)]


@pytest.mark.parametrize("higher", [True, False])
def test_who_is_clearly_worse_on_every_fold_is_told_apart(higher, make_trial):
    worse = -0.1 if higher else 0.1
    finals = [final(make_trial, 0, shifted(worse, 0.01)), final(make_trial, 1, NOISY)]
    assert numbers(contenders(finals, higher_is_better=higher, held_per_train=HELD)) == [1]


def test_who_differs_by_noise_stays(make_trial):
    finals = [final(make_trial, 0, shifted(-0.005, 0.02)), final(make_trial, 1, NOISY)]
    assert numbers(contenders(finals, higher_is_better=True, held_per_train=HELD)) == [1, 0]


def test_of_one_fold_nobody_is_told_apart_and_the_best_score_wins(make_trial):
    finals = [final(make_trial, 0, [0.5], params=1), final(make_trial, 1, [0.9], params=99)]
    assert numbers(contenders(finals, higher_is_better=True, held_per_train=HELD)) == [1, 0]
    assert numbers(winner_of(finals, higher_is_better=True, held_per_train=HELD)) == [1, 0]


def test_the_simplest_within_one_standard_error_wins_unless_the_best_score_is_asked_for(make_trial):
    finals = [
        final(make_trial, 0, shifted(-0.002, 0.02), params=5),
        final(make_trial, 1, NOISY, params=100),
        final(make_trial, 2, shifted(-0.1, 0.01), params=1),  # simpler still, and worse
    ]
    rule = {"higher_is_better": True, "held_per_train": HELD}
    assert numbers(winner_of(finals, **rule)) == [0, 1, 2]
    assert numbers(winner_of(finals, **rule, best_score=True)) == [1, 0, 2]


def test_beyond_one_standard_error_simplicity_does_not_count(make_trial):
    """The two tie by the test, at 5 %, and are further apart than one standard error."""
    behind = [score - gap for score, gap in zip(NOISY, [0.05, 0.0, 0.04, 0.01, 0.03], strict=True)]
    finals = [final(make_trial, 0, behind, params=5), final(make_trial, 1, NOISY, params=100)]
    rule = {"higher_is_better": True, "held_per_train": HELD}
    assert len(contenders(finals, **rule)) == 2
    assert numbers(winner_of(finals, **rule)) == [1, 0]


def test_rounds_of_a_finalist_are_one(make_trial):
    scores, origin = {7: 1.0, 9: 0.0}, "final of trial 4"
    rounds = [final(make_trial, number, [score, score], origin=origin) for number, score in scores.items()]
    other = final(make_trial, 8, [0.3, 0.3])
    [first, second] = pooled([rounds[0], other, rounds[1]])
    assert (first.number, first.score, first.fold_scores) == (7, 0.5, (1, 1, 0, 0))
    assert (second.number, second.score) == (8, 0.3)
    assert [trial.score for trial in pooled([rounds[0], other, rounds[1]], rounds=1)] == [1.0, 0.3]
    assert numbers(contenders([first, second], higher_is_better=True, held_per_train=HELD)) == [7]


def test_who_fails_in_a_round_is_out(make_trial):
    rounds = [final(make_trial, 7, [0.9], origin="final of trial 4")]
    failed = final(make_trial, 9, [0.9], origin="final of trial 4", state="failed")
    assert pooled([*rounds, failed]) == []
    assert winner_of([], higher_is_better=True, held_per_train=HELD) == []
