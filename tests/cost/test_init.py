import subprocess
import sys


def test_importing_cost_does_not_import_keras():
    code = "import sys, layersmith.cost; print({'keras', 'jax'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
