"""The trainable part of a candidate."""

import subprocess
import sys

import keras
import numpy as np
import pytest

from layersmith.data.spec import DataSpec, Kind, Task
from layersmith.errors import UnknownNameError
from layersmith.families import FAMILIES, trunk
from layersmith.records import Recipe
from layersmith.space import HyperParameters, complete, sample, validate

SPECS = {
    Kind.TABLE: DataSpec(
        kind=Kind.TABLE,
        task=Task.BINARY,
        num_outputs=1,
        num_rows=800,
        num_numeric=4,
        num_categorical=1,
        vocabulary=5,
    ),
    Kind.IMAGE: DataSpec(kind=Kind.IMAGE, task=Task.MULTICLASS, num_outputs=3, num_rows=800, shape=(16, 16, 1)),
    Kind.SERIES: DataSpec(kind=Kind.SERIES, task=Task.MULTICLASS, num_outputs=3, num_rows=800, shape=(40, 2)),
    Kind.FORECAST: DataSpec(
        kind=Kind.FORECAST, task=Task.MULTIREGRESSION, num_outputs=4, num_rows=800, shape=(24, 1), positive=True
    ),
}
SHAPES = {
    Kind.TABLE: {"features": (4,), "codes": (1,)},
    Kind.IMAGE: {"features": (16, 16, 1)},
    Kind.SERIES: {"features": (40, 2)},
    Kind.FORECAST: {"features": (24, 1)},
}
each_kind = pytest.mark.parametrize("kind", list(Kind))


def with_values(spec, values):
    hp = HyperParameters()
    hp.values = dict(values)
    return trunk.declare(spec, hp)


@each_kind
def test_every_family_of_the_kind_is_registered_under_its_own_condition(kind):
    spec = SPECS[kind]
    hp = trunk.declare(spec)
    families = [name for name, family in FAMILIES.items() if kind in family.KINDS]
    assert list(hp.space[0].values) == families
    for entry in hp.space:
        prefix = entry.name.split("/")[0]
        if "/" in entry.name:
            assert prefix in families
            assert entry.conditions[0].name == "family"
            assert list(entry.conditions[0].values) == [prefix]


@each_kind
def test_only_the_chosen_family_is_recorded(kind):
    spec = SPECS[kind]
    for entry in trunk.portfolio(spec):
        chosen = entry.values["family"]
        names = with_values(spec, {"family": chosen}).values
        assert {name.split("/")[0] for name in names if "/" in name} == {chosen}


@each_kind
def test_defaults_and_random_candidates_are_valid(kind):
    space = trunk.declare(SPECS[kind])
    validate(space, space.values)
    for seed in range(10):
        values = sample(space, np.random.default_rng(seed))
        validate(space, values)
        assert with_values(SPECS[kind], values).values == values


@each_kind
def test_the_space_is_the_same_at_every_point(kind):
    spec = SPECS[kind]
    names = [(entry.name, entry.conditions) for entry in trunk.declare(spec).space]
    for entry in trunk.portfolio(spec):
        assert [(e.name, e.conditions) for e in with_values(spec, entry.values).space] == names


@each_kind
def test_portfolio_is_valid_and_names_its_family(kind):
    spec = SPECS[kind]
    space = trunk.declare(spec)
    for entry in trunk.portfolio(spec):
        values = complete(space, entry.values)
        validate(space, values)
        assert {name: values[name] for name in entry.values} == dict(entry.values)


@each_kind
def test_portfolio_takes_turns_between_families(kind):
    spec = SPECS[kind]
    families = [name for name, family in FAMILIES.items() if kind in family.KINDS]
    order = [str(entry.values["family"]) for entry in trunk.portfolio(spec)]
    turns = [name for name in families for _ in range(2 if name == "temporal" else 1)]
    assert order[: len(turns)] == turns
    for name in families:
        own = [entry.name for entry in FAMILIES[name].portfolio(spec)]
        assert [entry.name for entry in trunk.portfolio(spec) if entry.values["family"] == name] == own
    assert len(order) == sum(len(FAMILIES[name].portfolio(spec)) for name in families)


def test_windows_are_part_of_forecasts_only():
    names = {kind: set(trunk.declare(spec).values) for kind, spec in SPECS.items()}
    assert {"window_scaling", "window_log"} <= names[Kind.FORECAST]
    assert not any({"window_scaling", "window_log"} & names[kind] for kind in (Kind.TABLE, Kind.IMAGE, Kind.SERIES))


@pytest.mark.parametrize("positive", [True, False])
def test_logarithms_only_of_positive_series(positive):
    spec = DataSpec(
        kind=Kind.FORECAST,
        task=Task.MULTIREGRESSION,
        num_outputs=2,
        num_rows=50,
        shape=(8, 1),
        positive=positive,
    )
    space = trunk.declare(spec)
    logs = {sample(space, np.random.default_rng(seed))["window_log"] for seed in range(20)}
    assert logs == ({True, False} if positive else {False})


@each_kind
def test_every_family_builds_a_compiled_model(kind):
    spec = SPECS[kind]
    for name, family in FAMILIES.items():
        if kind not in family.KINDS or (kind is not Kind.TABLE and name == "dense"):
            continue
        hp = with_values(spec, {"family": name})
        model = trunk.build(hp, spec, SHAPES[kind])
        assert set(model.input) == set(SHAPES[kind])
        assert model.output.shape == (None, spec.num_outputs)
        assert model.compiled
        assert type(model.optimizer).__name__.lower() == trunk.recipe(hp, spec).optimizer


def test_codes_are_whole_numbers():
    model = trunk.build(trunk.declare(SPECS[Kind.TABLE]), SPECS[Kind.TABLE], SHAPES[Kind.TABLE])
    assert {name: entry.dtype for name, entry in model.input.items()} == {"features": "float32", "codes": "int32"}


def test_an_unknown_family_is_refused():
    spec = SPECS[Kind.TABLE]
    hp = with_values(spec, {"family": "dense"})
    hp.values["family"] = "desne"
    with pytest.raises((UnknownNameError, KeyError), match="desne"):
        trunk.tensors({"features": keras.Input((4,))}, hp, spec)


@pytest.mark.parametrize("name", ["adam", "adamw", "sgd", "rmsprop"])
def test_optimizers_follow_the_recipe(name):
    built = trunk.optimizer(Recipe(optimizer=name, learning_rate=0.02, weight_decay=0.01, clip_norm=2.0))
    assert type(built).__name__.lower() == name
    assert float(built.learning_rate) == pytest.approx(0.02)
    assert built.weight_decay == 0.01
    assert built.global_clipnorm == 2.0


@pytest.mark.parametrize("name", ["adam", "adamw", "sgd", "rmsprop"])
def test_what_the_recipe_does_not_ask_for_is_off(name):
    built = trunk.optimizer(Recipe(optimizer=name))
    assert not built.weight_decay
    assert built.global_clipnorm is None


def test_sgd_has_nesterov_momentum():
    built = trunk.optimizer(Recipe(optimizer="sgd"))
    assert (built.momentum, built.nesterov) == (0.9, True)


@pytest.mark.parametrize("name", ["adam", "adamw", "sgd", "rmsprop"])
def test_weight_decay_shrinks_weights_without_gradients(name):
    weight = keras.Variable(np.array([2.0], "float32"))
    trunk.optimizer(Recipe(optimizer=name, learning_rate=0.1, weight_decay=0.5)).apply(
        [np.zeros(1, "float32")], [weight]
    )
    assert float(keras.ops.convert_to_numpy(weight)[0]) == pytest.approx(2.0 * (1 - 0.1 * 0.5), rel=1e-5)


def test_declaring_loads_no_keras():
    code = """
import sys
from layersmith.data.spec import DataSpec, Kind, Task
from layersmith.families import trunk
spec = DataSpec(kind=Kind.TABLE, task=Task.BINARY, num_outputs=1, num_rows=9, num_numeric=1)
trunk.declare(spec), trunk.portfolio(spec)
print("keras" in sys.modules, "jax" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
