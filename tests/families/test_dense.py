"""Fully connected networks."""

import dataclasses
import itertools

import keras
import numpy as np
import pytest

from layersmith.data.spec import DataSpec, Kind, Task
from layersmith.families import dense, training
from layersmith.families.dense import DenseOptions
from layersmith.space import HyperParameters, complete, sample, validate


def spec(kind=Kind.TABLE, task=Task.REGRESSION, num_rows=1000, numeric=3, categorical=0, shape=()):
    return DataSpec(
        kind=kind,
        task=task,
        num_outputs=2 if kind is Kind.FORECAST else 1,
        num_rows=num_rows,
        num_numeric=numeric if kind is Kind.TABLE else 0,
        num_categorical=categorical,
        vocabulary=11 if categorical else 0,
        shape=shape,
    )


SPECS = {
    "numbers": spec(),
    "categories": spec(numeric=0, categorical=2),
    "both": spec(categorical=2),
    "classes, few rows": spec(task=Task.BINARY, num_rows=90, categorical=1),
    "many rows": spec(num_rows=10**6),
    "image": spec(Kind.IMAGE, shape=(4, 5, 3)),
    "series": spec(Kind.SERIES, shape=(6, 2)),
    "forecast": spec(Kind.FORECAST, Task.MULTIREGRESSION, shape=(6, 2)),
}
each_spec = pytest.mark.parametrize("data", SPECS.values(), ids=list(SPECS))


def features(data):
    shapes = {}
    if data.kind is not Kind.TABLE or data.num_numeric:
        shapes["features"] = keras.Input(data.shape or (data.num_numeric,), name="features")
    if data.num_categorical:
        shapes["codes"] = keras.Input((data.num_categorical,), dtype="int32", name="codes")
    return shapes


def network(options, data):
    entry = features(data)
    return keras.Model(entry, dense.body(entry, options, data))


def declared(data, **values):
    hp = HyperParameters()
    hp.values = values
    return hp, dense.space(hp, data)


def params(widths, bias=True):
    return sum((one + bias) * two for one, two in itertools.pairwise(widths))


def kinds(model):
    return [type(layer).__name__ for layer in model.layers if type(layer).__name__ != "InputLayer"]


@pytest.mark.parametrize(
    ("style", "widths"),
    [
        ("constant", [3, 32, 32, 32]),
        ("funnel", [3, 32, 16, 8]),
        ("selfnorm", [3, 32, 32, 32]),
    ],
)
@pytest.mark.parametrize("use_bias", [True, False])
@pytest.mark.usefixtures("weightless")
def test_parameters_of_plain_styles(style, widths, use_bias):
    options = DenseOptions(style=style, layers=3, units=32, use_bias=use_bias)
    model = network(options, spec())
    assert model.count_params() == params(widths, use_bias)
    assert model.output.shape == (None, widths[-1])


@pytest.mark.usefixtures("weightless")
def test_parameters_of_the_residual_style():
    model = network(DenseOptions(style="residual", layers=2, units=16), spec())
    assert model.count_params() == params([3, 16]) + 2 * params([16, 32, 16])
    assert kinds(model).count("Add") == 2


@pytest.mark.parametrize(("normalization", "each"), [("batch", 4), ("layer", 2)])
@pytest.mark.usefixtures("weightless")
def test_parameters_of_normalization(normalization, each):
    plain = network(DenseOptions(layers=2, units=16), spec()).count_params()
    model = network(DenseOptions(layers=2, units=16, normalization=normalization), spec())
    assert model.count_params() == plain + 2 * each * 16
    residual = network(DenseOptions(style="residual", layers=2, units=16), spec()).count_params()
    model = network(DenseOptions(style="residual", layers=2, units=16, normalization=normalization), spec())
    assert model.count_params() == residual + 3 * each * 16  # one before each block, one at the end


@pytest.mark.usefixtures("weightless")
def test_parameters_of_periodic_features():
    model = network(DenseOptions(layers=1, units=16, numeric_embedding="periodic"), spec())
    lifted = 3 * (16 + 16) + 3 * (16 * 3 + 3)
    assert model.count_params() == lifted + params([3 * 4, 16])


@pytest.mark.usefixtures("weightless")
def test_parameters_of_an_embedding():
    model = network(DenseOptions(layers=1, units=16, embedding=4), spec(categorical=2))
    assert model.count_params() == 11 * 4 + params([3 + 2 * 4, 16])


@pytest.mark.parametrize("style", ["constant", "funnel", "residual", "selfnorm"])
def test_no_layers_are_a_linear_model(style):
    model = network(DenseOptions(style=style, layers=0), spec())
    x = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")
    assert model.count_params() == 0
    np.testing.assert_array_equal(np.asarray(model({"features": x})), x)


def test_images_and_series_are_flattened():
    x = np.random.default_rng(0).normal(size=(2, 4, 5, 3)).astype("float32")
    model = network(DenseOptions(layers=0), SPECS["image"])
    np.testing.assert_array_equal(np.asarray(model({"features": x})), x.reshape(2, 60))


def test_periodic_features_keep_the_number_itself_and_start_in_a_range_that_columns_do_not_change():
    spread = []
    for columns, models in ((2, 30), (60, 1)):  # as many frequencies drawn for few columns as for many
        x = np.random.default_rng(0).normal(size=(200, columns)).astype("float32")
        found = []
        for _ in range(models):
            model = network(DenseOptions(layers=0, numeric_embedding="periodic"), spec(numeric=columns))
            out = np.asarray(model({"features": x}))
            np.testing.assert_array_equal(out[:, :columns], x)
            assert out.shape == (200, 4 * columns)
            found.append(np.abs(out[:, columns:]).mean())
        spread.append(np.mean(found))
    assert spread[0] == pytest.approx(spread[1], rel=0.5)
    assert 0.1 < spread[1] < 1.0


def test_funnel_never_narrows_below_4():
    with keras.StatelessScope(initialize_variables=False):
        model = network(DenseOptions(style="funnel", layers=6, units=16), spec())
    keras.utils.clear_session(free_memory=False)
    assert [layer.units for layer in model.layers if isinstance(layer, keras.layers.Dense)] == [16, 8, 4, 4, 4, 4]


@pytest.mark.usefixtures("weightless")
def test_self_normalising_networks_are_built_as_published():
    model = network(DenseOptions(style="selfnorm", layers=2, dropout=0.1, initializer="he_normal"), spec())
    assert kinds(model) == ["Dense", "Activation", "AlphaDropout"] * 2
    for layer in model.layers:
        if isinstance(layer, keras.layers.Dense):
            assert isinstance(layer.kernel_initializer, keras.initializers.LecunNormal)


def test_self_normalising_networks_keep_mean_and_variance():
    model = network(DenseOptions(style="selfnorm", layers=4, units=256, dropout=0.0), spec(numeric=40))
    out = np.asarray(model({"features": np.random.default_rng(0).normal(size=(500, 40)).astype("float32")}))
    assert abs(out.mean()) < 0.15
    assert out.std() == pytest.approx(1.0, abs=0.25)


@pytest.mark.parametrize(
    ("change", "absent"), [({"dropout": 0.0}, "Dropout"), ({"normalization": "none"}, "BatchNormalization")]
)
@pytest.mark.usefixtures("weightless")
def test_what_is_off_is_not_built(change, absent):
    options = DenseOptions(layers=2, dropout=0.3, normalization="batch")
    assert absent in kinds(network(options, spec()))
    assert absent not in kinds(network(dataclasses.replace(options, **change), spec()))


@pytest.mark.usefixtures("weightless")
def test_penalties_are_on_every_hidden_kernel_or_none():
    for style in ("constant", "funnel", "residual", "selfnorm"):
        for l2 in (0.0, 1e-3):
            model = network(DenseOptions(style=style, l2=l2), spec())
            found = {layer.kernel_regularizer is not None for layer in model.layers if hasattr(layer, "kernel")}
            assert found == {l2 > 0}


@pytest.mark.parametrize("activation", ["relu", "gelu", "silu", "tanh", "leaky_relu", "selu", "mish"])
@pytest.mark.usefixtures("weightless")
def test_activations_and_initializers_are_keras_own(activation):
    for initializer in ("glorot_uniform", "he_normal", "lecun_normal"):
        model = network(DenseOptions(layers=1, activation=activation, initializer=initializer), spec())
        assert model.layers[2].activation is getattr(keras.activations, activation)
        assert keras.initializers.serialize(model.layers[1].kernel_initializer)["registered_name"] is None


@each_spec
@pytest.mark.usefixtures("weightless")
def test_random_points_build(data):
    hp, _ = declared(data)
    for seed in range(15):
        values = sample(hp, np.random.default_rng(seed))
        validate(hp, values)
        model = network(declared(data, **values)[1], data)
        assert len(model.output.shape) == 2


@pytest.mark.parametrize("seed", range(4))
def test_random_points_compute(seed):
    data = SPECS["both"]
    hp, _ = declared(data)
    values = {**sample(hp, np.random.default_rng(seed)), "dense/units": 16}
    model = network(declared(data, **values)[1], data)
    x = {"features": np.zeros((4, 3), "float32"), "codes": np.full((4, 2), 10, "int32")}
    assert np.isfinite(np.asarray(model(x))).all()


@each_spec
@pytest.mark.usefixtures("weightless")
def test_portfolio_lies_in_the_space_and_builds(data):
    entries = dense.portfolio(data)
    assert entries
    assert len({entry.name for entry in entries}) == len(entries)
    for entry in entries:
        hp, _ = declared(data)
        training.space(hp, data)
        if data.kind is Kind.FORECAST:
            hp.Choice("window_scaling", ["last", "standard", "none"])
        values = complete(hp, entry.values)
        validate(hp, values)
        assert {name: values[name] for name in entry.values} == dict(entry.values)
        assert len(network(declared(data, **values)[1], data).output.shape) == 2


@each_spec
def test_defaults_are_the_values(data):
    hp, options = declared(data)
    validate(hp, hp.values)
    for name, value in hp.values.items():
        assert getattr(options, name.removeprefix("dense/")) == value


def test_an_inactive_family_registers_all_and_returns_plain_defaults():
    hp = HyperParameters()
    hp.Choice("family", ["conv", "dense"])
    with hp.conditional_scope("family", ["dense"]):
        options = dense.space(hp, SPECS["both"])
    assert options == DenseOptions()
    assert hp.values == {"family": "conv"}
    assert len(hp.space) == 1 + len(declared(SPECS["both"])[0].space)


def test_only_what_the_data_has_is_in_the_space():
    def names(data):
        return {entry.name.removeprefix("dense/") for entry in declared(data)[0].space}

    assert {"embedding", "numeric_embedding", "frequency"} <= names(SPECS["both"])
    assert "embedding" not in names(SPECS["numbers"])
    assert not {"numeric_embedding", "frequency"} & names(SPECS["categories"])
    assert not {"embedding", "numeric_embedding", "frequency"} & names(SPECS["image"])


def test_self_normalising_candidates_record_no_activation():
    hp, options = declared(spec(), **{"dense/style": "selfnorm"})
    assert not {"dense/activation", "dense/normalization", "dense/initializer"} & set(hp.values)
    assert options.normalization == "none"


@pytest.mark.parametrize(("rows", "units"), [(0, 16), (1, 16), (500, 16), (1000, 32), (6000, 256), (10**7, 256)])
def test_the_default_width_grows_with_the_rows(rows, units):
    assert declared(spec(num_rows=rows))[1].units == units
