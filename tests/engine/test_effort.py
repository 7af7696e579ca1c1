"""The compiler's options: quick for little work, and what they must not change."""

import jax
import keras
import numpy as np
import pytest

import layersmith as ls
from layersmith.engine.effort import compiler_options
from layersmith.graph import view

pytestmark = pytest.mark.skipif(jax.default_backend() != "cpu", reason="the options are those of the compiler for CPUs")


def network(*layers):
    model = keras.Sequential([keras.Input((8, 8, 1)), *layers, keras.layers.Flatten(), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def test_little_work_is_compiled_quickly():
    graph = view(network())
    assert compiler_options(graph, 0.01)["xla_cpu_use_fusion_emitters"] is False
    assert compiler_options(graph, 60.0)["xla_cpu_use_fusion_emitters"] is True


def test_convolutions_always_are():
    assert compiler_options(view(network(keras.layers.Conv2D(2, 3))), 60.0)["xla_cpu_use_fusion_emitters"] is False


def test_a_quickly_compiled_program_trains_as_keras_does():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(64, 8, 8, 1)).astype("float32"), rng.normal(size=(64, 1)).astype("float32")
    model, curves = network(keras.layers.Conv2D(2, 3)), []
    start = model.get_weights()
    for engine in ("compiled", "native"):
        model.set_weights(start)
        fitted = ls.fit(model, x, y, epochs=3, batch_size=16, shuffle=False, verbose=0, engine=engine)
        curves.append(fitted.history["loss"])
    np.testing.assert_allclose(*curves, rtol=1e-4)
