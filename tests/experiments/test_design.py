"""Which cells are run."""

import itertools
from collections import Counter

import numpy as np
import pytest

from layersmith.errors import SpaceError
from layersmith.experiments.design import cells_of, columns_of, contrasts, terms_of

LEVELS = {"units": [8, 16, 32], "activation": ["relu", "tanh"], "dropout": [0.0, 0.5]}


def test_without_a_fraction_all_cells_are_run():
    cells = cells_of(LEVELS)
    assert [tuple(cell.values()) for cell in cells] == list(itertools.product(*LEVELS.values()))


@pytest.mark.parametrize(("fraction", "apart"), [(0.5, 0), (0.75, 2)])  # nine cells hold no whole pairs of levels
def test_a_fraction_is_balanced_as_far_as_its_cells_allow(fraction, apart):
    cells = cells_of(LEVELS, fraction)
    assert len(cells) == round(12 * fraction)
    for name in LEVELS:
        counts = Counter(cell[name] for cell in cells)
        assert max(counts.values()) - min(counts.values()) <= apart


def test_no_choice_of_so_many_cells_tells_more():
    cells, terms = cells_of(LEVELS), [(name,) for name in LEVELS]
    whole = columns_of(LEVELS, cells, terms)
    best = max(np.linalg.det(whole[list(some)].T @ whole[list(some)]) for some in itertools.combinations(range(12), 7))
    chosen = columns_of(LEVELS, cells_of(LEVELS, 7 / 12), terms)
    assert np.linalg.det(chosen.T @ chosen) == pytest.approx(best)


def test_half_of_a_two_level_factorial_is_the_regular_fraction():
    levels = {name: [0, 1] for name in "abcd"}
    cells = cells_of(levels, 0.5)
    columns = columns_of(levels, cells, [(name,) for name in levels])
    assert np.allclose(columns.T @ columns, 8 * np.eye(5), atol=1e-9)  # main effects are orthogonal


def test_a_fraction_always_tells_main_effects_apart():
    cells = cells_of(LEVELS, 0.01)
    columns = columns_of(LEVELS, cells, [(name,) for name in LEVELS])
    assert len(cells) == 5
    assert np.linalg.matrix_rank(columns) == columns.shape[1]


def test_the_same_seed_chooses_the_same():
    assert cells_of(LEVELS, 0.6, seed=3) == cells_of(LEVELS, 0.6, seed=3)


def test_contrasts_sum_to_nothing_and_are_orthogonal():
    cells = cells_of(LEVELS)
    coded = contrasts(LEVELS, cells, ("units", "activation"))
    assert coded.shape == (12, 2)
    assert np.allclose(coded.sum(axis=0), 0)
    assert np.allclose(coded.T @ coded, 12 * np.eye(2))


def test_interactions_need_cells():
    assert len(terms_of(LEVELS, 12)) == 6
    assert terms_of(LEVELS, 9) == [("units",), ("activation",), ("dropout",)]


@pytest.mark.parametrize(
    ("levels", "fraction", "said"),
    [
        ({}, 1.0, "over is"),
        ([1, 2], 1.0, "over is"),
        ({"units": [8]}, 1.0, "for 'units'"),
        ({"units": "relu"}, 1.0, "for 'units'"),
        ({"units": [8, 16, 8]}, 1.0, "repeats a value"),
        ({"units": [8, 16]}, 0.0, "a fraction of 0.0"),
        ({"units": [8, 16]}, 1.5, "a fraction of 1.5"),
    ],
)
def test_what_is_no_design_is_refused(levels, fraction, said):
    with pytest.raises(SpaceError, match=said):
        cells_of(levels, fraction)
