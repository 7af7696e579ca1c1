import numpy as np
import pytest

from layersmith.strategies.gp.posterior import condition, expected_improvement

NOISE, SCALE = 0.1, 2.0


def correlation(left, right):
    return np.exp(-3.0 * abs(left[:, None] - right))


@pytest.fixture
def tried():
    return np.array([0.0, 0.2, 0.5, 0.9])


@pytest.fixture
def targets():
    return np.array([1.0, -0.5, 0.3, 0.2])


def test_it_is_the_textbook_formula(tried, targets):
    posterior = condition(correlation(tried, tried), targets, noise=NOISE, scale=SCALE)
    new = np.array([0.1, 0.7])
    cross = correlation(new, tried)
    inverse = np.linalg.inv(correlation(tried, tried) + NOISE * np.eye(4))
    assert posterior.mean(cross) == pytest.approx(cross @ inverse @ targets)
    assert posterior.deviation(cross) ** 2 == pytest.approx(SCALE * (1 - np.diag(cross @ inverse @ cross.T)))


def test_candidates_on_their_way_move_no_expectation_and_take_away_uncertainty(tried, targets):
    seen = np.append(tried, [0.7, 0.72])
    before = condition(correlation(tried, tried), targets, noise=NOISE, scale=SCALE)
    after = condition(correlation(seen, seen), targets, noise=NOISE, scale=SCALE)
    new = np.linspace(0, 1, 21)
    assert after.mean(correlation(new, seen)) == pytest.approx(before.mean(correlation(new, tried)))
    lost = before.deviation(correlation(new, tried)) - after.deviation(correlation(new, seen))
    assert lost.min() > -1e-12
    assert new[lost.argmax()] == pytest.approx(0.7)


def test_expected_improvement_is_the_mean_of_the_improvements():
    draws = np.random.default_rng(0).normal(0.4, 1.3, 400_000)
    expected = np.maximum(0.1 - draws, 0.0).mean()
    assert expected_improvement(np.array([0.4]), np.array([1.3]), 0.1).item() == pytest.approx(expected, rel=0.01)


def test_where_nothing_can_be_gained():
    gain = expected_improvement(np.array([50.0, 0.0]), np.array([1e-5, 1e-5]), 0.0)
    assert gain[0] == 0.0
    assert 0.0 < gain[1] < 1e-5
