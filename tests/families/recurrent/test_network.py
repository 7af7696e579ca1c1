from dataclasses import replace

import keras
import numpy as np
import pytest

from layersmith.data.spec import Kind
from layersmith.families import recurrent
from layersmith.families.recurrent.options import RecurrentOptions

# Keras looks for TensorFlow when it copies the layer inside Bidirectional or saves, and NumPy 2 warns in it.
quiet = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::ImportWarning")


@pytest.mark.usefixtures("weightless")
def test_lstm_parameters_by_hand(bench):
    model = bench.network(recurrent, RecurrentOptions(cell="lstm", layers=2, units=64), (50, 3))
    assert bench.trainable(model) == 4 * (3 * 64 + 64 * 64 + 64) + 4 * (64 * 64 + 64 * 64 + 64)


@pytest.mark.usefixtures("weightless")
def test_gru_parameters_by_hand(bench):
    """Keras' GRU has two biases per gate, as cuDNN's."""
    model = bench.network(recurrent, RecurrentOptions(cell="gru", units=32), (50, 3))
    assert bench.trainable(model) == 3 * (3 * 32 + 32 * 32 + 2 * 32)


@quiet
@pytest.mark.usefixtures("weightless")
def test_bidirectional_lstm_of_graves_and_schmidhuber(bench):
    """93 cells a direction on 26 features; their 100,000 weights hold the output layer of 61 phonemes and peepholes."""
    model = bench.network(
        recurrent, RecurrentOptions(units=93, bidirectional=True, ending="average"), (50, 26), outputs=61
    )
    assert bench.trainable(model) == 2 * 4 * (26 * 93 + 93 * 93 + 93) + (186 * 61 + 61)
    assert bench.trainable(model) == pytest.approx(100_000, rel=0.02)


@quiet
@pytest.mark.parametrize("ending", ["last", "average"])
@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_units_come_out_whatever_the_ending(bench, weightless, ending, layers, bidirectional):
    options = RecurrentOptions(units=8, layers=layers, ending=ending, bidirectional=bidirectional)
    model = bench.network(recurrent, options, (12, 2))
    assert model.output.shape == (None, 16 if bidirectional else 8)
    assert ("GlobalAveragePooling1D" in bench.kinds(model)) is (ending == "average")


@pytest.mark.usefixtures("weightless")
def test_normalisation_and_dropout_follow_each_layer(bench):
    options = RecurrentOptions(units=8, layers=3, normalization="layer", dropout=0.2)
    kinds = bench.kinds(bench.network(recurrent, options, (12, 2)))
    assert kinds == ["InputLayer", *["LSTM", "LayerNormalization", "Dropout"] * 3]
    plain = bench.kinds(bench.network(recurrent, RecurrentOptions(units=8, layers=3), (12, 2)))
    assert plain == ["InputLayer", "LSTM", "LSTM", "LSTM"]


@pytest.mark.usefixtures("weightless")
def test_cells_drop_nothing_between_steps(bench):
    model = bench.network(recurrent, RecurrentOptions(units=8, dropout=0.5), (12, 2))
    assert model.layers[1].recurrent_dropout == 0.0


@pytest.mark.parametrize(("stride", "steps"), [(1, 96), (2, 48), (8, 12)])
def test_stride_merges_steps(bench, weightless, stride, steps):
    model = bench.network(recurrent, RecurrentOptions(units=8, stride=stride), (96, 2))
    lstm = next(layer for layer in model.layers if isinstance(layer, keras.layers.LSTM))
    assert lstm.input.shape[1] == steps
    assert ("Conv1D" in bench.kinds(model)) is (stride > 1)


def test_last_state_depends_on_the_first_step(bench):
    model = bench.network(recurrent, RecurrentOptions(units=4, cell="gru"), (6, 1))
    base = np.zeros((1, 6, 1), "float32")
    moved = base.copy()
    moved[0, 0] = 3.0
    assert np.abs(np.asarray(model(moved)) - np.asarray(model(base))).max() > 1e-4


@quiet
@pytest.mark.parametrize(
    "options",
    [
        RecurrentOptions(units=4, layers=2, normalization="layer", stride=2, l2=1e-4, dropout=0.1),
        RecurrentOptions(cell="gru", units=4, bidirectional=True, ending="average"),
    ],
    ids=["stacked-lstm", "bidirectional-gru"],
)
def test_trains_and_survives_saving(bench, tmp_path, options):
    model = bench.network(recurrent, options, (8, 2), outputs=3)
    model.compile("sgd", "sparse_categorical_crossentropy")
    rng = np.random.default_rng(0)
    series = rng.random((8, 8, 2), dtype="float32")
    before = [np.asarray(w.value) for w in model.trainable_weights]
    assert np.isfinite(model.train_on_batch(series, rng.integers(0, 3, 8)))
    after = [np.asarray(w.value) for w in model.trainable_weights]
    assert not any(np.array_equal(old, new) for old, new in zip(before, after, strict=True))
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(np.asarray(again(series)), np.asarray(model(series)), rtol=1e-5)


def test_portfolio_by_kind(bench):
    series = [entry.name for entry in recurrent.portfolio(bench.spec((150, 6)))]
    assert series == ["two-layer GRU", "bidirectional LSTM", "LSTM"]
    forecast = recurrent.portfolio(bench.spec((150, 6), Kind.FORECAST))
    assert all(entry.values["recurrent/ending"] == "last" for entry in forecast)
    assert not any(entry.values.get("recurrent/bidirectional") for entry in forecast)


def test_portfolio_shortens_long_series(bench):
    for entry in recurrent.portfolio(bench.spec((1000, 1))):
        assert entry.values["recurrent/stride"] == 4


@pytest.mark.usefixtures("weightless")
def test_options_can_be_replaced_one_by_one(bench):
    options = replace(RecurrentOptions(units=8), cell="gru")
    assert "GRU" in bench.kinds(bench.network(recurrent, options, (12, 2)))
