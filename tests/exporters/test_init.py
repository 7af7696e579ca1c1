import subprocess
import sys

import pytest

from layersmith import exporters
from layersmith.errors import UnknownNameError

# Keras 3.15 converts its variables in a way that NumPy 2 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")


def test_formats_write_files_under_their_names(build, tmp_path):
    for name, file in (("code", "model.py"), ("keras", "model.keras")):
        assert exporters.export(build("unnamed_input"), tmp_path / file, name).stat().st_size > 0
    assert sorted(exporters.FORMATS) == ["code", "keras"]


def test_unknown_formats_name_the_nearest(build, tmp_path):
    with pytest.raises(UnknownNameError, match="use 'keras'"):
        exporters.export(build("mlp"), tmp_path / "model", "kears")


def test_importing_the_package_does_not_import_keras():
    script = "import sys, layersmith.exporters; sys.exit('keras' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0


def test_exported_names_are_sorted():
    assert list(exporters.__all__) == sorted(exporters.__all__)
