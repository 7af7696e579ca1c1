"""The programs of examples/ that compare architectures run, made small."""

import importlib.util
import math
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def program():
    def load(name):
        specification = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
        module = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(module)
        return module.main

    return load


@pytest.mark.slow  # three kinds of data
def test_which_architecture(program, capsys):
    found = program("which_architecture")(folds=2, repeats=1, epochs=1)
    assert list(found) == ["table", "image", "series"]
    for result in found.values():
        assert all(math.isfinite(each.mean) for each in result.results.values())
        assert {training.engine for each in result.results.values() for training in each.trainings[0]} == {"compiled"}
    assert "convolutional" in capsys.readouterr().out


def test_units_and_activation(program):
    swept, compared = program("units_and_activation")(folds=2, repeats=1, epochs=1)
    assert [term.name for term in swept.effects.terms] == ["units", "activation", "units × activation"]
    assert len(compared.differences) == 3


def test_layer_dimension(program, capsys):
    swept = program("layer_dimension")(folds=2, epochs=2, widths=[2, 32])
    assert swept.best().values == {"units": 32}
    assert "within 0.01 of the best: units=32" in capsys.readouterr().out
