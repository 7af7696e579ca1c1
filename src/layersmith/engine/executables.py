"""Compiled programs as files: what one process has compiled, the next one loads.

A file's name is a hash of all that the program depends on: the caller's signature, the source of the engine, the
versions and settings of JAX and Keras, XLA's flags, and the processor, whose instructions it uses. What does not load
is compiled anew.
"""

import hashlib
import logging
import os
import pickle
import platform
import zlib
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from itertools import accumulate
from pathlib import Path
from typing import Any

import jax
import keras
from jax.experimental import serialize_executable

from layersmith.engine.cache import cache_folder

__all__ = ["file_for", "keep", "load"]

_LOG = logging.getLogger(__name__)
_DIGEST = 32  # bytes of SHA-256 before the rest of a file, or a broken disk would crash the process
_MOST_BYTES = 512 * 2**20
_NOT_LOADED = (  # by XLA and JAX, by pickle, by zlib
    *(RuntimeError, ValueError, TypeError),
    *(pickle.UnpicklingError, AttributeError, EOFError, ImportError, IndexError),
    zlib.error,
)
_OF_TRACING = ("engine", "graph", "schedules.py")  # whose source decides what a program is
_OF_PROCESSORS = ("model name", "flags", "Features", "CPU part", "isa", "cpu\t")  # x86, ARM, RISC-V, POWER
_OF_FILES = ("jax_compilation_cache", "jax_persistent_cache")  # JAX's settings that no program depends on


def file_for(name: str, parts: Iterable[str]) -> Path | None:
    """Return the file that a program stands in, or will; None where none is kept.

    Args:
        name: The program's name for people.
        parts: All that it depends on besides this installation and machine.
    """
    folder = cache_folder()
    if folder is None:
        return None
    told = hashlib.sha256("\n".join([str(folder), name, *parts, *_setting()]).encode()).hexdigest()
    return folder / "executables" / f"{name}_{told}"


def load(path: Path | None) -> Any | None:
    """Return the program that is kept at `path`, ready to be called; None where there is no whole one."""
    if path is None:
        return None
    try:
        data = path.read_bytes()
    except OSError:
        return None
    digest, body = data[:_DIGEST], data[_DIGEST:]
    if hashlib.sha256(body).digest() != digest:
        _LOG.info("the program in %s is damaged and is compiled anew", path)
        return None
    try:  # pickle adds nothing to what the file must be trusted with, which holds machine code
        program, arguments, results = pickle.loads(zlib.decompress(body))  # noqa: S301
        loaded = serialize_executable.deserialize_and_load(program, arguments, results, execution_devices=[_device()])
    except _NOT_LOADED as error:
        _LOG.info("the program in %s does not load and is compiled anew: %s", path, error)
        return None
    with suppress(OSError):  # where another process has just removed it, or the folder is not to be written
        os.utime(path)  # the least recently used go first
    return loaded


def keep(program: Any, path: Path) -> None:
    """Write a compiled program, and keep no more of the others than there is room for.

    A program that has no form on disk, or a folder that cannot be written, is told of in the log.
    """
    try:
        body = zlib.compress(pickle.dumps(serialize_executable.serialize(program)), 1)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}")  # another process may read meanwhile
        part.write_bytes(hashlib.sha256(body).digest() + body)
        part.replace(path)
        _make_room(path.parent)
    except (OSError, RuntimeError, ValueError, TypeError, NotImplementedError, pickle.PicklingError) as error:
        _LOG.info("a compiled program is not kept on disk: %s", error)


def _make_room(folder: Path) -> None:
    kept = sorted(((each.stat().st_mtime, each.stat().st_size, each) for each in folder.iterdir()), reverse=True)
    for total, (_, _, each) in zip(accumulate(size for _, size, _ in kept), kept, strict=True):
        if total > _MOST_BYTES:
            each.unlink(missing_ok=True)


def _device() -> Any:
    """Return the device that programs are compiled for."""
    chosen = jax.config.jax_default_device
    return jax.devices(chosen)[0] if chosen is None or isinstance(chosen, str) else chosen


def _setting() -> tuple[str, ...]:
    """Return what else a program depends on, in words."""
    device = _device()
    machine = str(device), device.device_kind, device.client.platform_version, _processor()
    of_keras = keras.backend.backend(), keras.config.floatx(), keras.config.epsilon(), keras.config.image_data_format()
    of_jax = jax.config.jax_enable_x64, jax.config.jax_default_matmul_precision, jax.config.jax_numpy_dtype_promotion
    others = {name: value for name, value in jax.config.values.items() if not name.startswith(_OF_FILES)}
    flags = os.environ.get("XLA_FLAGS", "")
    return (*_source(), *map(str, machine), repr(of_keras), repr(of_jax), repr(sorted(others.items())), flags)


@cache
def _processor() -> str:
    """Return what tells which instructions the processor has; where that is not known, the machine's name."""
    try:
        first = Path("/proc/cpuinfo").read_text().split("\n\n", 1)[0]
    except OSError:
        return f"{platform.processor()} of {platform.node()}"
    return "\n".join(line for line in first.splitlines() if line.startswith(_OF_PROCESSORS))


@cache
def _source() -> tuple[str, ...]:
    """Return a hash of the source that programs are made by, and the versions of what it is built on."""
    house, found = Path(__file__).parents[1], hashlib.sha256()
    for name in _OF_TRACING:
        for path in sorted((house / name).rglob("*.py")) if (house / name).is_dir() else [house / name]:
            found.update(path.relative_to(house).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest(), jax.__version__, version("jaxlib"), keras.__version__
