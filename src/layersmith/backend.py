"""Which backend Keras runs on, decided before Keras is imported and never changed afterwards.

What the process has already imported wins (Keras itself, then TensorFlow); then `KERAS_BACKEND`; then `keras.json`, if
the backend it names is installed; else JAX. Keras writes `keras.json` by itself on its first import, naming TensorFlow:
a file that is exactly what Keras writes is nobody's choice and decides nothing.
"""

import contextlib
import importlib
import importlib.util
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

__all__ = ["choose", "start"]

_BACKENDS = ("jax", "numpy", "openvino", "tensorflow", "torch")
_WRITTEN_BY_KERAS = {
    "floatx": "float32",
    "epsilon": 1e-07,
    "backend": "tensorflow",
    "image_data_format": "channels_last",
    "nnx_enabled": False,
}


def choose() -> str:
    """Return the backend's name, and set `KERAS_BACKEND` where Keras is yet to be imported.

    Example:
        >>> choose() in ("jax", "tensorflow", "torch", "numpy", "openvino")
        True
    """
    if "keras" in sys.modules:
        return str(sys.modules["keras"].backend.backend())
    name = _imported() or os.environ.get("KERAS_BACKEND") or _configured() or "jax"
    os.environ["KERAS_BACKEND"] = name
    return name


def start() -> str:
    """Import Keras on the chosen backend, and return the backend's name.

    Keras imports TensorFlow, where it is installed, whatever its backend. TensorFlow's native start-up log goes
    straight to file descriptor 2 and obeys no setting, so that descriptor is closed for the length of the
    first import; what Python raises is raised.

    Example:
        >>> start() == choose()
        True
    """
    name = choose()
    if "keras" in sys.modules and ("tensorflow" in sys.modules or not importlib.util.find_spec("tensorflow")):
        return name
    with _no_native_log():
        importlib.import_module("keras")
        if importlib.util.find_spec("tensorflow"):
            importlib.import_module("tensorflow")
    return name


@contextlib.contextmanager
def _no_native_log() -> Iterator[None]:
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _imported() -> str:
    return "tensorflow" if "tensorflow" in sys.modules else ""


def _configured() -> str:
    path = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras")) / "keras.json"
    if not path.is_file():
        return ""
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError):
        return ""  # Keras ignores a file it cannot read, so it cannot decide here either
    if not isinstance(settings, dict) or {"nnx_enabled": False, **settings} == _WRITTEN_BY_KERAS:
        return ""
    name = settings.get("backend")
    return name if name in _BACKENDS and importlib.util.find_spec(name) else ""
