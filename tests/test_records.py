"""Frozen values that cross package borders."""

import dataclasses
import json
import math
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layersmith import records
from layersmith.errors import SpaceError
from layersmith.records import Candidate, Interval, Recipe, Score, Split, Training, Trial

numbers = st.floats(allow_nan=True, allow_infinity=True)
values = st.dictionaries(
    st.text(max_size=6),
    st.one_of(st.none(), st.booleans(), st.integers(-(2**40), 2**40), st.floats(allow_nan=False), st.text(max_size=5)),
    max_size=4,
)
trainings = st.builds(
    Training,
    curves=st.dictionaries(st.sampled_from(["loss", "val_loss"]), st.lists(numbers, max_size=4).map(tuple)),
    best_epoch=st.integers(0, 50),
    planned_epochs=st.integers(1, 50),
    seconds=st.floats(0, 1e6),
    stopped=st.sampled_from(["finished", "patience", "time", "diverged", "interrupted"]),
)
trials = st.builds(
    Trial,
    candidate=st.builds(Candidate, values=values, origin=st.text(max_size=8), number=st.integers(0, 10**6)),
    state=st.sampled_from(["complete", "pruned", "failed", "interrupted"]),
    score=numbers,
    loss=numbers,
    trainings=st.lists(trainings, max_size=2).map(tuple),
    params=st.integers(0, 10**9),
    macs=st.integers(0, 10**12),
    seconds=st.floats(0, 1e6),
    reason=st.text(max_size=8),
    phase=st.sampled_from(["search", "final"]),
    objectives=st.lists(numbers, max_size=3).map(tuple),
)


def through_json(data):
    return json.loads(json.dumps(data))


@given(trainings)
def test_a_training_survives_json(training):
    again = Training.from_dict(through_json(training.to_dict()))
    assert repr(again) == repr(training)  # NaN does not equal itself
    assert again.epochs == training.epochs


@given(trials)
def test_a_trial_survives_json(trial):
    again = Trial.from_dict(through_json(trial.to_dict()))
    assert repr(again) == repr(trial)
    assert again.number == trial.candidate.number


def test_a_trial_written_before_there_were_several_objectives_is_read():
    data = Trial(candidate=Candidate(values={}, origin="tpe"), score=0.5).to_dict()
    del data["objectives"]
    assert Trial.from_dict(data).objectives == ()


def trained(**changes):
    defaults = {"curves": {"loss": (2.0, 1.0)}, "best_epoch": 2, "planned_epochs": 2, "seconds": 1.0}
    return Training(**{**defaults, "stopped": "finished", **changes})


def test_every_field_is_written():
    assert set(trained().to_dict()) == {field.name for field in dataclasses.fields(Training)}
    trial = Trial(candidate=Candidate(values={"units": 8}, origin="tpe"), trainings=(trained(),))
    assert set(trial.to_dict()) == {field.name for field in dataclasses.fields(Trial)}
    assert set(trial.to_dict()["candidate"]) == {field.name for field in dataclasses.fields(Candidate)}


def test_read_only_mappings_can_be_written():
    frozen = MappingProxyType({"units": 8})
    assert Trial(candidate=Candidate(values=frozen, origin="tpe")).to_dict()["candidate"]["values"] == {"units": 8}
    assert trained(curves=MappingProxyType({"loss": (1.0,)})).to_dict()["curves"] == {"loss": [1.0]}


def test_what_is_written_is_a_copy():
    trial = Trial(candidate=Candidate(values={"units": 8}, origin="tpe"), trainings=(trained(),))
    written = trial.to_dict()
    written["candidate"]["values"]["units"] = 9
    written["trainings"][0]["curves"]["loss"].append(0.0)
    assert trial.candidate.values == {"units": 8}
    assert trial.trainings[0].curves["loss"] == (2.0, 1.0)


@pytest.mark.parametrize(
    ("curves", "epochs"),
    [({}, 0), ({"loss": ()}, 0), ({"loss": (1.0, 2.0)}, 2), ({"loss": (1.0, 2.0), "val_loss": (1.0,)}, 2)],
)
def test_epochs_are_those_of_the_longest_curve(curves, epochs):
    assert trained(curves=curves).epochs == epochs


def test_a_trial_has_no_score_until_it_has_one():
    trial = Trial(candidate=Candidate(values={}, origin="random", number=7))
    assert math.isnan(trial.score)
    assert math.isnan(trial.loss)
    assert (trial.number, trial.state, trial.phase, trial.reason) == (7, "complete", "search", "")


RECORDS = [getattr(records, name) for name in records.__all__ if dataclasses.is_dataclass(getattr(records, name))]


@pytest.mark.parametrize("kind", RECORDS)
def test_records_are_frozen_and_built_by_keyword(kind):
    assert kind.__dataclass_params__.frozen
    assert all(field.kw_only for field in dataclasses.fields(kind))


def test_all_is_sorted():
    assert records.__all__ == sorted(records.__all__)
    assert {kind.__name__ for kind in RECORDS} == {
        "Candidate",
        "Cost",
        "Interval",
        "Recipe",
        "Score",
        "Split",
        "Training",
        "Trial",
    }


@pytest.mark.parametrize("name", ["learning_rate", "batch_size", "epochs"])
@pytest.mark.parametrize("value", [0, -1, math.nan])
def test_a_recipe_refuses_what_cannot_train(name, value):
    with pytest.raises(SpaceError, match=f"{name} is") as caught:
        Recipe(**{name: value})
    assert caught.value.expected == "a number above 0"


@pytest.mark.parametrize("name", ["patience", "weight_decay", "clip_norm"])
@pytest.mark.parametrize("value", [-1, -1e-9, math.nan])
def test_a_recipe_refuses_negative_numbers(name, value):
    with pytest.raises(SpaceError, match=f"{name} is"):
        Recipe(**{name: value})
    assert getattr(Recipe(**{name: 0}), name) == 0


def test_recipes_compare_by_value():
    assert Recipe(epochs=3) == Recipe(epochs=3)
    assert len({Recipe(epochs=3), Recipe(epochs=3), Recipe()}) == 2


def test_splits_hold_arrays():
    split = Split(train=np.arange(3), validation=np.zeros(0, np.int64))
    assert (len(split.train), len(split.validation)) == (3, 0)


def test_scores_have_their_own_extras():
    one, other = (Score(metric="accuracy", value=0.9, num_rows=10) for _ in range(2))
    assert one.extra is not other.extra
    assert one.interval is None
    assert Interval(low=0.1, high=0.2).level == 0.95
