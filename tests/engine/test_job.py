"""What an engine is given."""

import dataclasses

import numpy as np
import pytest

from layersmith.engine import Engine, Job, Rows
from layersmith.engine.native import NativeEngine
from layersmith.records import Recipe


def rows(count=4):
    return Rows(x={"features": np.zeros((count, 2))}, y=np.zeros(count))


def test_rows_know_their_number():
    assert len(rows(4)) == 4
    assert len(rows(0)) == 0


def test_a_job_never_stops_unless_told():
    job = Job(train=rows(), validation=None, recipe=Recipe())
    assert job.should_stop() is False
    assert (job.seconds, job.stop_after, job.on_epoch) == (None, None, None)


def test_jobs_and_rows_are_frozen_and_compared_by_identity():
    one = rows()
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.y = np.ones(4)
    assert one != rows()
    assert one == one


def test_the_native_engine_follows_the_protocol():
    wanted = {name for name in (*Engine.__annotations__, *vars(Engine)) if not name.startswith("_")}
    assert wanted == {"name", "begin"}
    assert all(hasattr(NativeEngine(), name) for name in wanted)


def test_rows_may_be_some_of_a_data_set():
    every = Rows(x={"a": np.arange(6).reshape(3, 2)}, y=np.arange(3))
    some = Rows(x=every.x, y=every.y, index=np.array([2, 0]))
    assert len(every) == 3
    assert len(some) == 2
    assert every.taken() is every
    assert some.taken().x["a"].tolist() == [[4, 5], [0, 1]]
    assert some.taken().y.tolist() == [2, 0]
