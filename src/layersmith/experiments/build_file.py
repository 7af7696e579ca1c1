"""Build functions in files: `models.py:build_model`."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from layersmith.errors import SpaceError

__all__ = ["build_function"]


def build_function(place: str) -> Callable[..., Any]:
    """Return the function that `file.py:name` names.

    Args:
        place: Path of a Python file, a colon, and the name of a function in it.

    Raises:
        SpaceError: If there is none.
    """
    path, _, name = place.rpartition(":")
    fix = "name it like models.py:build_model"
    if not Path(path).is_file():
        raise SpaceError(f"build {place!r}", expected="a Python file, a colon and a function's name", fix=fix)
    spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    if spec is None or spec.loader is None:
        raise SpaceError(f"build {place!r}", expected="a Python file that can be imported", fix=fix)
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(Path(path).resolve().parent))  # what stands beside the file may be imported by it
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.pop(0)
    function = getattr(module, name, None)
    if not callable(function):
        functions = sorted(key for key, value in vars(module).items() if callable(value) and not key.startswith("_"))
        raise SpaceError(f"{path} has no function {name!r}", expected=f"one of: {', '.join(functions)}", fix=fix)
    found: Callable[..., Any] = function
    return found
