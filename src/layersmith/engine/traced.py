"""Functions whose trace is kept on disk: the next process neither traces nor lowers them again.

Compiling is what JAX's own cache saves (`layersmith.engine.cache`); for a small model, tracing its training and
lowering that to StableHLO takes longer than the training. So the StableHLO is kept too, in the form of `jax.export`,
under a hash of all that tracing depends on: the program's signature, the shapes, the source of the engine, the
versions and settings of JAX and Keras. What is found there is compiled by JAX, which knows this machine.
"""

import hashlib
import logging
import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, partial
from importlib.metadata import version
from itertools import accumulate
from pathlib import Path
from typing import Any

import jax
import keras
from jax import export

from layersmith.engine.cache import cache_folder

__all__ = ["TracedFunction"]

_LOG = logging.getLogger(__name__)
_COMPILERS = ThreadPoolExecutor(2, "layersmith-compiler")  # of a training and its evaluation
_DIGEST = 32  # bytes of SHA-256 before the rest of a file, or a broken disk would crash the process
_MOST_BYTES = 128 * 2**20
_OF_TRACING = ("engine", "graph", "schedules.py")  # whose source decides what a trace is


class TracedFunction:
    """A function of arrays, compiled for each set of shapes, with its traces on disk.

    Args:
        function: A pure function of pytrees, with keyword arguments that are static.
        signature: All that `function` depends on besides its arguments; None where that cannot be said. No trace is
            kept then, nor where an address stands in it, which says nothing to another process.
        options: Options of XLA's compiler.

    Example:
        >>> double = TracedFunction(lambda x, *, times: times * x, signature=None)
        >>> float(double(jax.numpy.float32(3), times=2))
        6.0
    """

    def __init__(
        self, function: Callable[..., Any], *, signature: str | None, options: Mapping[str, Any] | None = None
    ) -> None:
        self._function = function
        self._signature = None if signature is None or " at 0x" in signature else signature
        self._jit = partial(jax.jit, compiler_options=dict(options or {}))
        self._jits: dict[Any, Any] = {}
        self._begun: dict[Any, Future[Any]] = {}
        self._compiled: dict[Any, Any] = {}

    def __len__(self) -> int:
        """Return how many programs are compiled, one for each set of shapes and static arguments."""
        return len(self._compiled)

    def __call__(self, *args: Any, **statics: Any) -> Any:
        """Run the function, which compiles it the first time."""
        key = _key(args, statics)
        found = self._compiled.get(key)
        if found is None:
            begun = self._begun.pop(key, None)
            found = self._lowered(key, args, statics).compile() if begun is None else begun.result()
            self._compiled[key] = found
        return found(*args)

    def begin(self, *args: Any, **statics: Any) -> None:
        """Compile the function in another thread, for a call that follows; what fails there fails in that call."""
        key = _key(args, statics)
        if key not in self._compiled and key not in self._begun:
            self._begun[key] = _COMPILERS.submit(self._lowered(key, args, statics).compile)

    def trace(self, *args: Any, **statics: Any) -> Any:
        """Return the function's jaxpr without running it; where a trace is kept, a single call of that stands there."""
        return self._jitted(_key(args, statics), args, statics).trace(*args).jaxpr

    def shapes(self, *args: Any, **statics: Any) -> Any:
        """Return what the function would return, as shapes."""
        return jax.eval_shape(partial(self._function, **statics), *args)

    def forget(self) -> None:
        """Let go of what was compiled; a later call compiles again."""
        for jitted in self._jits.values():
            jitted.clear_cache()
        for made in (self._jits, self._begun, self._compiled):
            made.clear()

    def _lowered(self, key: Any, args: Any, statics: Mapping[str, Any]) -> Any:
        """Return the function ready to compile; `jit` would do it twice, because what a trace returns is committed."""
        return self._jitted(key, args, statics).lower(*args)

    def _jitted(self, key: Any, args: Any, statics: Mapping[str, Any]) -> Any:
        found = self._jits.get(key)
        if found is None:
            found = self._jits[key] = self._jit(self._known(args, key, statics))
        return found

    def _known(self, args: Any, key: Any, statics: Mapping[str, Any]) -> Callable[..., Any]:
        """Return the function with its static arguments, as its trace where one is kept."""
        function, folder = partial(self._function, **statics), cache_folder()
        if self._signature is None or folder is None:
            return function
        path = folder / "traces" / _hash([self._signature, self._function.__name__, *map(str, key), *_setting()])
        kept = _read(path)
        if kept is not None:
            return _called(kept, self._function.__name__)
        traced = jax.jit(function)
        traced.trace(*args)  # what fails here is a fault of the model's, and not of exporting
        try:
            exported = export.export(traced)(*args)
            _write(path, bytes(exported.serialize()))
        except (ValueError, OSError) as error:
            _LOG.info("the trace of a program is not kept on disk: %s", error)
            return function
        return _called(exported, self._function.__name__)


def _called(kept: export.Exported, name: str) -> Callable[..., Any]:
    """Return a function that calls a trace, with a name for profiles and for JAX's cache."""

    def call(*args: Any) -> Any:
        return kept.call(*args)

    call.__name__ = name
    return call


def _key(args: Any, statics: Mapping[str, Any]) -> Any:
    """Return what tells calls apart that need programs of their own."""
    leaves, structure = jax.tree.flatten(args)
    return structure, tuple(map(_kind, leaves)), tuple(statics.items())


def _kind(leaf: Any) -> tuple[Any, Any]:
    """Return shape and data type of an array or a number."""
    return getattr(leaf, "shape", ()), getattr(leaf, "dtype", type(leaf))


def _hash(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _setting() -> tuple[str, ...]:
    """Return what else a trace depends on, in words."""
    device = jax.devices()[0]
    of_keras = keras.backend.backend(), keras.config.floatx(), keras.config.epsilon(), keras.config.image_data_format()
    of_jax = jax.config.jax_enable_x64, jax.config.jax_default_matmul_precision, jax.config.jax_numpy_dtype_promotion
    return (*_source(), device.platform, device.device_kind, repr(of_keras), repr(of_jax))


@cache
def _source() -> tuple[str, ...]:
    """Return a hash of the source that traces are made by, and the versions of what it is built on."""
    house, found = Path(__file__).parents[1], hashlib.sha256()
    for name in _OF_TRACING:
        for path in sorted((house / name).rglob("*.py")) if (house / name).is_dir() else [house / name]:
            found.update(path.relative_to(house).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest(), jax.__version__, version("jaxlib"), keras.__version__


def _read(path: Path) -> export.Exported | None:
    """Return the trace that is kept at `path`, None where there is no whole one."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    digest, body = data[:_DIGEST], data[_DIGEST:]
    if hashlib.sha256(body).digest() != digest:
        _LOG.info("the trace in %s is damaged and is made anew", path)
        return None
    os.utime(path)  # the least recently used go first
    return export.deserialize(bytearray(body))


def _write(path: Path, body: bytes) -> None:
    """Keep a trace, and no more of the others than there is room for; half a file is found out by its hash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(hashlib.sha256(body).digest() + body)
    kept = sorted(((each.stat().st_mtime, each.stat().st_size, each) for each in path.parent.iterdir()), reverse=True)
    for total, (_, _, each) in zip(accumulate(size for _, size, _ in kept), kept, strict=True):
        if total > _MOST_BYTES:
            each.unlink(missing_ok=True)
