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
    assert wanted == {"name", "train", "predict"}
    assert all(hasattr(NativeEngine(), name) for name in wanted)
