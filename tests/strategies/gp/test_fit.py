import numpy as np
import pytest
from scipy.stats import multivariate_normal

from layersmith.strategies.gp import fit as module
from layersmith.strategies.gp.fit import fit


def places_apart(places):
    return abs(places[:, :, None] - places[:, None, :])  # (dimensions, rows, rows)


def targets_of(places, noise=0.0, seed=0):
    clean = np.sin(5 * places[0]) + 0.5 * places[1]
    return (clean - clean.mean()) / clean.std() + noise * np.random.default_rng(seed).standard_normal(places.shape[1])


def problem(rows=60, dimensions=4, noise=0.0):
    places = np.random.default_rng(1).random((dimensions, rows))
    return places_apart(places), targets_of(places, noise)


def test_the_gradient_is_that_of_the_loss():
    apart, targets = problem(rows=15)
    logs, centre, width = np.array([0.3, -0.4, 0.1, 0.2, -2.0]), np.zeros(5), np.ones(5)
    flat = apart.reshape(4, -1)

    def loss(at):
        return module._loss(at, centre, width, flat, targets)[0]

    steps = 1e-5 * np.eye(5)
    numeric = [(loss(logs + step) - loss(logs - step)) / 2e-5 for step in steps]
    assert module._loss(logs, centre, width, flat, targets)[1] == pytest.approx(numeric, rel=1e-5, abs=1e-6)


def test_the_loss_is_the_likelihood_at_its_best_scale():
    apart, targets = problem(rows=12)
    logs = np.array([0.3, -0.4, 0.1, 0.2, -2.0])
    values = np.exp(logs)
    kernel = np.exp(-np.tensordot(values[:-1], apart, 1)) + values[-1] * np.eye(12)
    scale = targets @ np.linalg.solve(kernel, targets) / 12
    density = multivariate_normal(np.zeros(12), scale * kernel).logpdf(targets)
    found = module._loss(logs, logs, np.ones(5), apart.reshape(4, -1), targets)[0]  # at the centre of the prior
    assert found == pytest.approx(-density - 6 * (1 + np.log(2 * np.pi)))


def test_dimensions_that_matter_weigh_more():
    weights = fit(*problem()).weights
    assert weights[0] > weights[1] > 2 * max(weights[2:])


def test_noise_is_told_from_signal():
    quiet, loud = fit(*problem()), fit(*problem(noise=1.0))
    assert 5 * quiet.noise < loud.noise


def test_equal_targets_are_no_obstacle():
    apart, _ = problem(rows=10)
    found = fit(apart, np.zeros(10))
    assert np.isfinite([*found.weights, found.noise, found.scale]).all()
    assert found.scale > 0


def test_candidates_at_one_place_are_no_obstacle():
    found = fit(np.zeros((2, 8, 8)), np.linspace(-1, 1, 8))
    assert np.isfinite([*found.weights, found.noise, found.scale]).all()


def test_a_space_without_dimensions():
    assert fit(np.zeros((0, 3, 3)), np.array([-1.0, 0.0, 1.0])).weights.shape == (0,)


def test_the_same_trials_give_the_same_weights():
    assert fit(*problem()).weights.tolist() == fit(*problem()).weights.tolist()
