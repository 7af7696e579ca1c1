"""Several models over the same folds and seeds."""

import numpy as np
import pytest

import layersmith as ls
from layersmith.engine.compiled import CompiledEngine
from layersmith.errors import SpaceError


def test_models_share_folds_and_seeds(make_network, make_rows):
    x, y = make_rows()
    found = ls.compare({"a": make_network(), "b": make_network}, x, y, folds=3, epochs=3)
    first, second = found.results.values()
    assert np.array_equal(first.splits[0][1].validation, second.splits[0][1].validation)
    assert np.array_equal(first.predictions, second.predictions)  # the same architecture with the same seeds
    assert found.differences[0].p_value == 1.0


def test_a_model_that_cannot_learn_is_told_apart(make_network, make_rows):
    x, y = make_rows(200)
    models = {"linear": make_network(4, rate=0.1), "stuck": make_network(4, rate=1e-6)}
    found = ls.compare(models, x, y, folds=5, repeats=2, epochs=15, objective="auc")
    assert found.best == "linear"
    assert found.differences[0].told_apart
    assert found.cheapest == "linear"


def test_widths_and_activations_share_a_program(make_network, make_rows, monkeypatch):
    counts = []
    whole = CompiledEngine.forget

    def counted(self):
        counts.append(len(self.programs))
        whole(self)

    monkeypatch.setattr(CompiledEngine, "forget", counted)
    models = {f"{units} {name}": make_network(units, activation=name) for units in (4, 8) for name in ("relu", "tanh")}
    found = ls.compare(models, *make_rows(60), folds=2, epochs=2)
    assert counts == [1]
    assert len(found.differences) == 6


@pytest.mark.parametrize(
    ("models", "said"),
    [
        ({}, "0 model"),
        ({"one": None}, "1 model"),
        ([1, 2], "list to compare"),
        ({"a": 1, "b": 2}, "int as a model"),
    ],
)
def test_what_cannot_be_compared_is_refused(models, said, make_rows):
    with pytest.raises(SpaceError, match=said):
        ls.compare(models, *make_rows())


def test_the_model_that_does_not_fit_is_named(make_network, make_rows):
    with pytest.raises(SpaceError, match="narrow takes rows of"):
        ls.compare({"fine": make_network(), "narrow": make_network(columns=2)}, *make_rows())
