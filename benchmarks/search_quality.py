"""How good is the best candidate after 50 and 100 evaluations of two public tables? Ours, KerasTuner's and Optuna's.

    python benchmarks/search_quality.py [--seeds 20] [--contenders gp,tpe,optuna_tpe,...]

Nothing is trained: an evaluation looks up the mean of the table's repetitions (`fcnet_protein`, 62,208 two-layer dense
networks; `nasbench201_cifar10`, 15,625 cells). The regret of a run is (found - best) / (median - best). KerasTuner's
Hyperband is given the whole value of each of its trials, at whatever rung: more than it would see.
"""

import argparse
import json
import math
import os
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")

import numpy as np
from problems import Problem
from threadpoolctl import threadpool_limits
from trained import load_table, tables

from layersmith.records import Trial
from layersmith.strategies import create_strategy

MARKS = (50, 100)
TABLES = ("nasbench201_cifar10", "fcnet_protein")
RESULTS = Path(__file__).with_name("results") / "search_quality.json"
Values = Mapping[str, Any]
Evaluate = Callable[[Values], float]


def ours(name: str) -> Callable[[Problem, int], Iterator[float]]:
    """Return a run of one of our strategies, which yields the loss of each evaluation."""

    def run(problem: Problem, seed: int) -> Iterator[float]:
        strategy = create_strategy(name, problem.space(), seed=seed, higher_is_better=False)
        while True:
            [candidate] = strategy.ask(1)
            loss = problem.truth(candidate.values)
            strategy.tell([Trial(candidate=candidate, score=loss)])
            yield loss

    return run


def optuna_tpe(problem: Problem, seed: int) -> Iterator[float]:
    """Optuna's TPE with its defaults, every entry a category in the order of its values."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
    grids = {entry.name: entry.grid(1000) for entry in problem.space().space}
    while True:
        trial = study.ask()
        values = {name: trial.suggest_categorical(name, list(grid)) for name, grid in grids.items()}
        loss = problem.truth(values)
        study.tell(trial, loss)
        yield loss


def keras_tuner(oracle: str, **arguments: Any) -> Callable[[Problem, int], Iterator[float]]:
    """Return a run of one of KerasTuner's oracles."""

    def run(problem: Problem, seed: int) -> Iterator[float]:
        import keras_tuner as kt

        hp = kt.HyperParameters()
        for entry in problem.space().space:
            hp.Choice(entry.name, list(entry.grid(1000)))
        objective = kt.Objective("loss", "min")
        asked = getattr(kt.oracles, oracle)(objective=objective, hyperparameters=hp, seed=seed + 1, **arguments)
        asked.verbose = 0
        with tempfile.TemporaryDirectory() as folder:
            asked._set_project_dir(folder, "table")
            while True:
                trial = asked.create_trial("tuner")
                if trial.status == "STOPPED":
                    return
                loss = problem.truth({name: trial.hyperparameters.values[name] for name in hp.values})
                asked.update_trial(trial.trial_id, {"loss": loss})
                trial.status = "COMPLETED"
                asked.end_trial(trial)
                yield loss

    return run


CONTENDERS: dict[str, Callable[[Problem, int], Iterator[float]]] = {
    "gp": ours("gp"),
    "tpe": ours("tpe"),
    "optuna_tpe": optuna_tpe,
    "keras_tuner_random": keras_tuner("RandomSearchOracle", max_trials=1000),
    "keras_tuner_hyperband": keras_tuner("HyperbandOracle", max_epochs=100, hyperband_iterations=10),
    "keras_tuner_bayesian": keras_tuner("BayesianOptimizationOracle", max_trials=1000),
}


def regrets(problem: Problem, losses: Iterator[float]) -> list[float]:
    """Return the regret at each mark; a contender that ends early keeps what it found."""
    best, found = math.inf, []
    for number in range(1, MARKS[-1] + 1):
        best = min(best, next(losses, math.inf))
        if number in MARKS:
            found.append(problem.regret(best))
    return found


def run(table: str, name: str, seed: int) -> list[float]:
    """Return the regrets of one run of a contender, on one core."""
    warnings.simplefilter("ignore")  # scikit-learn's process tells of every length scale at its bound
    with threadpool_limits(1):
        problem = load_table(tables()[table])
        return regrets(problem, CONTENDERS[name](problem, seed))


def main() -> None:
    """Run, print, write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--contenders", default=",".join(CONTENDERS))
    asked = parser.parse_args()
    results: dict[str, Any] = {"seeds": asked.seeds, "marks": MARKS, "mean_regret": {}}
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for table in TABLES:
            results["mean_regret"][table] = {}
            for name in asked.contenders.split(","):
                started = time.perf_counter()
                runs = list(pool.map(partial(run, table, name), range(asked.seeds)))
                mean, error = np.mean(runs, axis=0), np.std(runs, axis=0) / math.sqrt(len(runs))
                results["mean_regret"][table][name] = mean.round(4).tolist()
                shown = "  ".join(f"{m:.3f} ± {e:.3f}" for m, e in zip(mean, error, strict=True))
                print(f"{table:20} {name:22} {shown}   {time.perf_counter() - started:.0f} s", flush=True)
    if asked.contenders == parser.get_default("contenders"):
        RESULTS.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
