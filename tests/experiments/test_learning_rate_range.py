import numpy as np
import pytest

from layersmith.errors import TrainingError
from layersmith.experiments.learning_rate_range import LearningRateRange, choose_rate, smoothed

RATES = np.geomspace(1e-6, 10, 120)


def losses(fastest, diverges, noise=0.02):
    fall = 1.0 - 0.9 / (1.0 + fastest / RATES)
    curve = fall + (RATES / diverges) ** 2 + np.random.default_rng(0).normal(0, noise, len(RATES))
    curve[5 * diverges < RATES] = np.inf
    return curve


def test_it_lies_between_the_fastest_fall_and_divergence():
    assert 1e-3 < choose_rate(RATES, losses(fastest=1e-2, diverges=0.3)) < 0.1


def test_noise_moves_it_little():
    rates = [choose_rate(RATES, losses(1e-2, 0.3, noise)) for noise in (0.0, 0.02, 0.05)]
    assert max(rates) < 4 * min(rates)


def test_the_larger_of_the_two_rules_counts():
    curve = np.interp(np.log10(RATES), [-6, -5, -4.9, -1, 1], [1.0, 1.0, 0.3, 0.1, 5.0])  # most of it falls at once
    assert choose_rate(RATES, curve) == pytest.approx(RATES[np.argmin(smoothed(curve))] / 10)


@pytest.mark.parametrize("curve", [np.linspace(1, 2, 120), np.full(120, np.inf), np.r_[1.0, np.full(119, np.nan)]])
def test_a_loss_that_never_falls_is_said(curve):
    with pytest.raises(TrainingError, match="falls at no learning rate"):
        choose_rate(RATES, curve)


def test_the_figure_shows_losses_and_the_choice():
    found = LearningRateRange(rate=0.01, rates=RATES, losses=losses(1e-2, 0.3))
    panel = found.figure().axes[0]
    assert panel.get_xscale() == "log"
    assert [line.get_label() for line in panel.lines] == ["batch", "smoothed", "chosen: 0.01"]
    np.testing.assert_array_equal(panel.lines[2].get_xdata(), [0.01, 0.01])
