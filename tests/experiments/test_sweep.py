"""A designed experiment over hyperparameters."""

import math

import keras
import numpy as np
import pytest
from matplotlib.figure import Figure

import layersmith as ls
from layersmith.engine.auto import AutoEngine
from layersmith.errors import SpaceError, TrainingError, UnknownNameError

OVER = {"units": [1, 8], "rate": [1e-5, 3e-2]}


def build(hp):
    units, rate = hp.Int("units", 1, 64), hp.Float("rate", 1e-5, 1e30, default=1e-2)
    hidden = keras.layers.Dense(units, hp.Choice("activation", ["relu", "tanh"]))
    model = keras.Sequential([keras.Input((4,)), hidden, keras.layers.Dense(1, "sigmoid")])
    model.compile(keras.optimizers.Adam(rate), "binary_crossentropy")
    return model


@pytest.fixture(scope="module")
def data():
    x = np.random.default_rng(0).normal(size=(150, 4)).astype(np.float32)
    return x, (x[:, 0] + x[:, 1] > 0).astype(np.int64)


@pytest.fixture(scope="module")
def swept(data):
    return ls.sweep(build, *data, folds=4, over=OVER, epochs=25)


def test_every_cell_is_cross_validated_on_the_same_folds(swept):
    assert [cell.values for cell in swept.cells] == [
        {"units": units, "rate": rate} for units in OVER["units"] for rate in OVER["rate"]
    ]
    first, *others = (cell.result.splits for cell in swept.cells)
    assert all(np.array_equal(first[0][2].validation, other[0][2].validation) for other in others)
    assert swept.cells[0].name == "units=1, rate=1e-05"


def test_the_factor_that_matters_takes_the_variance(swept):
    shares = swept.variance_table().set_index("term")["share"]
    assert list(shares.index) == ["units", "rate", "units × rate"]
    assert shares["rate"] > 0.6
    assert len(swept.effect_table()) == 2 + 2 + 4
    assert swept.best().values["rate"] == 3e-2


def test_tables_and_words(swept):
    table = swept.table()
    assert list(table.columns[:5]) == ["units", "rate", "accuracy", "low", "high"]
    assert len(table) == 4
    assert np.isfinite(table["test_loss"]).all()
    assert "under-fitted" in table["verdict"][table["rate"] == 1e-5].tolist()
    assert table["verdict"][3] in ("good fit", "still improving")
    said = swept.summary()
    assert "best of 4 cells: units=" in said
    assert "rate: " in said
    assert "noise between folds" in said


def test_the_cheapest_good_cell(swept):
    best = swept.best()
    assert swept.cheapest_within(0.0).result.mean == best.result.mean
    assert swept.cheapest_within(1.0).values["units"] == 1
    assert best in swept.ties()


def test_figures(swept, tmp_path):
    for figure in (swept.heatmap(), swept.heatmap(rows="rate", columns="units"), swept.curves()):
        assert isinstance(figure, Figure)
        figure.savefig(tmp_path / "figure.png")
    assert [tick.get_text() for tick in swept.heatmap(rows="rate").axes[0].get_yticklabels()] == ["1e-05", "0.03"]
    with pytest.raises(UnknownNameError, match="use 'units'"):
        swept.heatmap(rows="unit")
    with pytest.raises(SpaceError, match="alone"):
        swept.heatmap(rows="units", columns="units")


def test_a_fraction_of_three_factors(data):
    over = {**OVER, "activation": ["relu", "tanh"]}
    found = ls.sweep(build, *data, folds=2, over=over, fraction=0.5, epochs=2)
    assert len(found.cells) == 4
    assert [term.name for term in found.effects.terms] == ["units", "rate", "activation"]
    assert "interactions cannot be told from main effects" in found.summary()


def test_cells_that_diverge_are_named_and_never_best(data):
    def build_linear(hp):
        layers = [keras.layers.Dense(hp.Int("units", 1, 64)), keras.layers.Dense(1)]
        model = keras.Sequential([keras.Input((4,)), *layers])
        model.compile(keras.optimizers.SGD(hp.Float("rate", 1e-5, 1e30)), "mse")
        return model

    x, _ = data
    found = ls.sweep(build_linear, x, x[:, 0], folds=2, over={"units": [2, 4], "rate": [1e-2, 1e30]}, epochs=4)
    assert math.isnan(found.cells[1].result.mean)
    assert found.best().values["rate"] == 1e-2
    assert found.table()["verdict"][1] == "diverged"
    assert "diverged: units=2, rate=1e+30" in found.summary()
    with pytest.raises(TrainingError, match="cells diverged"):
        type(found)(metric="rmse", levels=found.levels, cells=[found.cells[1]]).best()


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"unit": [4, 8]}, "use 'units'"),
        ({"units": [4, 999]}, "'units' has the value 999"),
        ({"activation": ["relu", "selu"]}, "'activation' has the value 'selu'"),
        ({"units": [4]}, "two different values"),
    ],
)
def test_what_the_space_lacks_is_refused_before_training(over, said, data, monkeypatch):
    monkeypatch.setattr(AutoEngine, "begin", lambda *given: pytest.fail("trained"))
    with pytest.raises(SpaceError, match=said):
        ls.sweep(build, *data, over=over)


def test_a_model_is_no_space(data, make_network):
    with pytest.raises(SpaceError, match="as build"):
        ls.sweep(make_network(), *data, over=OVER)
    with pytest.raises(SpaceError, match="without an argument"):
        ls.sweep(lambda: make_network(), *data, over=OVER)  # noqa: PLW0108 - a function of nothing
