"""Several outputs: histories and weights follow `model.fit`, key by key."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import keras
import pytest
from tests.engine.parity_outputs import CASES, KIND, LEFT, PRICE, RIGHT, WEIGHT, build, compare, graph

from layersmith.engine.compiled import CompiledEngine
from layersmith.engine.fit import fit
from layersmith.engine.unsupported import Unsupported

ELSEWHERE = {"tensorflow": ["a list of everything", "a mask and weights"], "torch": ["a list of everything"]}


@pytest.mark.parametrize("name", CASES)
def test_several_outputs_follow_model_fit(name):
    history, weights = compare(name)
    assert max(history, weights) < 1e-4


@pytest.mark.parametrize("backend", ELSEWHERE)
def test_several_outputs_follow_model_fit_on_other_backends(backend):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    here, names = Path(__file__).resolve(), ELSEWHERE[backend]
    environment = {**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": os.pathsep.join(["src", "."])}
    command = [sys.executable, str(here.with_name("parity_outputs.py")), *names]
    done = subprocess.run(command, cwd=here.parents[2], env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == len(names)
    assert all(max(map(float, line.split()[:2])) < 1e-4 for line in lines), lines


def test_weights_of_losses_share_a_program_and_names_do_not():
    engine, sums = CompiledEngine(), []
    for weights, names in (([1.0, 0.0], "ab"), ([0.0, 1.0], "ab"), ([1.0, 0.0], "cd")):
        entry = keras.Input((3,))
        outputs = [keras.layers.Dense(units, name=name)(entry) for units, name in zip((3, 1), names, strict=True)]
        model = keras.Model(entry, outputs)
        model.compile("sgd", ["sparse_categorical_crossentropy", "mse"], loss_weights=weights)
        logs = fit(model, LEFT, [KIND, PRICE], verbose=0, engine="compiled", compiled=engine).history
        sums.append([logs["loss"][0] == pytest.approx(logs[f"{name}_loss"][0]) for name in names])
    assert sums == [[True, False], [False, True], [True, False]]
    assert len(engine._programs) == 2


def refusing(container, compiled, y, **given):
    inputs, outputs = graph(container)
    model = keras.Model(inputs, outputs)
    model.compile("sgd", **compiled)
    with pytest.raises(Unsupported) as refused:
        fit(model, [LEFT, RIGHT], y, verbose=0, engine="compiled", **given)
    with pytest.raises((ValueError, KeyError, TypeError)):
        model.fit([LEFT, RIGHT], y, verbose=0, **given)
    return str(refused.value)


@pytest.mark.parametrize(
    ("container", "compiled", "y", "given", "why"),
    [
        ("list", {"loss": {"kind": "mse"}}, [KIND, PRICE], {}, "loss"),
        ("dict", {"loss": {"kind": "mse"}}, [KIND, PRICE], {}, "loss"),
        ("list", {"loss": "mse", "loss_weights": [1.0, 2.0]}, [PRICE, PRICE], {}, "2 weights for 1 losses"),
        ("list", {"loss": ["mse", "mse"], "loss_weights": 0.5}, [PRICE, PRICE], {}, "a single number"),
        ("list", {"loss": "mse", "metrics": ["mae"]}, [PRICE, PRICE], {}, "1 entries for 2 outputs"),
        ("list", {"loss": "mse"}, PRICE, {}, "one array for 2 outputs"),
        ("one", {"loss": "mse"}, {"price": PRICE}, {}, "a dictionary for a model with one output"),
        ("list", {"loss": "mse"}, {"kind": PRICE, "cost": PRICE}, {}, "named kind, cost"),
        ("list", {"loss": "mse"}, [PRICE, PRICE], {"sample_weight": (WEIGHT, WEIGHT)}, "in a tuple"),
        ("list", {"loss": "mse"}, {"kind": PRICE, "price": PRICE}, {"sample_weight": WEIGHT}, "targets in a dict"),
        ("list", {"loss": "mse"}, [PRICE, PRICE], {"class_weight": {0: 2.0}}, "class_weight"),
    ],
)
def test_what_keras_refuses_is_left_to_keras(container, compiled, y, given, why):
    assert why in refusing(container, compiled, y, **given)


def test_a_dictionary_that_crosses_names_is_not_guessed_at():
    entry = keras.Input((3,))
    a, b = keras.layers.Dense(1, name="a")(entry), keras.layers.Dense(1, name="b")(entry)
    model = keras.Model(entry, {"a": b, "b": a})
    model.compile("sgd", "mse")
    with pytest.raises(Unsupported, match="in another order"):
        fit(model, LEFT, {"a": PRICE, "b": PRICE}, verbose=0, engine="compiled")


def test_inputs_by_name_may_come_in_any_order():
    name = "an output without a loss"
    first, second = build(name), build(name)
    second.set_weights(first.get_weights())
    y = CASES[name][2]
    arguments = {"shuffle": False, "verbose": 0, "engine": "compiled"}
    one = fit(first, {"right": RIGHT, "left": LEFT}, y, **arguments).history
    assert one == fit(second, [LEFT, RIGHT], y, **arguments).history
