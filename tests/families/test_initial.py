"""Initial weights drawn by NumPy."""

import subprocess
import sys
import threading

import jax
import keras
import numpy as np
import pytest
from keras import initializers
from keras.src.backend import random as source
from scipy import stats

from layersmith.engine.seeding import seeded
from layersmith.families.initial import drawn_by_numpy

SHAPE = (80, 120)
NAMES = ("uniform", "normal", "truncated_normal")
INITIALIZERS = {
    "glorot_uniform": initializers.GlorotUniform,
    "glorot_normal": initializers.GlorotNormal,
    "he_normal": initializers.HeNormal,
    "he_uniform": initializers.HeUniform,
    "lecun_normal": initializers.LecunNormal,
    "random_normal": lambda seed: initializers.RandomNormal(mean=0.5, stddev=2.0, seed=seed),
    "random_uniform": lambda seed: initializers.RandomUniform(-1.0, 3.0, seed=seed),
    "truncated_normal": lambda seed: initializers.TruncatedNormal(mean=-1.0, stddev=0.5, seed=seed),
    "variance_scaling": lambda seed: initializers.VarianceScaling(
        2.0, mode="fan_out", distribution="untruncated_normal", seed=seed
    ),
}


def drawn(initializer, seed=1, shape=SHAPE):
    with drawn_by_numpy():
        return np.asarray(INITIALIZERS[initializer](seed)(shape))


def untouched():
    return {name: getattr(source, name) for name in NAMES}


ORIGINALS = untouched()


@pytest.fixture(autouse=True)
def originals_come_back():
    yield
    assert untouched() == ORIGINALS


@pytest.mark.parametrize("name", INITIALIZERS)
def test_the_distribution_is_keras_own(name):
    ours = drawn(name).ravel()
    theirs = np.asarray(INITIALIZERS[name](7)(SHAPE)).ravel()
    assert stats.ks_2samp(ours, theirs).pvalue > 1e-3
    spread = theirs.std()
    assert ours.mean() == pytest.approx(theirs.mean(), abs=5 * spread / np.sqrt(ours.size) * 1.5)
    assert ours.std() == pytest.approx(spread, rel=0.03)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("glorot_uniform", -np.sqrt(6 / 200), np.sqrt(6 / 200)),
        ("random_uniform", -1.0, 3.0),
        ("truncated_normal", -2.0, 0.0),
        ("he_normal", -2 * np.sqrt(2 / 80) / 0.87962566103423978, 2 * np.sqrt(2 / 80) / 0.87962566103423978),
    ],
)
def test_bounds(name, low, high):
    values = drawn(name)
    assert values.min() >= low - 1e-6
    assert values.max() <= high + 1e-6
    assert values.min() == pytest.approx(low, abs=0.02 * (high - low))
    assert values.max() == pytest.approx(high, abs=0.02 * (high - low))


def test_truncated_normal_has_the_variance_of_a_normal_cut_at_2():
    expected = stats.truncnorm(-2, 2).std() * 0.5
    assert drawn("truncated_normal").std() == pytest.approx(expected, rel=0.03)


def test_orthogonal_kernels_are_orthogonal():
    with drawn_by_numpy():
        kernel = np.asarray(initializers.Orthogonal(seed=3)((16, 16)))
        wide = np.asarray(initializers.Orthogonal(gain=2.0, seed=3)((8, 32)))
    np.testing.assert_allclose(kernel.T @ kernel, np.eye(16), atol=1e-5)
    np.testing.assert_allclose(wide @ wide.T, 4 * np.eye(8), atol=1e-4)


def test_recurrent_layers_build():
    with drawn_by_numpy():
        layer = keras.layers.LSTM(5)
        layer.build((None, 4, 3))
    kernel = np.asarray(layer.cell.recurrent_kernel)
    np.testing.assert_allclose(kernel @ kernel.T, np.eye(5), atol=1e-5)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_same_seed_same_weights_other_seed_other_weights(name):
    np.testing.assert_array_equal(drawn(name, 5), drawn(name, 5))
    assert not np.array_equal(drawn(name, 5), drawn(name, 6))


def test_a_seeded_build_is_reproducible():
    def build():
        with seeded(11), drawn_by_numpy():
            layer = keras.layers.Dense(4)
            layer.build((None, 3))
            return np.asarray(layer.kernel)

    np.testing.assert_array_equal(build(), build())


def test_two_layers_of_one_build_differ():
    with seeded(11), drawn_by_numpy():
        one, two = keras.layers.Dense(4), keras.layers.Dense(4)
        one.build((None, 3))
        two.build((None, 3))
    assert not np.array_equal(np.asarray(one.kernel), np.asarray(two.kernel))


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_dtype_and_shape_are_the_asked_ones(dtype):
    with drawn_by_numpy():
        value = initializers.GlorotUniform(seed=1)((2, 3, 4), dtype=dtype)
    assert (value.shape, keras.backend.standardize_dtype(value.dtype)) == ((2, 3, 4), dtype)


def test_arguments_by_name_and_by_position():
    with drawn_by_numpy():
        named = keras.random.uniform((500,), minval=2.0, maxval=3.0, seed=1)
        placed = keras.random.uniform((500,), 2.0, 3.0, seed=1)
        plain = keras.random.normal((500,), seed=1)
    np.testing.assert_array_equal(named, placed)
    assert float(named.min()) >= 2.0
    assert abs(float(plain.mean())) < 0.2


@drawn_by_numpy()
def failing():
    assert untouched() != ORIGINALS
    raise RuntimeError("inside")


def test_originals_come_back_after_an_exception():
    with pytest.raises(RuntimeError, match="inside"):
        failing()
    assert untouched() == ORIGINALS


def test_nested_blocks():
    with drawn_by_numpy():
        with drawn_by_numpy():
            assert untouched() != ORIGINALS
        assert untouched() != ORIGINALS


def test_overlapping_blocks_of_two_threads_put_the_originals_back():
    entered, leave = threading.Event(), threading.Event()

    def other():
        with drawn_by_numpy():
            entered.set()
            leave.wait(10)

    thread = threading.Thread(target=other)
    with drawn_by_numpy():
        thread.start()
        assert entered.wait(10)
    assert untouched() != ORIGINALS  # the other block has not ended
    leave.set()
    thread.join(10)
    assert untouched() == ORIGINALS


def test_traced_draws_stay_with_jax():
    generator = keras.random.SeedGenerator(3)

    def draw(key):
        return source.uniform((4,), seed=key)

    key = generator.next()
    expected = np.asarray(draw(key))
    with drawn_by_numpy():
        np.testing.assert_array_equal(jax.jit(draw)(key), expected)


def test_tensorflow_draws_as_ever():
    code = """
import keras
from keras.src.backend import random as source
from layersmith.families.initial import drawn_by_numpy
before = source.uniform, source.normal, source.truncated_normal
expected = keras.initializers.GlorotUniform(seed=1)((3, 2)).numpy()
with drawn_by_numpy():
    assert before == (source.uniform, source.normal, source.truncated_normal)
    assert (keras.initializers.GlorotUniform(seed=1)((3, 2)).numpy() == expected).all()
print(keras.backend.backend())
"""
    environment = {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3", "PATH": "", "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert done.stdout.strip() == "tensorflow", done.stderr


@pytest.mark.parametrize(
    "initializer",
    [
        initializers.Zeros(),
        initializers.Ones(),
        initializers.Constant(0.25),
        initializers.Orthogonal(gain=2.0, seed=3),
        initializers.Identity(),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_variable_that_is_not_random_is_keras_own(initializer):
    with drawn_by_numpy():
        ours = np.asarray(keras.Variable(initializer, shape=(6, 4), dtype="float32").value)
    assert ours.dtype == np.float32
    if isinstance(initializer, initializers.Orthogonal):
        np.testing.assert_allclose(ours.T @ ours, 4.0 * np.eye(4), atol=1e-5)
    else:
        np.testing.assert_array_equal(ours, np.asarray(initializer((6, 4))))


@pytest.mark.parametrize("dtype", ["int", "int32", "uint32", "float32", "bool", "float16", "bfloat16", None])
@pytest.mark.parametrize("number", [0, 3, 0.1, 1e-7, True])
def test_a_number_is_the_variable_that_keras_makes_of_it(number, dtype):
    theirs = keras.Variable(number, dtype=dtype)
    with drawn_by_numpy():
        ours = keras.Variable(number, dtype=dtype)
    assert (ours.dtype, ours.shape, ours.value.weak_type) == (theirs.dtype, theirs.shape, theirs.value.weak_type)
    assert np.asarray(ours.value) == np.asarray(theirs.value)


def built(units):
    layers = [keras.layers.Dense(units, "relu"), keras.layers.BatchNormalization(), keras.layers.Dense(3)]
    keras.Sequential([keras.Input((units + 2,)), *layers]).compile("adam", "mse")


def test_a_model_and_its_optimizer_compile_nothing(caplog):
    jax.clear_caches()
    with jax.log_compiles(), caplog.at_level("WARNING", logger="jax"), drawn_by_numpy():
        built(39)
    compiled = [record.getMessage() for record in caplog.records if "Finished XLA compilation" in record.getMessage()]
    assert not compiled
