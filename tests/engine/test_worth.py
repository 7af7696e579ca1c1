"""When a model is better trained natively, and that the default engine then does so and says why."""

import logging
import os
import subprocess
import sys

import keras
import pytest

from layersmith.engine import worth
from layersmith.engine.unsupported import NotWorthwhile
from layersmith.engine.worth import require_worth, window_values
from layersmith.graph import view


def convolutions(size, *filters):
    layers = [keras.layers.Conv2D(number, 3, padding="same") for number in filters]
    return keras.Sequential([keras.Input((size, size, 3)), *layers])


def test_window_values_of_strided_separable_and_transposed_convolutions():
    model = keras.Sequential(
        [
            keras.Input((8, 8, 2)),
            keras.layers.Conv2D(4, 3, strides=2, padding="same"),  # 16 positions of 9 taps of 2 channels
            keras.layers.SeparableConv2D(5, 3),  # 4 of 9 of 4
            keras.layers.Conv2DTranspose(3, 2, strides=2),  # 4, before it, of 4 of 5
            keras.layers.Flatten(),
            keras.layers.Dense(2),
        ]
    )
    assert window_values(view(model)) == 16 * 9 * 2 + 4 * 9 * 4 + 4 * 4 * 5
    assert window_values(view(model), "Separable", "Depthwise") == 4 * 9 * 4


def test_keras_on_jax_always_compiles():
    if keras.backend.backend() != "jax":
        pytest.skip("of Keras on JAX")
    require_worth(convolutions(64, 128, 128), 512, shared=False)


@pytest.fixture
def on_tensorflow(monkeypatch):
    monkeypatch.setattr(worth.keras.backend, "backend", lambda: "tensorflow")
    monkeypatch.setattr(worth, "_has_accelerator", lambda backend: False)


@pytest.mark.usefixtures("on_tensorflow")
def test_few_windows_compile_and_many_do_not():
    require_worth(convolutions(8, 8), 32, shared=False)
    with pytest.raises(NotWorthwhile, match="windows"):
        require_worth(convolutions(32, 32, 32), 32, shared=False)


@pytest.mark.usefixtures("on_tensorflow")
def test_separable_convolutions_are_slow_on_tensorflow_too():
    layers = [keras.layers.Conv2D(32, 3, strides=2), *(keras.layers.SeparableConv2D(64, 3) for _ in range(2))]
    model = keras.Sequential([keras.Input((32, 32, 3)), *layers])
    require_worth(model, 32, shared=False)  # measured: 4.2 ms a batch compiled, 7.0 ms by TensorFlow
    with pytest.raises(NotWorthwhile, match="windows"):
        require_worth(keras.Sequential([keras.Input((32, 32, 96)), keras.layers.DepthwiseConv2D(3)]), 32, shared=False)


@pytest.mark.usefixtures("on_tensorflow")
def test_a_search_asks_for_more():
    model = convolutions(32, 32, 32)
    require_worth(model, 32, shared=True)


def test_an_accelerator_of_the_backend_alone_is_used(monkeypatch):
    monkeypatch.setattr(worth.keras.backend, "backend", lambda: "torch")
    monkeypatch.setattr(worth.jax, "default_backend", lambda: "cpu")
    monkeypatch.setattr(worth, "_has_accelerator", lambda backend: True)
    with pytest.raises(NotWorthwhile, match="torch has an accelerator"):
        require_worth(convolutions(4, 1), 32, shared=True)


PROGRAM = """
import logging
logging.basicConfig(level=logging.INFO)
import keras, numpy as np
import layersmith as ls
model = keras.Sequential([keras.Input((24, 24, 3)), keras.layers.DepthwiseConv2D(5, depth_multiplier=32),
                          keras.layers.Conv2D(4, 3), keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(1)])
model.compile("sgd", "mse")
ls.fit(model, np.ones((32, 24, 24, 3), "float32"), np.ones((32, 1)), epochs=1, verbose=0)
ls.fit(model, np.ones((32, 24, 24, 3), "float32"), np.ones((32, 1)), epochs=1, verbose=0, engine="compiled")
"""


def test_fit_on_tensorflow_trains_natively_and_says_so():
    environment = os.environ | {"KERAS_BACKEND": "tensorflow"}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = [line for line in done.stderr.splitlines() if "training natively" in line]
    assert len(said) == 1
    assert "compiling would train slower" in said[0]
    assert logging.getLogger("layersmith.engine.fit").name in said[0]
