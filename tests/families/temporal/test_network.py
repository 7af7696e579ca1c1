from dataclasses import replace

import keras
import numpy as np
import pytest

from layersmith.data.spec import Kind
from layersmith.families import temporal
from layersmith.families.temporal.network import TRUNKS
from layersmith.families.temporal.options import STYLES, TemporalOptions

FCN = TemporalOptions(style="fcn", filters=128, depth=3, kernel_size=8)
RESNET = TemporalOptions(style="residual", filters=64, depth=3, kernel_size=8)
INCEPTION = TemporalOptions(style="inception", filters=32, depth=6, kernel_size=40)
TCN = TemporalOptions(style="tcn", filters=25, depth=8, kernel_size=7, normalization="none", use_bias=True)
SMALL = {style: TemporalOptions(style=style, filters=4, depth=2, kernel_size=3) for style in STYLES}


def test_every_style_has_a_trunk():
    assert set(TRUNKS) == set(STYLES)


@pytest.mark.usefixtures("weightless")
def test_fcn_parameters(bench):
    """Wang et al. 2016 on one channel; the authors' code keeps the biases; the head's 258 are for two classes."""
    model = bench.network(temporal, replace(FCN, use_bias=True), (150, 1), outputs=2)
    kernels = 8 * 1 * 128 + 5 * 128 * 256 + 3 * 256 * 128
    assert bench.trainable(model) == kernels + (128 + 256 + 128) * 3 + 258 == 264_962
    assert bench.trainable(bench.network(temporal, FCN, (150, 1))) == kernels + 512 * 2


@pytest.mark.usefixtures("weightless")
def test_resnet_parameters(bench):
    """Wang et al. 2016: 506,818 with the moving statistics, for one channel and two classes."""
    model = bench.network(temporal, replace(RESNET, use_bias=True), (150, 1), outputs=2)
    assert model.count_params() == 506_818
    assert bench.trainable(model) == 504_000 + 258


@pytest.mark.usefixtures("weightless")
def test_inception_parameters(bench):
    """Fawaz et al. 2019, one channel: no bottleneck in the first module, two ways around."""
    model = bench.network(temporal, INCEPTION, (150, 1))
    first = 32 * (40 + 20 + 10 + 1)
    further = 128 * 32 + 32 * 32 * 70 + 128 * 32
    around = 1 * 128 + 128 * 128
    assert bench.trainable(model) == first + 5 * further + around + 8 * 256 == 420_192


@pytest.mark.usefixtures("weightless")
def test_tcn_parameters(bench):
    """Bai et al. 2018, sequential MNIST: about 70 thousand, of which weight normalisation adds 400."""
    model = bench.network(temporal, TCN, (784, 1), outputs=10)
    first = (7 * 25 + 25) + (7 * 25 * 25 + 25) + (25 + 25)
    assert bench.trainable(model) == first + 7 * 2 * (7 * 25 * 25 + 25) + 260
    assert bench.trainable(model) + 400 == pytest.approx(70_000, rel=0.06)


@pytest.mark.parametrize("options", [FCN, RESNET, INCEPTION, TCN], ids=STYLES)
@pytest.mark.parametrize("shape", [(1, 1), (8, 1), (24, 6), (150, 1)])
def test_published_networks_build_for_short_series(bench, weightless, options, shape):
    model = bench.network(temporal, options, shape)
    assert len(model.output.shape) == 2
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv1D) and layer.padding != "causal":
            assert layer.kernel_size[0] <= max(shape[0], 1)


@pytest.mark.usefixtures("weightless")
def test_fcn_is_widest_inside(bench):
    def widths(depth):
        model = bench.network(temporal, replace(FCN, filters=8, depth=depth), (50, 1))
        layers = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv1D)]
        return [(layer.filters, layer.kernel_size[0]) for layer in layers]

    assert widths(1) == [(8, 8)]
    assert widths(2) == [(8, 8), (8, 5)]
    assert widths(5) == [(8, 8), (16, 5), (16, 3), (16, 3), (8, 3)]


@pytest.mark.parametrize(("depth", "joins"), [(1, 0), (2, 0), (3, 1), (5, 1), (6, 2)])
def test_inception_has_a_way_around_every_third_module(bench, weightless, depth, joins):
    model = bench.network(temporal, replace(INCEPTION, filters=4, depth=depth), (50, 1))
    assert bench.kinds(model).count("Add") == joins
    assert bench.kinds(model).count("Concatenate") == depth


@pytest.mark.usefixtures("weightless")
def test_tcn_dilations_grow_by_the_base_up_to_the_series(bench):
    options = replace(SMALL["tcn"], depth=4, dilation_base=3)
    model = bench.network(temporal, options, (10, 1))
    causal = [layer for layer in model.layers if getattr(layer, "padding", "") == "causal"]
    assert [layer.dilation_rate[0] for layer in causal] == [1, 1, 3, 3, 9, 9, 10, 10]


@pytest.mark.parametrize(("ending", "units"), [("average", 4), ("max", 4), ("last", 4), ("flatten", 40)], ids=str)
def test_endings(bench, weightless, ending, units):
    model = bench.network(temporal, replace(SMALL["fcn"], ending=ending), (10, 2))
    assert model.output.shape == (None, units)


@pytest.mark.usefixtures("weightless")
def test_stride_shortens_the_series(bench):
    model = bench.network(temporal, replace(SMALL["fcn"], stride=4, ending="flatten"), (96, 1))
    assert model.output.shape == (None, 24 * 4)


@pytest.mark.parametrize("style", STYLES)
def test_normalisation_bias_and_dropout_words_are_obeyed(bench, weightless, style):
    plain = bench.network(temporal, replace(SMALL[style], normalization="none"), (10, 2))
    assert not any(part in kind for kind in bench.kinds(plain) for part in ("Normalization", "Dropout"))
    assert not any(weight.path.endswith("bias") for weight in plain.weights)
    options = replace(SMALL[style], normalization="layer", use_bias=True, spatial_dropout=0.2, dropout=0.4)
    full = bench.network(temporal, options, (10, 2))
    assert {"LayerNormalization", "SpatialDropout1D"} <= set(bench.kinds(full))
    assert bench.kinds(full)[-1] == "Dropout"
    assert any(weight.path.endswith("bias") for weight in full.weights)


def test_tcn_sees_all_of_the_past_and_nothing_of_the_future(bench):
    options = replace(SMALL["tcn"], filters=3, depth=2, normalization="none", activation="elu", ending="flatten")
    model = bench.network(temporal, options, (12, 1))
    base = np.zeros((1, 12, 1), "float32")
    moved = base.copy()
    moved[0, 6] = 1.0
    difference = np.abs(np.asarray(model(moved)) - np.asarray(model(base))).reshape(12, 3).max(axis=1)
    assert not difference[:6].any()
    assert difference[6:].all()  # two levels of kernel 3 reach back 12 steps


def test_last_ending_returns_the_last_step(bench):
    options = replace(SMALL["tcn"], depth=1, normalization="none", ending="flatten")
    whole = bench.network(temporal, options, (6, 1))
    last = bench.network(temporal, replace(options, ending="last"), (6, 1))
    for target, source in zip(last.weights, whole.weights, strict=True):
        target.assign(source.value)
    x = np.random.default_rng(0).random((2, 6, 1), dtype="float32")
    np.testing.assert_allclose(np.asarray(last(x)), np.asarray(whole(x))[:, -4:], rtol=1e-6)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' own, when it saves
@pytest.mark.parametrize("style", STYLES)
def test_trains_and_survives_saving(bench, tmp_path, style):
    model = bench.network(temporal, replace(SMALL[style], dropout=0.1, l1=1e-5), (8, 2), outputs=3)
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


@pytest.mark.parametrize("kind", [Kind.SERIES, Kind.FORECAST])
def test_portfolio_keeps_published_widths_and_training(bench, kind):
    entries = {entry.name: entry.values for entry in temporal.portfolio(bench.spec((150, 1), kind))}
    assert entries["FCN"]["temporal/filters"] == 128
    assert entries["FCN"]["batch_size"] == 16
    assert entries["FCN"]["epochs"] == 2000
    if kind is Kind.SERIES:
        assert entries["time-series ResNet"]["temporal/filters"] == 64
        assert entries["InceptionTime"]["temporal/longest_kernel"] == 40
        assert entries["InceptionTime"]["epochs"] == 1500


def test_forecast_portfolio_starts_with_a_tcn_that_ends_at_the_last_step(bench):
    first = temporal.portfolio(bench.spec((24, 1), Kind.FORECAST))[0]
    assert first.name == "TCN"
    assert first.values["temporal/ending"] == "last"
    assert temporal.portfolio(bench.spec((24, 1)))[-1].values["temporal/ending"] == "average"


@pytest.mark.parametrize("steps", [8, 24, 100, 101, 150, 720])
def test_portfolio_tcn_sees_the_whole_series(bench, steps):
    values = temporal.portfolio(bench.spec((steps, 1), Kind.FORECAST))[0].values
    reach = 1 + 2 * (values["temporal/causal_kernel"] - 1) * (2 ** values["temporal/levels"] - 1)
    assert reach >= steps
