import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
EXAMPLES = sorted(path.stem for path in (HERE.parents[1] / "examples" / "keras_tuner").glob("*.py"))
FEW = ["conditional_layers", "hypermodel_fit", "tuner_subclass"]  # all of them on TensorFlow: slow


@pytest.mark.parametrize(
    ("backend", "names"),
    [("jax", EXAMPLES), ("tensorflow", FEW), pytest.param("tensorflow", EXAMPLES, marks=pytest.mark.slow)],
    ids=["jax", "few-tensorflow", "tensorflow"],
)
def test_the_examples_run(backend, names, tmp_path):
    quickly = "--xla_backend_optimization_level=0"  # what is trained for two epochs is not worth more
    environment = {**os.environ, "KERAS_BACKEND": backend, "XLA_FLAGS": quickly}
    command = [sys.executable, str(HERE / "run_examples.py"), str(tmp_path), *names]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["backend"] == backend
    assert list(said["found"]) == names
    for name, found in said["found"].items():
        assert math.isfinite(found["score"]), name
        assert set(found["states"]) == ({"COMPLETED", "FAILED"} if name == "failed_trials" else {"COMPLETED"}), name
