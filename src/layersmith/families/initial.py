"""Initial weights drawn by NumPy while a candidate is built.

On the JAX backend Keras compiles one XLA program for every new weight shape (0.1 to 0.3 s each), only to draw random
numbers once. Inside `drawn_by_numpy` the same initialisers, with the same distributions, draw from NumPy.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

__all__ = ["drawn_by_numpy"]

_TRUNCATION = 2.0  # standard deviations at which Keras' truncated normal is cut
_lock = threading.Lock()
_open: list[None] = []  # one entry per block that has not ended
_originals: dict[str, Callable[..., Any]] = {}


@contextlib.contextmanager
def drawn_by_numpy() -> Iterator[None]:
    """Let random initialisers draw from NumPy inside the block; on other backends than JAX nothing changes.

    The three functions every random initialiser of Keras ends in are replaced for the length of the block, because
    Keras has no public way to say where initial weights come from. Blocks may overlap, in one thread or in several: the
    last to end puts the originals back. What another thread traces meanwhile is drawn by JAX, as ever.

    Example:
        >>> import keras
        >>> with drawn_by_numpy():
        ...     kernel = keras.initializers.GlorotUniform(seed=1)((3, 2))
        >>> tuple(kernel.shape)
        (3, 2)
    """
    import keras

    if keras.backend.backend() != "jax":
        yield
        return
    from keras.src.backend import random as source

    with _lock:
        if not _open:
            _originals.update({name: getattr(source, name) for name in _DRAWS})
            for name, draw in _DRAWS.items():
                setattr(source, name, _as_keras(draw, _originals[name]))
        _open.append(None)
    try:
        yield
    finally:
        with _lock:
            _open.pop()
            if not _open:
                for name, original in _originals.items():
                    setattr(source, name, original)


_Draw = Callable[[np.random.Generator, Sequence[int], float, float], Any]


def _uniform(rng: np.random.Generator, shape: Sequence[int], low: float, high: float) -> Any:
    return rng.uniform(low, high, shape)


def _normal(rng: np.random.Generator, shape: Sequence[int], mean: float, deviation: float) -> Any:
    return rng.normal(mean, deviation, shape)


def _truncated_normal(rng: np.random.Generator, shape: Sequence[int], mean: float, deviation: float) -> Any:
    from scipy.special import ndtri

    lowest, highest = 0.5 * (1 + np.array([-1.0, 1.0]) * 0.9544997361036416)  # Phi(-2), Phi(2)
    return mean + deviation * np.clip(ndtri(rng.uniform(lowest, highest, shape)), -_TRUNCATION, _TRUNCATION)


_DRAWS: dict[str, _Draw] = {"uniform": _uniform, "normal": _normal, "truncated_normal": _truncated_normal}


def _as_keras(draw: _Draw, original: Callable[..., Any]) -> Callable[..., Any]:
    """Return `draw` with the signature of `keras.random`'s functions; `original` draws where JAX is tracing."""

    def function(
        shape: Sequence[int],
        first: float = 0.0,
        second: float = 1.0,
        dtype: Any = None,
        seed: Any = None,
        **named: float,
    ) -> Any:
        import jax
        import keras
        from keras.src.backend.jax.random import jax_draw_seed

        first = named.get("minval", named.get("mean", first))
        second = named.get("maxval", named.get("stddev", second))
        dtype, key = dtype or keras.config.floatx(), jax_draw_seed(seed)
        if any(isinstance(value, jax.core.Tracer) for value in (key, first, second)):
            return original(shape, first, second, dtype=dtype, seed=key)
        rng = np.random.default_rng(np.asarray(key).astype(np.uint32).tolist())
        return jax.numpy.asarray(draw(rng, shape, float(first), float(second)), dtype=dtype)

    return function
