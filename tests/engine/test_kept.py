"""Programs on disk: found again, made anew where anything differs, and never the reason for another number."""

import hashlib
import logging
import os
import pickle
import uuid
import zlib

import jax
import keras
import numpy as np
import pytest

from layersmith.engine import executables
from layersmith.engine.compiled import CompiledEngine
from layersmith.engine.fit import fit
from layersmith.engine.kept import KeptFunction, finish_writing
from layersmith.engine.lower.network import Network
from layersmith.engine.optimizers import RULES, resolve_optimizer
from layersmith.engine.unsupported import Unsupported

ROWS = 48


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where programs are kept: nowhere that JAX's own cache has met before."""
    fresh = tmp_path / uuid.uuid4().hex
    monkeypatch.setenv("LAYERSMITH_CACHE", str(fresh))
    return fresh / "executables"


@pytest.fixture
def no_tracing(monkeypatch):
    """A function that forbids tracing from now on."""

    def refuse(*args):
        raise AssertionError("a network was traced")

    def forbid():
        finish_writing()
        monkeypatch.setattr(Network, "apply", refuse)

    return forbid


def files(folder):
    finish_writing()
    return set(folder.iterdir())


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
    return inner, KeptFunction(inner, signature=signature)


def run(made, values=(1.0, 2.0), **statics):
    return np.asarray(made({"a": np.float32(values)}, **statics)["out"][0]).tolist()


def new_number():
    """Return a number that no program in JAX's own cache can have been made with."""
    return 1 + uuid.uuid4().int / 2**128


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
def test_a_program_from_disk_gives_the_same_numbers_to_the_last_bit(name, folder, no_tracing, monkeypatch):
    monkeypatch.setenv("LAYERSMITH_CACHE", "off")
    plain = fitted(name)
    assert not folder.exists()
    monkeypatch.setenv("LAYERSMITH_CACHE", str(folder.parent))
    assert_same(fitted(name), plain)
    assert len(files(folder)) == 2  # an epoch of training and an evaluation
    no_tracing()
    assert_same(fitted(name), plain)


def test_other_numbers_use_the_same_program(folder, no_tracing):
    fitted("dense", learning_rate=0.1)
    no_tracing()
    slow, fast = (fitted("dense", learning_rate=rate)[0]["loss"] for rate in (1e-6, 0.1))
    assert slow[0] > fast[0] > fast[1]


def test_another_optimizer_has_a_program_of_its_own(folder):
    fitted("dense")
    fitted("dense", clipnorm=1.0)
    fitted("dense", amsgrad=True)
    assert len(files(folder)) == 6


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
    assert len(made) == len(files(folder)) == 3
    again, found = function()
    assert [run(found), run(found, [3.0]), run(found, times=5)] == [[2.0, 4.0], [6.0], [5.0, 10.0]]
    assert inner.traced >= 3
    assert again.traced == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda patch: patch.setattr(executables, "_source", lambda: ("other source",)),
        lambda patch: patch.setattr(executables, "_processor", lambda: "a processor with other instructions"),
        lambda patch: patch.setenv("XLA_FLAGS", "--xla_cpu_enable_fast_math=true"),
        lambda patch: patch.setattr(keras.config, "epsilon", lambda: 1e-3),
        lambda patch: patch.setattr(keras.backend, "backend", lambda: "another"),
    ],
)
def test_it_is_compiled_anew_where_what_it_depends_on_has_changed(change, folder, monkeypatch):
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
    monkeypatch.setattr(executables, "__file__", str(house / "engine" / "executables.py"))
    found = []
    for name in ("engine/deep/a.py", "graph/b.py", "schedules.py"):
        found.append(executables._source.__wrapped__())
        (house / name).write_text("two")
    found.append(executables._source.__wrapped__())
    assert len(set(found)) == 4


def test_a_damaged_program_is_compiled_anew(folder, caplog):
    run(function()[1])
    (path,) = files(folder)
    whole = path.read_bytes()
    for damaged in (b"", whole[:40], whole[:-1] + bytes([whole[-1] ^ 1])):
        path.write_bytes(damaged)
        inner, made = function()
        with caplog.at_level(logging.INFO, logger="layersmith.engine"):
            assert run(made) == [2.0, 4.0]
        assert inner.traced > 0
        assert any("damaged" in message for message in caplog.messages)


def test_a_program_that_another_process_removes_while_it_is_read_runs(folder, monkeypatch):
    run(function()[1])
    (path,) = files(folder)
    read = executables.serialize_executable.deserialize_and_load

    def remove_and_read(*args, **keywords):
        path.unlink()
        return read(*args, **keywords)

    monkeypatch.setattr(executables.serialize_executable, "deserialize_and_load", remove_and_read)
    inner, made = function()
    assert run(made) == [2.0, 4.0]
    assert inner.traced == 0


def test_what_does_not_load_is_compiled_anew(folder, caplog):
    run(function()[1])
    (path,) = files(folder)
    for other in (b"no compressed bytes", zlib.compress(b"no pickle"), zlib.compress(pickle.dumps((b"", 0, 0)))):
        path.write_bytes(hashlib.sha256(other).digest() + other)
        with caplog.at_level(logging.INFO, logger="layersmith.engine"):
            assert run(function()[1]) == [2.0, 4.0]
        assert any("does not load" in message for message in caplog.messages)
        caplog.clear()


def test_what_jax_read_from_its_own_cache_is_not_written_because_it_would_not_run(folder):
    run(function()[1])
    (path,) = files(folder)
    path.unlink()
    inner, made = function()
    assert run(made) == [2.0, 4.0]
    assert inner.traced > 0
    assert files(folder) == set()


@pytest.mark.parametrize("signature", [None, "<function step at 0x7f00aa>"])
def test_what_no_signature_can_say_is_found_by_what_it_is_lowered_to(signature, folder):
    times = new_number()
    inner, made = function(signature)
    expected = run(made, times=times)
    (path,) = files(folder)
    os.utime(path, (1, 1))
    again, found = function(signature)
    assert run(found, times=times) == expected
    assert inner.traced == again.traced == 1
    assert path.stat().st_mtime > 1  # it was read
    assert files(folder) == {path}


def test_a_constant_is_part_of_what_a_function_is_lowered_to(folder):
    for _ in range(2):
        table = np.random.default_rng(uuid.uuid4().int).normal(size=(200, 60)).astype("float32")

        def scaled(x, *, table=table):
            return x * table

        np.testing.assert_allclose(KeptFunction(scaled, signature=None)(np.float32(2)), 2 * table)
    assert len(files(folder)) == 2


def test_what_calls_back_to_python_is_not_kept(folder):
    def heard(x):
        return jax.pure_callback(lambda value: 3 * np.asarray(value), x, x)

    assert KeptFunction(heard, signature=None)(np.float32(2)) == 6
    finish_writing()
    assert not folder.exists()


def test_a_layer_of_the_users_own_is_traced_in_every_process_and_compiled_once(folder):
    @keras.saving.register_keras_serializable("test_kept")
    class Times(keras.layers.Layer):
        def call(self, x):
            return times * x

    def losses():
        keras.utils.set_random_seed(0)
        model = keras.Sequential([keras.Input((3,)), Times(), keras.layers.Dense(1)])
        model.compile(keras.optimizers.SGD(0.0), "mse")
        x, y = np.ones((8, 3), "float32"), np.ones((8, 1), "float32")
        history = fit(model, x, y, verbose=0, engine="compiled", compiled=CompiledEngine(pads=False))
        return history.history["loss"][0], model.evaluate(x, y, verbose=0)

    factors = [new_number(), new_number()]
    for place, kept in ((0, 1), (1, 2), (1, 2)):  # the same layer by its name, its call another
        times = factors[place]
        ours, theirs = losses()
        assert ours == pytest.approx(theirs, rel=1e-5)
        assert len(files(folder)) == kept


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path, monkeypatch, caplog):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("LAYERSMITH_CACHE", str(tmp_path / "file"))
    with caplog.at_level(logging.INFO, logger="layersmith.engine"):
        assert run(function()[1]) == [2.0, 4.0]
        finish_writing()
    assert "not kept on disk" in caplog.messages[-1]


def test_the_least_recently_used_programs_go_first(folder, monkeypatch):
    made = function()[1]
    run(made, [1.0])
    (path,) = files(folder)
    size = path.stat().st_size
    monkeypatch.setattr(executables, "_MOST_BYTES", int(size * 2.5))
    os.utime(path, (1, 1))
    run(made, [1.0, 2.0])
    (other,) = files(folder) - {path}
    os.utime(other, (2, 2))
    run(function()[1], [1.0])  # which makes the first the latest
    run(made, [1.0, 2.0, 3.0])
    assert path in files(folder)
    assert other not in files(folder)


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
        KeptFunction(refuse, signature="refuse").trace(np.float32(1))
    assert not folder.exists()
