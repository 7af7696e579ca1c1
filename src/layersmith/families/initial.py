"""Initial weights drawn by NumPy while a candidate is built.

On the JAX backend Keras compiles one XLA program for every new weight shape (0.02 to 0.3 s each), only to draw random
numbers once, or to fill a bias with zeros, and others to make an optimizer's numbers arrays. Inside `drawn_by_numpy`
the same initialisers, with the same distributions, draw from NumPy, and numbers are placed as they are.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

__all__ = ["drawn_by_numpy"]

_TRUNCATION = 2.0  # standard deviations at which Keras' truncated normal is cut
_lock = threading.Lock()
_open: list[None] = []  # one entry per block that has not ended
_replaced: list[tuple[Any, str, Any]] = []  # module, name, what stood there


@contextlib.contextmanager
def drawn_by_numpy() -> Iterator[None]:
    """Let random initialisers draw from NumPy inside the block; on other backends than JAX nothing changes.

    The functions every initialiser of Keras ends in are replaced for the length of the block, because Keras has no
    public way to say where initial weights come from. Blocks may overlap, in one thread or in several: the last to end
    puts the originals back. What another thread traces meanwhile is drawn by JAX, as ever.

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
    with _lock:
        if not _open:
            for module, name, value in _replacements():
                _replaced.append((module, name, getattr(module, name)))
                setattr(module, name, value)
        _open.append(None)
    try:
        yield
    finally:
        with _lock:
            _open.pop()
            while _replaced and not _open:
                setattr(*_replaced.pop())


def _replacements() -> Iterator[tuple[Any, str, Any]]:
    """Yield module, name and what to put there."""
    from keras.src.backend import random
    from keras.src.backend.jax import core
    from keras.src.initializers import constant_initializers, random_initializers

    for name, draw in _DRAWS.items():
        yield random, name, _as_keras(draw, getattr(random, name))
    for kind, fill in _FILLS.items():
        yield getattr(constant_initializers, kind), "__call__", fill
    yield random_initializers, "ops", _NumPyOps(random_initializers.ops, _DECOMPOSITION)
    yield core, "convert_to_tensor", _as_converted(core.convert_to_tensor)


class _NumPyOps:
    """`keras.ops` as a module of initialisers sees it: some functions are NumPy's, the rest unchanged.

    Args:
        ops: The module that is stood in for.
        functions: What to use instead, by name.
    """

    def __init__(self, ops: Any, functions: Mapping[str, Callable[..., Any]]) -> None:
        self._ops, self._functions = ops, functions

    def __getattr__(self, name: str) -> Any:
        original = getattr(self._ops, name)
        return _unless_traced(self._functions[name], original) if name in self._functions else original


def _qr(x: Any) -> tuple[Any, Any]:
    q, r = np.linalg.qr(np.asarray(x))
    return q, r


def _placed(values: Any) -> Any:
    """Return a JAX array; `jax.numpy.asarray` would compile a copy for every new shape."""
    import jax

    return jax.device_put(values)


def _as_converted(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return Keras' conversion of what it makes a variable of, without a program where that is a number."""
    from keras.backend import standardize_dtype

    def converted(x: Any, dtype: Any = None, **others: Any) -> Any:
        if type(x) in (bool, int, float) and dtype is not None and standardize_dtype(dtype) in _OF_NUMBERS:
            return _placed(np.asarray(x, standardize_dtype(dtype)))
        return original(x, dtype=dtype, **others)

    return converted


def _filled(shape: Sequence[int], value: Any, dtype: Any) -> Any:
    import keras

    return _placed(np.full(shape, value, dtype or keras.config.floatx()))


_OF_NUMBERS = ("bool", "int32", "uint32", "float32")
_FILLS: Mapping[str, Callable[..., Any]] = {
    "Constant": lambda self, shape, dtype=None: _filled(shape, self.value, dtype),
    "Ones": lambda self, shape, dtype=None: _filled(shape, 1, dtype),
    "Zeros": lambda self, shape, dtype=None: _filled(shape, 0, dtype),
}
_DECOMPOSITION: Mapping[str, Callable[..., Any]] = {  # what `Orthogonal` is made of
    "qr": _qr,
    "diag": np.diag,
    "sign": np.sign,
    "transpose": np.transpose,
    "reshape": np.reshape,
}


def _unless_traced(function: Callable[..., Any], original: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        import jax

        chosen = original if any(isinstance(value, jax.core.Tracer) for value in args) else function
        return chosen(*args, **kwargs)

    return call


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
        # A number is made a key as Keras does, without the programs that JAX would compile for it.
        key = np.array([seed & 0xFFFFFFFF, 0], np.uint32) if type(seed) is int else jax_draw_seed(seed)
        dtype = dtype or keras.config.floatx()
        if any(isinstance(value, jax.core.Tracer) for value in (key, first, second)):
            return original(shape, first, second, dtype=dtype, seed=key)
        rng = np.random.default_rng(np.asarray(key).astype(np.uint32).tolist())
        return _placed(np.asarray(draw(rng, shape, float(first), float(second)), dtype))

    return function
