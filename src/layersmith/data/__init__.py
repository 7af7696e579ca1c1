"""Everything that comes in: sources are read, told what they are, and encoded as arrays.

`read` opens a source and infers the problem; nothing is fitted yet, so rows can be held out first. `encode` then fits
on the rows the search may use and transforms all of them. `Preprocess` does the same to new rows later.
"""

from typing import TYPE_CHECKING, Any

from layersmith.data.spec import DataSpec, Kind, Task

if TYPE_CHECKING:
    from layersmith.data.dataset import Dataset, encode
    from layersmith.data.options import ReadOptions
    from layersmith.data.preprocess import Preprocess
    from layersmith.data.problem import Problem
    from layersmith.data.reader import read

__all__ = ["DataSpec", "Dataset", "Kind", "Preprocess", "Problem", "ReadOptions", "Task", "encode", "read"]

_MODULES = {
    "Dataset": "dataset",
    "Preprocess": "preprocess",
    "Problem": "problem",
    "ReadOptions": "options",
    "encode": "dataset",
    "read": "reader",
}


def __getattr__(name: str) -> Any:
    """Import pandas and Pillow at first use only."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value
