import keras
import numpy as np
import pytest
from keras_tuner.src import errors as their_errors
from keras_tuner.src.engine import objective as their_objective
from keras_tuner.src.engine import tuner_utils

from layersmith.keras_tuner.engine.objective import create_objective
from layersmith.keras_tuner.engine.results import check_results, curves_of, get_best_step, metrics_of
from layersmith.keras_tuner.errors import FatalTypeError, FatalValueError, UnknownMetricError


def history(**curves):
    found = keras.callbacks.History()
    found.history = curves
    return found


TRAINED = history(loss=[0.9, 0.5, 0.6], val_loss=[0.8, 0.7, 0.6], val_accuracy=[0.5, 0.9, 0.7])
OTHER = history(loss=[0.9, 0.5], val_loss=[0.8, 0.9], val_accuracy=[0.5, 0.6])
RIGHT = [
    (0.5, "val_loss"),
    (3, None),
    (np.float32(0.5), "val_loss"),
    ({"val_loss": 0.5, "loss": 1.0}, "val_loss"),
    (TRAINED, "val_loss"),
    (TRAINED, "val_accuracy"),
    (TRAINED, ["val_loss", "val_accuracy"]),
    ([TRAINED, OTHER], "val_accuracy"),
    ([0.5, 0.7], None),
    ([{"val_loss": 0.5}, {"val_loss": 0.7}], "val_loss"),
]


@pytest.mark.parametrize(("results", "given"), RIGHT)
def test_results_mean_what_they_mean_in_keras_tuner(results, given):
    ours, peer = create_objective(given), their_objective.create_objective(given)
    check_results(results, ours, "run_trial")
    tuner_utils.validate_trial_results(results, peer, "run_trial")
    assert metrics_of(results, ours) == pytest.approx(tuner_utils.convert_to_metrics_dict(results, peer))
    assert get_best_step(results, ours) == tuner_utils.get_best_step(results, peer)


WRONG = [
    (None, "val_loss"),
    ("0.5", "val_loss"),
    ({"loss": 0.5}, "val_loss"),
    ({"loss": 0.5}, None),
    (TRAINED, None),
    ([0.5, None], "val_loss"),
]


@pytest.mark.parametrize(("results", "given"), WRONG)
def test_what_is_no_result_is_the_same_kind_of_error(results, given):
    with pytest.raises(their_errors.FatalError) as peer:
        tuner_utils.validate_trial_results(results, their_objective.create_objective(given), "run_trial")
    expected = {"FatalTypeError": FatalTypeError, "FatalValueError": FatalValueError}[peer.type.__name__]
    with pytest.raises(expected, match="run_trial returned"):
        check_results(results, create_objective(given), "run_trial")


def test_a_dictionary_with_all_objectives_will_do():
    objective, results = create_objective(["val_loss", "val_accuracy"]), {"val_loss": 0.5, "val_accuracy": 0.75}
    check_results(results, objective, "run_trial")
    assert metrics_of(results, objective)["multi_objective"] == -0.25


def test_a_history_without_the_objective_says_what_it_has():
    with pytest.raises(UnknownMetricError, match="one of: loss, val_loss, val_accuracy"):
        metrics_of(TRAINED, create_objective("val_mse"))
    with pytest.raises(UnknownMetricError, match="at least one epoch"):
        metrics_of(history(), create_objective("val_loss"))


def test_epochs_that_were_not_validated_do_not_count():
    found = history(loss=[0.9, 0.5, 0.4], val_loss=[0.8])
    assert metrics_of(found, create_objective("val_loss")) == {"loss": 0.9, "val_loss": 0.8}


def test_curves():
    assert curves_of([TRAINED, {"a": 1}, 0.5]) == [TRAINED.history, {"a": [1.0]}, {}]
