"""How much of the variance is due to which factor."""

import math

import numpy as np
import pytest
from scipy import stats

from layersmith.experiments.design import cells_of
from layersmith.experiments.effects import analyse

LEVELS = {"units": [8, 64], "activation": ["relu", "tanh", "gelu"]}
CELLS = cells_of(LEVELS)


def scores(effect, *, folds=5, noise=0.01, seed=0):
    """Return `(cells, folds)` scores: an effect of each cell, a difficulty of each fold, and noise."""
    rng = np.random.default_rng(seed)
    difficulty = rng.normal(0, 0.1, folds)
    return np.array([[effect(cell)] for cell in CELLS]) + difficulty + rng.normal(0, noise, (len(CELLS), folds))


def term(found, name):
    return next(each for each in found.terms if each.name == name)


def test_a_main_effect_takes_the_variance():
    found = analyse(LEVELS, CELLS, scores(lambda cell: 0.1 * (cell["units"] == 64)), held_per_train=0.25)
    assert term(found, "units").share > 0.9
    assert term(found, "activation").share < 0.05
    assert term(found, "units").p_value < 1e-6
    small, wide = term(found, "units").effects
    assert (small.mean, wide.mean) == pytest.approx((-0.05, 0.05), abs=0.01)
    assert wide.interval.low > 0
    assert wide.interval.low < 0.05 < wide.interval.high
    assert found.has_interactions


def test_an_interaction_is_neither_factors_own():
    crossed = analyse(
        LEVELS,
        CELLS,
        scores(lambda cell: 0.1 * (cell["units"] == 64) * (1 if cell["activation"] == "relu" else -0.5)),
        held_per_train=0.25,
    )
    both = term(crossed, "units × activation")
    assert both.share > 0.4
    assert both.p_value < 1e-4
    assert sum(effect.mean for effect in both.effects) == pytest.approx(0.0, abs=1e-12)


def test_with_independent_folds_f_is_that_of_the_randomized_block_design():
    y = scores(lambda cell: 0.02 * (cell["units"] == 64))
    found = analyse(LEVELS, CELLS, y, held_per_train=0.0)
    centred = y - y.mean(axis=0)
    by_units = np.array([[centred[:3].mean()], [centred[3:].mean()]])
    squares = 15 * float((by_units**2).sum())
    cell_squares = 5 * float((centred.mean(axis=1) ** 2).sum())
    error = (float((centred**2).sum()) - cell_squares) / (5 * 6 - 5 - 5)
    assert term(found, "units").p_value == pytest.approx(stats.f.sf(squares / error, 1, 20))
    assert term(found, "units").share == pytest.approx((squares - error) / (float((centred**2).sum()) + error))


def test_shared_training_rows_make_effects_less_sure():
    y = scores(lambda cell: 0.02 * (cell["units"] == 64), noise=0.02)
    free, shared = (analyse(LEVELS, CELLS, y, held_per_train=share) for share in (0.0, 0.25))
    assert term(shared, "units").p_value > term(free, "units").p_value
    narrow, wide = (term(each, "units").effects[0].interval for each in (free, shared))
    assert wide.high - wide.low == pytest.approx(1.5 * (narrow.high - narrow.low))  # sqrt(1 + 5 / 4)


def test_noise_alone_is_seldom_taken_for_an_effect():
    found = [analyse(LEVELS, CELLS, scores(lambda cell: 0.0, seed=seed), held_per_train=0.0) for seed in range(300)]
    false = np.mean([each.p_value < 0.05 for every in found for each in every.terms])
    assert 0.02 < false < 0.08
    assert np.mean([term(every, "units").share for every in found]) < 0.05


def test_the_interval_of_a_share_holds_the_truth():
    truth = 0.02**2 / (0.02**2 + 0.02**2)  # variance of the units' effect beside the noise
    held = []
    for seed in range(200):
        y = scores(lambda cell: 0.02 if cell["units"] == 64 else -0.02, noise=0.02, seed=seed)
        interval = term(analyse(LEVELS, CELLS, y, held_per_train=0.0), "units").interval
        held.append(interval.low <= truth <= interval.high)
    assert 0.9 < np.mean(held) <= 0.99


def test_a_cell_that_diverged_is_left_out():
    y = scores(lambda cell: 0.1 * (cell["units"] == 64))
    y[0, 2] = math.nan
    found = analyse(LEVELS, CELLS, y, held_per_train=0.25)
    assert not found.has_interactions
    assert term(found, "units").p_value < 0.01


def test_too_few_cells_or_folds_give_no_terms():
    y = scores(lambda cell: 0.0)
    assert analyse(LEVELS, CELLS, y[:, :1], held_per_train=0.25).terms == ()
    y[3:] = math.nan
    assert analyse(LEVELS, CELLS, y, held_per_train=0.25).terms == ()


def test_scores_that_do_not_vary_have_no_shares():
    found = analyse(LEVELS, CELLS, np.ones((6, 5)), held_per_train=0.25)
    assert all(math.isnan(each.p_value) for each in found.terms)
