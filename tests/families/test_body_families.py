"""What holds for every family that takes images or series, whatever its layers."""

import dataclasses
import re
import subprocess
import sys

import keras
import pytest

from layersmith.data.spec import Kind
from layersmith.families import FAMILIES, conv, recurrent, temporal, training
from layersmith.families.established import Established
from layersmith.space import HyperParameters, complete, validate

IMAGES = [(8, 8, 1), (28, 28, 1), (32, 32, 3), (128, 128, 3), (3, 5, 1), (20, 90, 3)]
SERIES = [(8, 1), (24, 1), (150, 6), (720, 1), (1, 2)]
CASES = [
    *[(conv, shape, Kind.IMAGE) for shape in IMAGES],
    *[(temporal, shape, kind) for shape in SERIES for kind in (Kind.SERIES, Kind.FORECAST)],
    *[(recurrent, shape, kind) for shape in SERIES for kind in (Kind.SERIES, Kind.FORECAST)],
]
cases = pytest.mark.parametrize(
    ("family", "shape", "kind"), CASES, ids=[f"{f.NAME}-{'x'.join(map(str, s))}-{k}" for f, s, k in CASES]
)


@cases
def test_default_point_lies_in_the_space_and_equals_its_values(bench, family, shape, kind):
    spec = bench.spec(shape, kind)
    hp = bench.declared(family, spec)
    validate(hp, hp.values)
    options = bench.options(family, spec, {})
    for field in dataclasses.fields(options):
        name = f"{family.NAME}/{field.name}"
        if name in hp.values:
            assert getattr(options, field.name) == hp.values[name]


@cases
def test_every_name_has_the_family_prefix(bench, family, shape, kind):
    names = [entry.name for entry in bench.declared(family, bench.spec(shape, kind)).space]
    assert all(name.startswith(f"{family.NAME}/") for name in names)
    assert len(names) == len(set(names))


@cases
def test_space_is_the_same_at_every_point(bench, family, shape, kind):
    spec = bench.spec(shape, kind)
    declared = bench.declared(family, spec)
    for entry in FAMILIES[family.NAME].portfolio(spec):
        hp = HyperParameters()
        hp.values = dict(entry.values)
        family.space(hp, spec)
        assert hp.space == declared.space


@cases
@pytest.mark.usefixtures("weightless")
def test_random_points_build(bench, family, shape, kind):
    spec = bench.spec(shape, kind)
    for seed in range(20):
        model = bench.network(family, bench.drawn(family, spec, seed), shape)
        assert len(model.output.shape) == 2
        assert model.output.shape[1] > 0


@cases
@pytest.mark.usefixtures("weightless")
def test_portfolio_lies_in_the_space_and_builds(bench, family, shape, kind):
    spec = bench.spec(shape, kind)
    for entry in family.portfolio(spec):
        hp = bench.declared(family, spec)
        training.space(hp, spec)
        values = complete(hp, entry.values)
        validate(hp, values)
        assert {name: values[name] for name in entry.values} == dict(entry.values)
        options = bench.options(family, spec, dict(entry.values))
        assert len(bench.network(family, options, shape).output.shape) == 2


@cases
def test_portfolio_names_its_sources(family, shape, kind, bench):
    entries = family.portfolio(bench.spec(shape, kind))
    assert entries
    assert all(isinstance(entry, Established) for entry in entries)
    assert len({entry.name for entry in entries}) == len(entries)
    for entry in entries:
        assert re.search(r"arXiv \d{4}\.\d{4,5}|doi:10\.", entry.source), entry.source
        assert {"optimizer", "learning_rate", "schedule", "batch_size", "epochs"} <= set(entry.values)


@pytest.mark.parametrize("family", [conv, temporal, recurrent])
def test_inactive_family_registers_all_and_returns_plain_defaults(bench, family):
    spec = bench.spec((32, 32, 3) if family is conv else (150, 6))
    hp = HyperParameters()
    hp.Choice("family", ["other", family.NAME])
    with hp.conditional_scope("family", [family.NAME]):
        options = family.space(hp, spec)
    assert options == type(options)()
    assert hp.values == {"family": "other"}
    assert len(hp.space) == 1 + len(bench.declared(family, spec).space)


@pytest.mark.parametrize("family", [conv, temporal, recurrent])
@pytest.mark.usefixtures("weightless")
def test_only_layers_of_keras_itself(bench, family):
    shape = (28, 28, 1) if family is conv else (150, 6)
    for seed in range(8):
        model = bench.network(family, bench.drawn(family, bench.spec(shape), seed), shape)
        for layer in model.layers:
            assert type(layer).__module__.startswith("keras.")
            assert not isinstance(layer, keras.layers.Lambda)


@pytest.mark.parametrize("family", [conv, temporal, recurrent])
@pytest.mark.usefixtures("weightless")
def test_layer_names_do_not_collide(bench, family):
    shape = (28, 28, 1) if family is conv else (150, 6)
    spec = bench.spec(shape)
    for entry in family.portfolio(spec):
        model = bench.network(family, bench.options(family, spec, dict(entry.values)), shape)
        names = [layer.name for layer in model.layers]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("family", [conv, temporal, recurrent])
@pytest.mark.usefixtures("weightless")
def test_penalties_reach_every_kernel_or_none(bench, family):
    shape = (28, 28, 1) if family is conv else (150, 6)
    spec = bench.spec(shape)
    for seed in range(8):
        options = bench.drawn(family, spec, seed)
        for penalised in (dataclasses.replace(options, l1=1e-4, l2=1e-3), dataclasses.replace(options, l1=0.0, l2=0.0)):
            weights = bench.network(family, penalised, shape).trainable_weights
            kernels = {w.path: w.regularizer for w in weights if w.path.endswith(("/kernel", "pointwise_kernel"))}
            others = [w.regularizer for w in weights if w.path not in kernels]
            assert kernels
            assert {found is not None for found in kernels.values()} == {penalised.l1 > 0}
            assert not any(others)


def test_declaring_spaces_loads_no_keras():
    code = """
import sys
from layersmith.data.spec import DataSpec, Kind, Task
from layersmith.families import conv, recurrent, temporal
from layersmith.space import HyperParameters
spec = DataSpec(kind=Kind.SERIES, task=Task.BINARY, shape=(99, 9, 1), num_outputs=1, num_rows=9)
for family in (conv, recurrent, temporal):
    family.space(HyperParameters(), spec), family.portfolio(spec)
print("keras" in sys.modules, "jax" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
