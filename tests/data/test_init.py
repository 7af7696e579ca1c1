import importlib
import pkgutil
import subprocess
import sys

import pytest

from layersmith import data

MODULES = [module.name for module in pkgutil.iter_modules(data.__path__)]


def test_import_is_cheap():
    heavy = ("pandas", "PIL", "keras", "jax", "sklearn")
    code = f"import sys, layersmith.data; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_reading_needs_neither_keras_nor_jax():
    code = (
        "import sys, numpy as np; from layersmith.data import read, encode;"
        "encode(read(np.eye(8), [0, 1] * 4), np.arange(8));"
        "print([m for m in ('keras', 'jax', 'tensorflow', 'torch', 'polars') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize("name", data.__all__)
def test_names_resolve(name):
    assert getattr(data, name).__name__ == name


def test_unknown_names_are_attribute_errors():
    with pytest.raises(AttributeError, match="no attribute 'wread'"):
        _ = data.wread


@pytest.mark.parametrize("name", MODULES)
def test_modules_say_what_they_export(name):
    module = importlib.import_module(f"layersmith.data.{name}")
    assert module.__doc__
    assert module.__all__ == sorted(module.__all__)
    assert all(hasattr(module, public) for public in module.__all__)
