"""A model -> a file, one format per file of this package.

Each format is a function `(model, path) -> path`; `export` picks one by name. Importing this package does not import
Keras.

Example:
    >>> sorted(FORMATS)
    ['code', 'keras']
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from layersmith.errors import lookup
from layersmith.exporters import code, keras_file
from layersmith.exporters.code import to_source

__all__ = ["FORMATS", "export", "to_source"]

FORMATS: Mapping[str, Callable[[Any, str | Path], Path]] = {"code": code.save, "keras": keras_file.save}


def export(model: Any, path: str | Path, format_name: str) -> Path:
    """Write `model` to `path` in a named format and return the path.

    Args:
        model: A `keras.Model`.
        path: The file to write; an old one is replaced only once the new one is whole.
        format_name: A key of `FORMATS`.

    Raises:
        UnknownNameError: If there is no such format.
        GraphError: If the model cannot be written in it.
    """
    return lookup(FORMATS, format_name, "export format")(model, path)
