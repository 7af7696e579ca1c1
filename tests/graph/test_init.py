import subprocess
import sys

from layersmith import graph


def test_importing_the_package_does_not_import_keras():
    script = "import sys, layersmith.graph; sys.exit('keras' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0


def test_exported_names_are_sorted_and_there():
    assert list(graph.__all__) == sorted(graph.__all__)
    assert all(hasattr(graph, name) for name in graph.__all__)
