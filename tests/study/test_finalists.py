import math
from dataclasses import replace

import pytest

from layersmith.study.finalists import best_share, rank, shortlist


def numbers(trials):
    return [trial.number for trial in trials]


def test_the_best_score_comes_first_in_either_direction(make_trial):
    trials = [make_trial(0, 0.7), make_trial(1, 0.9), make_trial(2, 0.8)]
    assert numbers(rank(trials, higher_is_better=True)) == [1, 2, 0]
    assert numbers(rank(trials, higher_is_better=False)) == [0, 2, 1]


def test_ties_go_to_the_lower_loss_then_fewer_parameters_then_the_earlier(make_trial):
    trials = [
        make_trial(0, 0.9, loss=0.3, params=5),
        make_trial(1, 0.9, loss=0.2, params=9),
        make_trial(2, 0.9, loss=0.2, params=5),
        make_trial(3, 0.9, loss=0.2, params=5),
    ]
    for higher in (True, False):
        assert numbers(rank(trials, higher_is_better=higher)) == [2, 3, 1, 0]


def test_what_has_no_score_is_not_ranked(make_trial):
    trials = [make_trial(0, math.nan), make_trial(1, 0.5, state="failed"), make_trial(2, math.inf), make_trial(3, 0.1)]
    assert numbers(rank(trials, higher_is_better=True)) == [3]


@pytest.mark.parametrize(("seconds", "expected"), [(None, 3), (100.0, 3), (5.0, 3), (4.9, 2), (3.0, 1), (0.0, 1)])
def test_as_many_finalists_as_the_time_allows_and_one_at_least(seconds, expected, make_trial):
    trials = [make_trial(number, number / 10) for number in range(5)]
    assert numbers(shortlist(trials, higher_is_better=True, seconds=seconds)) == [4, 3, 2][:expected]


def test_nothing_is_shortlisted_of_nothing():
    assert shortlist([], higher_is_better=True, seconds=10.0) == []


def test_the_share_of_epochs_is_the_median_over_folds(make_trial, make_training):
    folds = tuple(make_training(best_epoch=best, planned_epochs=20) for best in (2, 10, 20))
    assert best_share([make_trial(0, 0.5, trainings=folds)]) == 0.5
    assert best_share([make_trial(0, 0.5, trainings=folds[:1]), make_trial(1, 0.5, trainings=folds[2:])]) == 1.0
    assert best_share([make_trial(0, 0.5)]) == 1.0


def test_the_best_published_candidate_is_always_a_finalist(make_trial):
    trials = [make_trial(number, number / 10) for number in range(6)]
    published = [replace(trial, candidate=replace(trial.candidate, origin="portfolio: MLP")) for trial in trials[:2]]
    trials[:2] = published
    assert numbers(shortlist(trials, higher_is_better=True, seconds=None)) == [5, 4, 3, 1]
    assert numbers(shortlist(trials, higher_is_better=True, seconds=4.9)) == [5, 4, 1]
    assert numbers(shortlist(trials[:4], higher_is_better=True, seconds=None)) == [3, 2, 1]
