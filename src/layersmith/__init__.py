"""Layersmith finds the layer architecture for your data and proves it on rows the search never saw.

    import layersmith as ls

    result = ls.search("adult.csv.gz", target="income", budget="5m")
    result.summary()

Importing this package loads neither Keras nor JAX: each verb loads what it needs when it is called, and
`layersmith.keras_tuner`, KerasTuner's API, when it is first asked for.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from layersmith.engine.fit import fit
    from layersmith.experiments.compare import compare
    from layersmith.experiments.cross_validate import cross_validate
    from layersmith.experiments.find_learning_rate import find_learning_rate
    from layersmith.experiments.sweep import sweep
    from layersmith.facade import load, resume, search

__all__ = ["__version__", "compare", "cross_validate", "find_learning_rate", "fit", "load", "resume", "search", "sweep"]

__version__ = "0.1.0"

_MODULES = {  # of the verbs that need none of the search's tables, databases and pages
    "compare": "layersmith.experiments.compare",
    "cross_validate": "layersmith.experiments.cross_validate",
    "find_learning_rate": "layersmith.experiments.find_learning_rate",
    "fit": "layersmith.engine.fit",
    "sweep": "layersmith.experiments.sweep",
}


def __getattr__(name: str) -> Any:
    """Return a verb, imported at its first use."""
    if name in _MODULES:
        importlib.import_module("layersmith.backend").choose()  # these import Keras
        return getattr(importlib.import_module(_MODULES[name]), name)
    if name in __all__:
        return getattr(importlib.import_module("layersmith.facade"), name)
    if name in ("keras_tuner", "schedules"):
        return importlib.import_module(f"layersmith.{name}")
    raise AttributeError(f"module 'layersmith' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
