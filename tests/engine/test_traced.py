"""Traces on disk: found again, made anew where anything differs, and never the reason for another number."""

import logging
import os

import keras
import numpy as np
import pytest

from layersmith.engine import traced
from layersmith.engine.compiled import CompiledEngine
from layersmith.engine.fit import fit
from layersmith.engine.lower.network import Network
from layersmith.engine.optimizers import RULES, resolve_optimizer
from layersmith.engine.traced import TracedFunction
from layersmith.engine.unsupported import Unsupported

ROWS = 48


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("LAYERSMITH_CACHE", str(tmp_path))
    return tmp_path / "traces"


@pytest.fixture
def no_tracing(monkeypatch):
    """A function that forbids tracing from now on."""

    def refuse(*args):
        raise AssertionError("a network was traced")

    return lambda: monkeypatch.setattr(Network, "apply", refuse)


class Doubling:
    def __init__(self):
        self.traced = 0

    def __call__(self, x, *, times=2):
        self.traced += 1
        return {"out": [times * x["a"], None]}


Doubling.__name__ = "doubling"


def function(signature="doubling"):
    inner = Doubling()
    inner.__name__ = "doubling"
    return inner, TracedFunction(inner, signature=signature)


def run(made, values=(1.0, 2.0), **statics):
    return np.asarray(made({"a": np.float32(values)}, **statics)["out"][0]).tolist()


L = keras.layers
MODELS = {
    "dense": ((6,), [L.Dense(5, "relu"), L.BatchNormalization(), L.Dropout(0.3), L.Dense(1)]),
    "convolution": ((6, 6, 2), [L.Conv2D(3, 3, padding="same"), L.MaxPooling2D(), L.Flatten(), L.Dense(1)]),
    "recurrent": ((6, 3), [L.Masking(), L.LSTM(4, return_sequences=True), L.GRU(3), L.Dense(1)]),
    "embedding": ((6,), [L.Embedding(9, 4, mask_zero=True), L.GlobalAveragePooling1D(), L.Dense(1)]),
}


def fitted(name, **options):
    """Return curves and weights of a training from the same start, with noise and metrics."""
    shape, layers = MODELS[name]
    keras.utils.set_random_seed(3)
    fresh = [type(layer).from_config(layer.get_config()) for layer in layers]
    model = keras.Sequential([keras.Input(shape), *fresh])
    model.compile(keras.optimizers.Adam(**options), "mse", metrics=["mae"])
    x = np.random.default_rng(0).integers(0, 9, (ROWS, *shape)).astype("float32")
    y = x.reshape(ROWS, -1).mean(1, keepdims=True)
    arguments = {"epochs": 2, "batch_size": 10, "validation_split": 0.25, "verbose": 0, "engine": "compiled"}
    history = fit(model, x, y, **arguments, compiled=CompiledEngine(pads=False))  # as in a process of its own
    return history.history, model.get_weights()


def assert_same(first, second):
    assert first[0] == second[0]
    for before, after in zip(first[1], second[1], strict=True):
        np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("name", MODELS)
def test_a_trace_from_disk_gives_the_same_numbers_to_the_last_bit(name, folder, no_tracing, monkeypatch):
    monkeypatch.setenv("LAYERSMITH_CACHE", "off")
    plain = fitted(name)
    assert not folder.exists()
    monkeypatch.setenv("LAYERSMITH_CACHE", str(folder.parent))
    assert_same(fitted(name), plain)
    assert len(list(folder.iterdir())) == 2  # an epoch of training and an evaluation
    no_tracing()
    assert_same(fitted(name), plain)


def test_other_numbers_use_the_same_trace(folder, no_tracing):
    fitted("dense", learning_rate=0.1)
    no_tracing()
    slow, fast = (fitted("dense", learning_rate=rate)[0]["loss"] for rate in (1e-6, 0.1))
    assert slow[0] > fast[0] > fast[1]


def test_another_optimizer_has_a_trace_of_its_own(folder):
    fitted("dense")
    fitted("dense", clipnorm=1.0)
    fitted("dense", amsgrad=True)
    assert len(list(folder.iterdir())) == 6


@pytest.mark.parametrize("name", sorted(RULES))
def test_the_signature_of_an_optimizer_says_the_same_everywhere(name):
    def signature(**options):
        optimizer = getattr(keras.optimizers, name)(**options)
        return resolve_optimizer(keras.optimizers.serialize(optimizer))[0].signature

    plain = signature()
    assert " at 0x" not in plain
    assert signature(learning_rate=0.5) == plain
    decay = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
    options = [{"clipnorm": 1.0}, {"clipvalue": 1.0}, {"use_ema": True}, {"learning_rate": decay}]
    others = [signature(**each) for each in [*options, {"gradient_accumulation_steps": 3}]]
    assert len({plain, *others}) == 6
    assert not any(" at 0x" in each for each in others)


def test_a_function_is_traced_once_for_each_set_of_shapes_and_statics(folder):
    inner, made = function()
    assert run(made) == run(made) == [2.0, 4.0]
    assert run(made, [3.0]) == [6.0]
    assert run(made, times=5) == [5.0, 10.0]
    assert len(made) == len(list(folder.iterdir())) == 3
    again, found = function()
    assert [run(found), run(found, [3.0]), run(found, times=5)] == [[2.0, 4.0], [6.0], [5.0, 10.0]]
    assert inner.traced >= 3
    assert again.traced == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda patch: patch.setattr(traced, "_source", lambda: ("other source",)),
        lambda patch: patch.setattr(keras.config, "epsilon", lambda: 1e-3),
        lambda patch: patch.setattr(keras.backend, "backend", lambda: "another"),
    ],
)
def test_it_is_traced_anew_where_what_tracing_reads_has_changed(change, folder, monkeypatch):
    run(function()[1])
    change(monkeypatch)
    inner, made = function()
    run(made)
    assert inner.traced > 0


def test_the_source_is_that_of_the_engine(monkeypatch, tmp_path):
    house = tmp_path / "layersmith"
    (house / "engine" / "deep").mkdir(parents=True)
    (house / "graph").mkdir()
    for name in ("engine/deep/a.py", "graph/b.py", "schedules.py"):
        (house / name).write_text("one")
    monkeypatch.setattr(traced, "__file__", str(house / "engine" / "traced.py"))
    found = []
    for name in ("engine/deep/a.py", "graph/b.py", "schedules.py"):
        found.append(traced._source.__wrapped__())
        (house / name).write_text("two")
    found.append(traced._source.__wrapped__())
    assert len(set(found)) == 4


def test_a_damaged_trace_is_made_anew(folder, caplog):
    run(function()[1])
    (path,) = folder.iterdir()
    whole = path.read_bytes()
    for damaged in (b"", whole[:40], whole[:-1] + bytes([whole[-1] ^ 1])):
        path.write_bytes(damaged)
        inner, made = function()
        with caplog.at_level(logging.INFO, logger="layersmith.engine"):
            assert run(made) == [2.0, 4.0]
        assert inner.traced > 0
        assert "damaged" in caplog.messages[-1]
        assert path.stat().st_size == len(whole)


@pytest.mark.parametrize("signature", [None, "<function step at 0x7f00aa>"])
def test_what_no_signature_can_say_is_not_kept(signature, folder):
    inner, made = function(signature)
    assert run(made) == [2.0, 4.0]
    assert not folder.exists()
    assert inner.traced == 1


def test_a_layer_of_the_users_own_is_traced_in_every_process(folder):
    @keras.saving.register_keras_serializable("test_traced")
    class Twice(keras.layers.Layer):
        def call(self, x):
            return 2 * x

    model = keras.Sequential([keras.Input((3,)), Twice(), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    fit(model, np.ones((8, 3), "float32"), np.ones((8, 1), "float32"), verbose=0, engine="compiled")
    assert not folder.exists()


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path, monkeypatch, caplog):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("LAYERSMITH_CACHE", str(tmp_path / "file"))
    with caplog.at_level(logging.INFO, logger="layersmith.engine"):
        assert run(function()[1]) == [2.0, 4.0]
    assert "not kept on disk" in caplog.messages[-1]


def test_the_least_recently_used_traces_go_first(folder, monkeypatch):
    made = function()[1]
    run(made, [1.0])
    (path,) = folder.iterdir()
    size = path.stat().st_size
    monkeypatch.setattr(traced, "_MOST_BYTES", int(size * 2.5))
    os.utime(path, (1, 1))
    run(made, [1.0, 2.0])
    (other,) = set(folder.iterdir()) - {path}
    os.utime(other, (2, 2))
    run(function()[1], [1.0])  # which makes the first the latest
    run(made, [1.0, 2.0, 3.0])
    assert path in set(folder.iterdir())
    assert other not in set(folder.iterdir())


def test_forgetting_lets_it_compile_again(folder):
    _, made = function()
    run(made)
    made.forget()
    assert len(made) == 0
    assert run(made) == [2.0, 4.0]


def test_what_cannot_be_traced_says_so_and_nothing_is_kept(folder):
    def refuse(x):
        raise Unsupported("a part")

    with pytest.raises(Unsupported, match="a part"):
        TracedFunction(refuse, signature="refuse").trace(np.float32(1))
    assert not folder.exists()
