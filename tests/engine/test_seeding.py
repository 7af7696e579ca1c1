"""Seeds for the length of a block."""

import random

import keras
import numpy as np
import pytest

from layersmith.engine.seeding import seeded


def drawn(seed):
    with seeded(seed):
        values = np.asarray(keras.random.normal((3,))).tolist()
        return [random.random(), *values, *np.random.permutation(5).tolist()]  # noqa: NPY002


def test_same_seed_same_draws_other_seed_other_draws():
    assert drawn(3) == drawn(3)
    assert drawn(3) != drawn(4)


@pytest.mark.parametrize("seed", [0, 1, 2**32, 2**40 + 7])
def test_any_seed_is_taken(seed):
    assert drawn(seed) == drawn(seed)


def states():
    name, keys, *rest = np.random.get_state()  # noqa: NPY002
    return random.getstate(), name, keys.tolist(), rest


def test_python_and_numpy_are_left_as_they_were():
    before = states()
    drawn(5)
    assert states() == before


def test_also_after_an_exception():
    @seeded(5)
    def fail():
        random.random()
        raise RuntimeError("inside")

    before = states()
    with pytest.raises(RuntimeError, match="inside"):
        fail()
    assert states() == before


def test_a_seed_changes_nothing_that_is_drawn_later():
    random.seed(9)
    expected = random.random()
    random.seed(9)
    drawn(1)
    assert random.random() == expected
