"""The order of rows, against the batches that Keras' own iterator makes."""

import numpy as np
import pytest
from keras.src.trainers.epoch_iterator import EpochIterator

from layersmith.engine.fitting.visits import Visits, evaluation_batches

pytestmark = pytest.mark.filterwarnings("ignore:Your input ran out of data", "ignore:the data hold")


def keras_epochs(rows, batch_size, steps, epochs):
    iterator = EpochIterator(np.arange(rows), batch_size=batch_size, steps_per_epoch=steps)
    iterator.reset()
    return [[batch.tolist() for _, _, data in iterator for batch in data] for _ in range(epochs)]


def cut(batches):
    flat = batches.order.reshape(-1)[: batches.rows].tolist()
    size = batches.order.shape[1]
    return [flat[start : start + size] for start in range(0, len(flat), size)]


@pytest.mark.parametrize("steps", [None, 1, 2, 3, 4, 5, 7])
@pytest.mark.parametrize("batch_size", [None, 2, 3, 20])
def test_epochs_visit_the_rows_that_keras_visits(batch_size, steps):
    visits = Visits(9, batch_size, shuffle=False, steps=steps, rng=np.random.default_rng(0))
    assert [cut(visits.next_epoch()) for _ in range(6)] == keras_epochs(9, batch_size, steps, 6)


def test_a_shuffle_visits_each_row_once_in_another_order():
    visits = Visits(50, 8, shuffle=True, steps=None, rng=np.random.default_rng(0))
    first, second = (visits.next_epoch().order.reshape(-1)[:50].tolist() for _ in range(2))
    assert sorted(first) == sorted(second) == list(range(50))
    assert first != second != list(range(50))


def test_a_shuffle_of_batches_keeps_their_rows():
    visits = Visits(50, 8, shuffle="batch", steps=None, rng=np.random.default_rng(0))
    first, second = (cut(visits.next_epoch()) for _ in range(2))
    whole = [list(range(start, min(start + 8, 50))) for start in range(0, 50, 8)]
    assert [sorted(batch) for batch in first] == [sorted(batch) for batch in second] == whole
    assert first != second
    assert whole not in (first, second)


def test_a_shuffle_goes_on_where_an_epoch_ended():
    visits = Visits(10, 2, shuffle=True, steps=2, rng=np.random.default_rng(0))
    seen = [row for _ in range(3) for batch in cut(visits.next_epoch()) for row in batch]
    assert sorted(seen) == list(range(10))


def test_running_out_of_rows_is_said():
    with pytest.warns(UserWarning, match="3 of 4 batches"):
        Visits(5, 2, shuffle=False, steps=4, rng=np.random.default_rng(0)).next_epoch()


@pytest.mark.parametrize("steps", [None, 1, 3, 9])
@pytest.mark.parametrize("batch_size", [None, 2, 4])
def test_an_evaluation_sees_the_rows_that_keras_sees(batch_size, steps):
    (expected,) = keras_epochs(9, batch_size, steps, 1)
    assert cut(evaluation_batches(9, batch_size, steps, exact=True)) == expected
    (together,) = cut(evaluation_batches(9, batch_size, steps, exact=False))
    assert together == [row for batch in expected for row in batch]
