"""Does it help to weigh an improvement by what it takes? Regret over time, where trials tell their work and where not.

Two tables of trained nets with the seconds that each training took (`benchmarks/trained.py`); nothing is trained. A
search has 100 trials; its regret, 0 for the best of the table and 1 for the median, is read at shares of the time that
the one without knowledge of work took for all of them. Mean of 20 seeds with its standard error.

    python benchmarks/thrift.py         writes benchmarks/results/thrift.json
"""

import json
import math
import warnings
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits
from trained import load_seconds, load_table, tables

from layersmith.records import Training, Trial
from layersmith.strategies import create_strategy

TABLES = ("nasbench201_cifar10", "fcnet_protein")
SEEDS, TRIALS = 20, 100
SHARES = (0.1, 0.25, 0.5, 1.0)
PER_SECOND = 10**12  # multiply-accumulates
RESULTS = Path(__file__).with_name("results") / "thrift.json"


def run(table: str, told: bool, seed: int) -> list[tuple[float, float]]:
    """Return for each trial the seconds until its end, and the regret of the best one until then."""
    warnings.simplefilter("ignore")
    path = tables()[table]
    problem, seconds_of = load_table(path), load_seconds(path)
    strategy = create_strategy("gp", problem.space(), seed=seed, higher_is_better=False)
    seconds, best, found = 0.0, math.inf, []
    with threadpool_limits(1):
        for _ in range(TRIALS):
            [candidate] = strategy.ask(1)
            loss, took = problem.truth(candidate.values), seconds_of(candidate.values)
            training = Training(
                curves={"loss": (loss,)}, best_epoch=1, planned_epochs=1, seconds=took, stopped="finished"
            )
            macs = round(took * PER_SECOND) if told else 0
            trial = Trial(candidate=candidate, state="complete", score=loss, trainings=(training,), macs=macs)
            strategy.tell([trial if math.isfinite(loss) else replace(trial, state="failed")])
            seconds, best = seconds + took, min(best, loss)
            found.append((seconds, problem.regret(best)))
    return found


def regret_at(found: Sequence[tuple[float, float]], seconds: float) -> float:
    """Return the regret of a search at a time; before its first trial has ended it is that of the first."""
    reached = [regret for ended, regret in found if ended <= seconds]
    return reached[-1] if reached else found[0][1]


def main() -> None:
    """Run, print, write."""
    results: dict[str, dict[str, list[list[float]]]] = {}
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for table in TABLES:
            runs = {told: list(pool.map(partial(run, table, told), range(SEEDS))) for told in (False, True)}
            whole = float(np.median([found[-1][0] for found in runs[False]]))
            results[table] = {}
            for told, ran in runs.items():
                regrets = np.array([[regret_at(found, share * whole) for share in SHARES] for found in ran])
                mean, error = regrets.mean(axis=0), regrets.std(axis=0) / math.sqrt(SEEDS)
                name = "work known" if told else "unknown"
                results[table][name] = np.stack([mean, error]).round(4).tolist()
                shown = "  ".join(f"{m:.3f} ± {e:.3f}" for m, e in zip(mean, error, strict=True))
                print(f"{table:20} {name:12} at {', '.join(map(str, SHARES))} of the time: {shown}", flush=True)
    document = {"seeds": SEEDS, "trials": TRIALS, "shares": SHARES, "regret_and_error": results}
    RESULTS.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
