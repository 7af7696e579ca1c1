import math

import numpy as np
import pytest
from tests.probes.records import facts, record

from layersmith.probes.measures import measure, typical

RNG = np.random.default_rng(0)


def test_losses_are_shares_of_the_constants():
    found = measure(record([4.0, 2.0], [4.0, 3.0]), facts(constant_loss=2.0, held_constant_loss=3.0))
    assert (found.start, found.train, found.validation, found.best) == (2.0, 1.0, 1.0, 1.0)
    assert (found.gap, found.rise) == (0.0, 0.0)


def test_a_line_falls_at_an_even_pace_without_noise():
    found = measure(record(np.linspace(1.0, 0.1, 91)), facts())
    assert found.fall == pytest.approx(0.3)
    assert found.steadiness == pytest.approx(1.0, abs=0.1)
    assert found.noise == pytest.approx(0.0, abs=1e-9)
    assert found.falls == 1.0


def test_noise_is_its_standard_deviation_and_no_outlier_moves_it():
    curve = 1.0 + RNG.normal(0, 0.1, 300)
    curve[250] = 50.0
    found = measure(record(curve), facts())
    assert found.noise == pytest.approx(0.1, rel=0.25)
    assert abs(found.fall) < 0.1
    assert found.falls == 0.0


def test_one_lucky_epoch_is_no_best_accuracy():
    accuracy = [0.5] * 20
    accuracy[10] = 0.9
    found = measure(record([1.0] * 20, [1.0] * 20, val_sparse_categorical_accuracy=tuple(accuracy)), facts())
    assert found.accuracy == pytest.approx(0.7)
    assert found.lost_accuracy == pytest.approx(0.2)


@pytest.mark.parametrize("curve", [[1.0], [math.nan], [1.0, math.inf]])
def test_short_and_broken_curves_are_measured(curve):
    found = measure(record(curve), facts())
    assert found.finite == float(all(map(math.isfinite, curve)))
    assert math.isnan(found.validation)
    assert (found.fall, found.noise) == (0.0, 0.0) or found.finite


def test_folds_are_typical_by_their_medians():
    folds = [measure(record([1.0, value], [1.0, value]), facts()) for value in (0.1, 0.2, 9.0)]
    assert typical(folds).train == pytest.approx(np.median([measure.train for measure in folds]))
