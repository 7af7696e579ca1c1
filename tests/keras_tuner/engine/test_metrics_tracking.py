import json
import math

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras_tuner.src.engine import metrics_tracking as theirs

from layersmith.keras_tuner.engine.metrics_tracking import MetricHistory, MetricObservation, MetricsTracker
from layersmith.keras_tuner.errors import FatalValueError, UnknownMetricError

VALUES = st.lists(st.tuples(st.integers(0, 3), st.floats(-5, 5)), min_size=1, max_size=8)


@given(direction=st.sampled_from(["min", "max"]), values=VALUES)
def test_a_history_tells_what_keras_tuners_tells(direction, values):
    ours, peer = MetricHistory(direction), theirs.MetricHistory(direction)
    for step, value in values:
        ours.update(value, step)
        peer.update(value, step)
    for question in ("get_best_value", "get_best_step", "get_last_value", "get_statistics"):
        assert getattr(ours, question)() == pytest.approx(getattr(peer, question)()), question
    assert ours.get_config() == peer.get_config()


def test_an_empty_history():
    history = MetricHistory()
    assert (history.get_best_value(), history.get_best_step(), history.get_last_value()) == (None, None, None)
    assert history.get_statistics() == {}


def test_a_value_that_is_no_number_does_not_count():
    history = MetricHistory("max")
    for step, value in enumerate([math.nan, 0.5, math.nan]):
        history.update(value, step)
    assert (history.get_best_value(), history.get_best_step()) == (0.5, 1)


def test_only_values_that_are_no_number():
    history = MetricHistory("max")
    history.update(math.nan, 0)
    assert math.isnan(history.get_best_value())


def test_a_direction_is_min_or_max():
    with pytest.raises(FatalValueError, match="'up'"):
        MetricHistory("up")


def test_executions_at_one_step_are_averaged():
    observation = MetricObservation(1.0, step=2)
    observation.append([2.0, 6.0])
    assert observation.mean() == 3.0
    assert observation == MetricObservation([1.0, 2.0, 6.0], 2)
    assert observation != MetricObservation(1.0, 2)
    assert repr(observation) == "MetricObservation(value=[1.0, 2.0, 6.0], step=2)"


def test_a_tracker():
    tracker = MetricsTracker([keras.metrics.Accuracy(name="accuracy")])
    assert tracker.get_direction("accuracy") == "max"
    assert tracker.update("accuracy", np.float32(0.5), step=1)
    assert not tracker.update("accuracy", 0.25, step=2)
    tracker.set_history("loss", [MetricObservation(0.5, 0), MetricObservation(0.25, 1)])
    assert (tracker.get_best_value("loss"), tracker.get_best_step("loss"), tracker.get_last_value("loss")) == (
        0.25,
        1,
        0.25,
    )
    assert tracker.get_history("loss")[0] == MetricObservation(0.5, 0)
    assert tracker.get_statistics("loss")["mean"] == 0.375
    again = MetricsTracker.from_config(json.loads(json.dumps(tracker.get_config())))
    assert again.get_config() == tracker.get_config()


def test_a_metric_is_registered_once():
    tracker = MetricsTracker()
    tracker.register("loss")
    with pytest.raises(FatalValueError, match="'loss'"):
        tracker.register("loss")


def test_an_unknown_metric_is_refused_with_the_nearest():
    tracker = MetricsTracker()
    tracker.update("val_accuracy", 0.5)
    with pytest.raises(UnknownMetricError, match="use 'val_accuracy'"):
        tracker.get_best_value("val_acuracy")
    with pytest.raises(ValueError, match="no metric yet"):
        MetricsTracker().get_history("loss")
