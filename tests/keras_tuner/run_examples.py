"""Runs programs of examples/keras_tuner, made small, in one process; started by test_examples.py."""

import importlib.util
import json
import sys
import time
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples" / "keras_tuner"
SMALL = {"max_trials": 1, "epochs": 2}
OTHERS = {
    "failed_trials": {"max_trials": 2, "epochs": 1},
    "hyperband": {"max_epochs": 2, "factor": 2},
    "resume": {"max_trials": 2, "epochs": 3},
    "sklearn_models": {"max_trials": 3},
    "tuner_subclass": {"max_trials": 6, "epochs": 20},
}


def run(path, folder):
    """Run one program; return the states of its trials, its best score and its seconds."""
    specification = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(specification)
    started = time.monotonic()
    specification.loader.exec_module(module)
    tuner = module.main(str(folder), **OTHERS.get(path.stem, SMALL))
    states = [trial.status for trial in tuner.oracle.trials.values()]
    return {"states": states, "score": tuner.oracle.get_best_trials()[0].score, "seconds": time.monotonic() - started}


if __name__ == "__main__":
    folder, *names = sys.argv[1:]
    paths = [path for path in sorted(EXAMPLES.glob("*.py")) if path.stem in names or not names]
    found = {path.stem: run(path, folder) for path in paths}
    import keras

    print(json.dumps({"backend": keras.backend.backend(), "found": found}))
