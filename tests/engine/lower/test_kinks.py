import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from layersmith.engine.lower.kinks import leaky_relu, magnitude, selu

_FUNCTIONS = {"magnitude": magnitude, "leaky_relu": lambda x: leaky_relu(x, 0.3), "selu": selu}
_AT_ZERO = {
    "magnitude": {"jax": 1.0, "tensorflow": 0.0, "torch": 0.0},
    "leaky_relu": {"jax": 1.0, "tensorflow": 0.3, "torch": 0.3},
    "selu": {"jax": 1.758099, "tensorflow": 1.050701, "torch": 1.758099},
}


@pytest.mark.parametrize("backend", ["jax", "tensorflow", "torch"])
@pytest.mark.parametrize("name", _FUNCTIONS)
def test_only_the_slope_at_zero_is_the_backends(name, backend, monkeypatch):
    points = jnp.array([-2.0, -0.3, 0.0, 0.2, 3.0])
    slopes = jax.grad(lambda x: _FUNCTIONS[name](x).sum())
    expected, at_points = _FUNCTIONS[name](points), np.array(slopes(points))
    at_points[2] = _AT_ZERO[name][backend]
    monkeypatch.setattr(keras.backend, "backend", lambda: backend)
    np.testing.assert_allclose(_FUNCTIONS[name](points), expected, rtol=1e-6)
    np.testing.assert_allclose(slopes(points), at_points, rtol=1e-6)
