import numpy as np
import pytest

from layersmith.strategies.gp.kernel import Kernel
from layersmith.strategies.lattice import Lattice
from layersmith.testing.strategies import conditional_space


@pytest.fixture
def kernel():
    lattice = Lattice(conditional_space().space)
    return Kernel(lattice, np.random.default_rng(0).exponential(size=len(lattice.entries)))


@pytest.fixture
def codes(kernel):
    return kernel.lattice.activate(kernel.lattice.draw(30, np.random.default_rng(1)))


def located(kernel, codes):
    return np.array([kernel.lattice.locate(kernel.lattice.values_of(row)) for row in codes.tolist()])


def test_the_table_gives_what_the_distances_give(kernel, codes):
    seen = located(kernel, codes[:12])
    assert kernel.of_codes(codes, kernel.table(seen)) == pytest.approx(kernel.between(located(kernel, codes), seen))


def test_a_candidate_is_wholly_correlated_with_itself_alone(kernel, codes):
    among = kernel.between(located(kernel, codes), located(kernel, codes))
    assert np.diag(among) == pytest.approx(1.0)
    assert (among - np.eye(len(codes))).max() < 1.0


def test_what_is_inactive_in_both_plays_no_part(kernel):
    dense = {"kind": "dense", "layers": 1, "width": 16, "rate": 1e-3, "momentum": 0.5, "dropout": 0.0, "version": 2}
    places = np.array([kernel.lattice.locate(values) for values in (dense, {**dense, "dropout": 0.5})])
    assert np.nan_to_num(kernel.apart(places, places)[:, 0, 1]).nonzero()[0].tolist() == [10]
    assert kernel.lattice.entries[10].name == "dropout"


def test_a_space_without_entries():
    kernel = Kernel(Lattice([]), np.zeros(0))
    assert kernel.between(np.zeros((2, 0)), np.zeros((3, 0))).tolist() == [[1.0] * 3] * 2
    assert kernel.of_codes(np.zeros((2, 0), int), kernel.table(np.zeros((3, 0)))).tolist() == [[1.0] * 3] * 2
