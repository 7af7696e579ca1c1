"""Whole models of the families: trunks of the portfolio, and the model that a user receives."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from layersmith.data.spec import DataSpec, Kind, Task
from layersmith.engine.lower.env import Env
from layersmith.engine.lower.runtime import runtime_values
from layersmith.families import frame, trunk
from layersmith.families.view import SCALINGS
from layersmith.testing.lowerings import lowered

pytestmark = pytest.mark.usefixtures("plain")

_ROWS = 12
_SMALL = {"family": "dense", "dense/units": 16, "dense/layers": 1}
_TABLE = DataSpec(
    kind=Kind.TABLE,
    task=Task.REGRESSION,
    num_outputs=1,
    num_rows=_ROWS,
    num_numeric=3,
    num_categorical=2,
    vocabulary=7,
    missing=(1,),
)
_FORECAST = DataSpec(
    kind=Kind.FORECAST, task=Task.MULTIREGRESSION, num_outputs=3, num_rows=_ROWS, shape=(6, 2), positive=True
)


def _data(spec):
    random = np.random.default_rng(0)
    if spec.kind is Kind.FORECAST:
        series = np.exp(random.normal(2, 0.4, (_ROWS, *spec.shape))).astype("float32")
        return {"series": series}, np.exp(random.normal(2, 0.4, (_ROWS, spec.num_outputs))).astype("float32")
    numeric = random.normal(3, 2, (_ROWS, spec.num_numeric)).astype("float32")
    numeric[::4, list(spec.missing)] = np.nan
    x = {"numeric": numeric, "categorical": random.integers(0, 7, (_ROWS, 2)).astype("int32")}
    return x, random.normal(500, 40, _ROWS).astype("float32")


def _candidate(spec, values):
    hp = trunk.declare(spec)
    hp.values = dict(values)
    return trunk.declare(spec, hp)


def _assert_equal(model, x, **tolerances):
    network, weights = lowered(model)
    inputs = [x[node.name] for node in network.graph.input_nodes]
    output = network.apply(weights, inputs, Env(training=False, runtime=runtime_values(network.graph)))
    np.testing.assert_allclose(output, model(x, training=False), **{"rtol": 1e-4, "atol": 1e-5, **tolerances})


def _assembled(spec, values):
    x, y = _data(spec)
    hp = _candidate(spec, values)
    fitted = frame.fit(hp, spec, x, y, np.arange(_ROWS))
    features, _ = frame.encode(fitted, x, y)
    trained = trunk.build(hp, spec, {name: array.shape[1:] for name, array in features.items()})
    return frame.assemble(fitted, hp, trained), x


def test_a_table_with_missing_values_from_raw_numbers_to_answers():
    model, x = _assembled(_TABLE, _SMALL)
    _assert_equal(model, x, rtol=1e-5)


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("scaling", SCALINGS)
def test_a_forecast_from_raw_windows_to_answers(scaling, log):
    model, x = _assembled(_FORECAST, {**_SMALL, "window_scaling": scaling, "window_log": log})
    _assert_equal(model, x, rtol=1e-4)


@pytest.mark.parametrize("entry", trunk.portfolio(_TABLE), ids=lambda entry: entry.name)
def test_a_published_table_architecture_equals_keras(entry):
    x = {
        "features": np.random.default_rng(0).normal(size=(4, 4)).astype("float32"),
        "codes": _data(_TABLE)[0]["categorical"][:4],
    }
    model = trunk.build(_candidate(_TABLE, entry.values), _TABLE, {"features": (4,), "codes": (2,)})
    _assert_equal(model, x)


_IMAGE = DataSpec(kind=Kind.IMAGE, task=Task.MULTICLASS, num_outputs=3, num_rows=_ROWS, shape=(8, 8, 1))
_SERIES = DataSpec(kind=Kind.SERIES, task=Task.BINARY, num_outputs=1, num_rows=_ROWS, shape=(16, 2))


@pytest.mark.parametrize("spec", [_IMAGE, _SERIES, _FORECAST], ids=lambda spec: spec.kind.value)
@pytest.mark.parametrize("place", range(3))
def test_a_published_architecture_of_another_kind_equals_keras(spec, place):
    entry = trunk.portfolio(spec)[place]
    x = {"features": np.random.default_rng(0).normal(size=(3, *spec.shape)).astype("float32")}
    model = trunk.build(_candidate(spec, entry.values), spec, {"features": spec.shape})
    assert isinstance(model, keras.Model)
    _assert_equal(model, x)


@pytest.mark.parametrize("spec", [_IMAGE, _SERIES, _FORECAST, _TABLE], ids=lambda spec: spec.kind.value)
def test_every_published_architecture_trains_under_strict_dtypes(spec):
    shapes = {"features": (4,), "codes": (2,)} if spec is _TABLE else {"features": spec.shape}
    for entry in trunk.portfolio(spec):
        network, weights = lowered(trunk.build(_candidate(spec, entry.values), spec, shapes))
        runtime = {name: jnp.float32(value) for name, value in runtime_values(network.graph).items()}
        inputs = [jnp.ones((5, *shapes[node.name]), node.output_dtypes[0]) for node in network.graph.input_nodes]

        def step(given, seed, network=network, inputs=inputs, runtime=runtime):
            env = Env(training=True, seed=seed, row_mask=jnp.ones(5), runtime=runtime)
            return network.apply(given, inputs, env), env.updates, sum(env.penalties, jnp.float32(0.0))

        with jax.numpy_dtype_promotion("strict"):
            output, updates, _ = jax.eval_shape(step, weights, jnp.uint32(0))
        assert output.shape == (5, spec.num_outputs)
        assert {key: (value.shape, value.dtype) for key, value in updates.items()} == {
            key: (weights[key].shape, weights[key].dtype) for key in updates
        }
