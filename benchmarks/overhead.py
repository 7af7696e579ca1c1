"""What a search costs beside training: 1,000 trials of an empty objective, each kept in `study.db`.

A tuner of `layersmith.keras_tuner` whose `run_trial` returns a number, with random search and with the default
strategy; KerasTuner's own random search beside it.
"""

import tempfile
import time
from functools import partial
from typing import Any

from measure import Figure, Report, in_process, in_turn, main, medians

TRIALS, RUNS = 1000, 3


def _space(hp: Any) -> None:
    for layer in range(3):
        hp.Int(f"units_{layer}", 8, 512)
    hp.Choice("activation", ["relu", "tanh", "gelu"])
    hp.Float("rate", 1e-4, 1e-1, sampling="log")
    hp.Float("dropout", 0.0, 0.5, step=0.05)


def search(package: str, oracle: str, trials: int) -> dict[str, float]:
    """Return the seconds of a search in this process."""
    import importlib

    kt = importlib.import_module(package)

    class Empty(kt.Tuner):  # type: ignore[misc, name-defined]
        def run_trial(self, trial: Any, *args: Any, **kwargs: Any) -> float:
            return float(sum(hash(value) % 97 for value in trial.hyperparameters.values.values()))

        def save_model(self, *args: Any) -> None: ...

    space = kt.HyperParameters()
    _space(space)
    objective = kt.Objective("loss", "min")
    with tempfile.TemporaryDirectory() as folder:
        asked = getattr(kt.oracles, oracle)(objective=objective, max_trials=trials, hyperparameters=space, seed=1)
        tuner = Empty(asked, directory=folder, project_name="empty")
        started = time.perf_counter()
        tuner.search(verbose=0)
        return {"seconds": time.perf_counter() - started}


def measure(quick: bool) -> Report:
    """Measure each contender in turn."""
    runs, trials = (1, 30) if quick else (RUNS, TRIALS)
    run = partial(in_process, __file__, "search", trials=trials)
    contenders = {
        "random": partial(run, package="layersmith.keras_tuner", oracle="RandomSearchOracle"),
        "gp": partial(run, package="layersmith.keras_tuner", oracle="BayesianOptimizationOracle"),
        "keras-tuner": partial(run, package="keras_tuner", oracle="RandomSearchOracle"),
    }
    found = {name: medians(results)["seconds"] for name, results in in_turn(contenders, runs).items()}
    figures = [
        Figure(what=f"{trials} trials, random search", value=found["random"], unit="s", wanted="at most 15 s"),
        Figure(what=f"{trials} trials, Gaussian process", value=found["gp"], unit="s"),
        Figure(what=f"{trials} trials, KerasTuner's random search", value=found["keras-tuner"], unit="s"),
    ]
    return Report(title=f"{trials} trials of an empty objective", figures=figures, details={"runs": runs})


if __name__ == "__main__":
    main(__file__, measure, {"search": search})
