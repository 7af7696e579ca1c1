import keras_tuner
import pytest
from keras_tuner.src.engine import objective as theirs

from layersmith.keras_tuner.engine.objective import DefaultObjective, MultiObjective, Objective, create_objective

GIVEN = [None, "val_loss", "val_accuracy", "mse", ["val_loss", "val_accuracy"]]


@pytest.mark.parametrize("given", GIVEN, ids=str)
def test_an_argument_means_what_it_means_in_keras_tuner(given):
    ours, peer = create_objective(given), theirs.create_objective(given)
    assert (ours.name, ours.direction, str(ours)) == (peer.name, peer.direction, str(peer))
    logs = {"val_loss": 0.5, "val_accuracy": 0.75, "mse": 2.0, "default_objective": 1.0}
    assert ours.has_value(logs) == peer.has_value(logs)
    assert ours.get_value(logs) == peer.get_value(logs)
    for pair in ((1.0, 2.0), (2.0, 1.0), (1.0, 1.0)):
        assert ours.better_than(*pair) == peer.better_than(*pair)


def test_an_objective_is_taken_as_it_is():
    objective = Objective("mine", "max")
    assert create_objective(objective) is objective


def test_objectives_in_a_list_may_be_names_and_objectives():
    both = create_objective(["val_loss", Objective("mine", "max")])
    assert both.get_value({"val_loss": 1.0, "mine": 3.0}) == -2.0
    assert not both.has_value({"val_loss": 1.0})
    assert str(both).startswith('MultiObjective(name="multi_objective", direction="min"): [Objective(name="val_loss"')


def test_equality():
    assert Objective("a", "min") == Objective("a", "min") != Objective("a", "max")
    pair = [Objective("a", "min"), Objective("b", "max")]
    assert MultiObjective(pair) == MultiObjective(pair[::-1])
    assert MultiObjective(pair) != DefaultObjective()


@pytest.mark.parametrize(("given", "said"), [("mine", 'Objective\\("mine"'), (3, "a int")])
def test_what_is_no_objective_is_the_same_kind_of_error(given, said):
    with pytest.raises((ValueError, TypeError)) as peer:
        keras_tuner.Oracle(objective=given)
    with pytest.raises(peer.type, match=said):
        create_objective(given)
