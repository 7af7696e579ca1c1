"""The models every exporter is tried on."""

import runpy
from pathlib import Path

import pytest

_MODELS = runpy.run_path(str(Path(__file__).with_name("zoo.py")))["MODELS"]
_BUILT = {}


@pytest.fixture(scope="session")
def build():
    """Give a model of the zoo by name, made once a session."""

    def give(name):
        if name not in _BUILT:
            _BUILT[name] = _MODELS[name]()
        return _BUILT[name]

    return give


@pytest.fixture(params=sorted(_MODELS))
def model(request, build):
    """Each model of the zoo in turn."""
    return build(request.param)
