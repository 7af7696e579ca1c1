import inspect
from dataclasses import fields

import keras
import pytest

from layersmith.engine.fitting.arguments import Arguments
from layersmith.engine.unsupported import Unsupported


def test_the_arguments_are_those_of_keras_with_its_defaults():
    theirs = inspect.signature(keras.Model.fit).parameters
    defaults = {name: parameter.default for name, parameter in theirs.items() if name not in ("self", "x", "y")}
    assert {field.name: field.default for field in fields(Arguments)} == defaults


def test_an_unknown_argument_is_left_to_keras():
    with pytest.raises(Unsupported, match="'workers'"):
        Arguments.read({"epochs": 2, "workers": 3})


@pytest.mark.parametrize("frequency", [(1, 2), 1.5, "epoch"], ids=str)
def test_a_frequency_that_keras_refuses_is_left_to_keras(frequency):
    with pytest.raises(Unsupported, match="validation_freq"):
        Arguments(validation_freq=frequency)


@pytest.mark.parametrize(("frequency", "due"), [(1, [0, 1, 2, 3]), (2, [1, 3]), ([1, 4], [0, 3])], ids=str)
def test_validation_is_due_by_number_or_by_list(frequency, due):
    arguments = Arguments(validation_freq=frequency)
    assert [epoch for epoch in range(4) if arguments.validates(epoch)] == due
