"""Functions whose compiled programs are kept on disk: the next process neither traces, lowers nor compiles them.

For a small model each of the three takes longer than the training. A program is found by the function's signature and
shapes alone, so what stands on disk is loaded without a look at the model's layers (`layersmith.engine.executables`
says under which name, and how it is read). JAX's own cache, which tracing and lowering come before, takes no part: it
is the whole process's, and costs a tenth of compiling a small model.
"""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import jax

from layersmith.engine.executables import file_for, keep, load

__all__ = ["KeptFunction", "finish_writing"]

_COMPILERS = ThreadPoolExecutor(2, "layersmith-compiler")  # of a training and its evaluation
_WRITER = ThreadPoolExecutor(1, "layersmith-writer")
_HIT = "/jax/compilation_cache/cache_hits"
_HEARD = threading.local()


class KeptFunction:
    """A function of arrays, compiled for each set of shapes, with its programs on disk.

    Args:
        function: A pure function of pytrees, with keyword arguments that are static.
        signature: All that `function` depends on besides its arguments; None where that cannot be said, and the same
            where an address stands in it, which says nothing to another process. It is traced and lowered first then,
            and its program found by what it was lowered to; one that calls back to Python is not kept.
        options: Options of XLA's compiler.

    Example:
        >>> double = KeptFunction(lambda x, *, times: times * x, signature=None)
        >>> float(double(jax.numpy.float32(3), times=2))
        6.0
    """

    def __init__(
        self, function: Callable[..., Any], *, signature: str | None, options: Mapping[str, Any] | None = None
    ) -> None:
        self._function = function
        self._options = dict(options or {})
        self._signature = None if signature is None or " at 0x" in signature else signature
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
            begun = self._begun.pop(key, None) or self._ready(key, args, statics)
            found = self._compiled[key] = begun.result()
        return found(*args)

    def begin(self, *args: Any, **statics: Any) -> None:
        """Compile the function in another thread, for a call that follows; what fails there fails in that call.

        What fails while it is traced fails here.
        """
        key = _key(args, statics)
        if key not in self._compiled and key not in self._begun:
            self._begun[key] = self._ready(key, args, statics)

    def trace(self, *args: Any, **statics: Any) -> Any:
        """Return the function's jaxpr without running it."""
        return self._jitted(statics, None).trace(*args).jaxpr

    def shapes(self, *args: Any, **statics: Any) -> Any:
        """Return what the function would return, as shapes."""
        return jax.eval_shape(partial(self._function, **statics), *args)

    def forget(self) -> None:
        """Let go of what was compiled; a later call loads it, or compiles again."""
        self._begun.clear()
        self._compiled.clear()

    def _ready(self, key: Any, args: Any, statics: Mapping[str, Any]) -> Future[Any]:
        """Return the program to come: from disk, else traced here, and compiled in another thread."""
        name, options = self._function.__name__, repr(self._options)
        if self._signature is not None:
            path = file_for(name, [self._signature, options, *map(str, key)])
            if path is not None and path.exists():
                return _COMPILERS.submit(self._loaded, path, args, statics)
            return _COMPILERS.submit(_compile, self._jitted(statics, path).lower(*args), path)
        lowered = self._jitted(statics, None).lower(*args)
        text = lowered.as_text()
        path = None if "callback" in text else file_for(name, [text, options])
        return _COMPILERS.submit(lambda: load(path) or _compile(lowered, path))

    def _loaded(self, path: Path, args: Any, statics: Mapping[str, Any]) -> Any:
        return load(path) or _compile(self._jitted(statics, path).lower(*args), path)

    def _jitted(self, statics: Mapping[str, Any], path: Path | None) -> Any:
        """Return the function as JAX compiles it, named as the file it is kept in.

        So a cache that the user has given to JAX, which knows programs by their names too, has it only where the file
        has been there and is gone (`_compile` tells why that matters).
        """
        function = partial(self._function, **statics)

        def named(*args: Any) -> Any:
            return function(*args)

        named.__name__ = self._function.__name__ if path is None else path.name
        return jax.jit(named, compiler_options=self._options)


def finish_writing() -> None:
    """Wait until all that is to be kept stands on disk, which the end of a process waits for by itself."""
    _WRITER.submit(int).result()


def _compile(lowered: Any, path: Path | None) -> Any:
    """Return a compiled program, which another thread writes down while it runs.

    A program that JAX has read from its own cache cannot be written: XLA leaves out what it was linked with.
    """
    _HEARD.hit = False
    program = lowered.compile()
    if path is not None and not _HEARD.hit:
        _WRITER.submit(keep, program, path)
    return program


def _hear(event: str, **_: Any) -> None:
    if event == _HIT:
        _HEARD.hit = True


jax.monitoring.register_event_listener(_hear)


def _key(args: Any, statics: Mapping[str, Any]) -> Any:
    """Return what tells calls apart that need programs of their own."""
    leaves, structure = jax.tree.flatten(args)
    return structure, tuple(map(_kind, leaves)), tuple(statics.items())


def _kind(leaf: Any) -> tuple[Any, Any]:
    """Return shape and data type of an array or a number."""
    return getattr(leaf, "shape", ()), getattr(leaf, "dtype", type(leaf))
