"""How good is the best candidate after 20, 50 and 100 trials? Strategies on made-up problems and on trained tables.

    python benchmarks/strategies.py                    all of it, 20 seeds
    python benchmarks/strategies.py --problems made-up --strategies gp,tpe --seeds 10

The regret is that of the expected loss of the candidate that looked best: 0 for the best of the space, 1 for the
median of random candidates. Strategies were developed on other instances of the made-up problems alone; the tables are
held out. The figures go to `benchmarks/results/strategies.json`.
"""

import argparse
import json
import math
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from made_up import RECIPES
from problems import Problem, make_problem
from threadpoolctl import threadpool_limits
from trained import load_table, tables

from layersmith.records import Trial
from layersmith.strategies import create_strategy

MARKS = (20, 50, 100)
STRATEGIES = ("gp", "tpe", "cmaes", "sobol", "random")
RESULTS = Path(__file__).with_name("results") / "strategies.json"


def run(problem: Problem, name: str, seed: int) -> list[float]:
    """Return the regret at each mark."""
    strategy = create_strategy(name, problem.space(), seed=seed, higher_is_better=False)
    best, regret, found = math.inf, math.nan, []
    for number in range(1, MARKS[-1] + 1):
        [candidate] = strategy.ask(1)
        loss = problem.observe(candidate.values, 1000 * seed + number)
        strategy.tell([Trial(candidate=candidate, score=loss, state="failed" if math.isnan(loss) else "complete")])
        if loss < best:
            best, regret = loss, problem.regret(problem.truth(candidate.values))
        if number in MARKS:
            found.append(regret)
    return found


def compare(make: Callable[[int], Problem], names: list[str], seeds: int) -> dict[str, np.ndarray]:
    """Return strategy to regrets `(seeds, marks)` on one problem."""
    found: dict[str, list[list[float]]] = {name: [] for name in names}
    for seed in range(seeds):
        problem = make(seed)
        for name in names:
            found[name].append(run(problem, name, seed))
    return {name: np.array(regrets) for name, regrets in found.items()}


def ranks(regrets: dict[str, np.ndarray]) -> dict[str, list[float]]:
    """Return strategy to mean rank at each mark, 1 for the best; ties share."""
    stacked = np.nan_to_num(np.stack(list(regrets.values())), nan=np.inf)  # (strategies, seeds, marks)
    better = (stacked[None] < stacked[:, None]).sum(axis=1)
    equal = (stacked[None] == stacked[:, None]).sum(axis=1)
    mean = (better + (equal + 1) / 2).mean(axis=1)
    return {name: mean[place].round(2).tolist() for place, name in enumerate(regrets)}


def report(group: str, found: dict[str, dict[str, np.ndarray]]) -> dict[str, object]:
    """Print one group of problems and return its figures."""
    summary: dict[str, object] = {}
    for problem, regrets in found.items():
        medians = {name: np.nanmedian(values, axis=0).round(4).tolist() for name, values in regrets.items()}
        summary[problem] = {"median_regret": medians, "mean_rank": ranks(regrets)}
    names = list(next(iter(found.values())))
    print(f"\n{group}: median regret (mean rank) after {', '.join(map(str, MARKS))} trials")
    for problem, regrets in found.items():
        medians, placed = summary[problem]["median_regret"], summary[problem]["mean_rank"]  # type: ignore[index]
        for name in regrets:
            cells = (f"{m:7.4f} ({r:4.2f})" for m, r in zip(medians[name], placed[name], strict=True))
            print(f"  {problem:20} {name:8} {'  '.join(cells)}")
    overall = {
        name: [
            round(statistics.mean(values), 4)
            for values in zip(*(summary[problem]["mean_rank"][name] for problem in found), strict=True)  # type: ignore[index]
        ]
        for name in names
    }
    pooled = {
        name: np.nanmedian(np.concatenate([regrets[name] for regrets in found.values()]), axis=0).round(4).tolist()
        for name in names
    }
    for name in names:
        cells = (f"{m:7.4f} ({r:4.2f})" for m, r in zip(pooled[name], overall[name], strict=True))
        print(f"  {'ALL':20} {name:8} {'  '.join(cells)}", flush=True)
    return {"problems": summary, "median_regret": pooled, "mean_rank": overall}


def _table(problem: Problem, seed: int) -> Problem:
    del seed  # a table has one instance
    return problem


def main() -> None:
    """Run, print, write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--problems", default="made-up,trained")
    parser.add_argument("--strategies", default=",".join(STRATEGIES))
    parser.add_argument("--seeds", type=int, default=20)
    asked = parser.parse_args()
    names, started = asked.strategies.split(","), time.perf_counter()
    makers: dict[str, dict[str, Callable[[int], Problem]]] = {
        "made-up": {name: partial(make_problem, name) for name in RECIPES},
        "trained": {name: partial(_table, load_table(path)) for name, path in tables().items()},
    }
    results: dict[str, object] = {"seeds": asked.seeds, "marks": MARKS}
    with threadpool_limits(1):
        for group in asked.problems.split(","):
            found = {problem: compare(make, names, asked.seeds) for problem, make in makers[group].items()}
            results[group] = report(group, found)
    print(f"{time.perf_counter() - started:.0f} s")
    if asked.problems == parser.get_default("problems") and asked.strategies == parser.get_default("strategies"):
        RESULTS.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
