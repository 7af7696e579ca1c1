"""What an ask costs: milliseconds of processor time, for every strategy, after 100, 300 and 1,000 trials.

    python benchmarks/ask_cost.py                    writes benchmarks/results/ask_cost.json
    python benchmarks/ask_cost.py gp tpe

Two spaces: `small` has 12 entries, a few conditions and lines without steps; `large` has 36, as a search over families
does. Each figure comes from 40 candidates asked one by one and told at once, so that what is done only now and then
(new hyperparameters) is in the mean, and in the largest.
"""

import json
import statistics
import sys
import time
from pathlib import Path

from layersmith.space import HyperParameters
from layersmith.strategies import STRATEGIES, RandomStrategy, Strategy, create_strategy
from layersmith.testing.strategies import conditional_space, outcome

MARKS = (100, 300, 1000)
ASKED = 40
LIMIT = 10.0  # milliseconds
RESULTS = Path(__file__).with_name("results") / "ask_cost.json"


def large_space() -> HyperParameters:
    """Return a space of three families with entries of their own."""
    hp = HyperParameters()
    hp.Choice("family", ["dense", "conv", "recurrent"])
    for family in ("dense", "conv", "recurrent"):
        with hp.conditional_scope("family", family), hp.name_scope(family):
            hp.Choice("style", ["plain", "residual", "funnel"])
            hp.Int("layers", 1, 6)
            hp.Int("units", 16, 512, step=2, sampling="log")
            hp.Choice("activation", ["relu", "gelu", "silu", "tanh", "selu"])
            hp.Choice("normalization", ["none", "batch", "layer"])
            hp.Float("dropout", 0.0, 0.6, step=0.05)
            hp.Choice("l2", [0.0, 1e-6, 1e-5, 1e-4, 1e-3])
            hp.Boolean("use_bias")
            hp.Choice("initializer", ["glorot", "he"], parent_name="style", parent_values=["plain", "residual"])
    hp.Choice("optimizer", ["adam", "adamw", "sgd", "rmsprop"])
    hp.Float("weight_decay", 1e-5, 1e-1, sampling="log", parent_name="optimizer", parent_values="adamw")
    hp.Float("momentum", 0.0, 0.95, step=0.05, parent_name="optimizer", parent_values="sgd")
    hp.Int("epochs", 5, 2000, sampling="log")
    hp.Float("rate", 1e-4, 5e-2, sampling="log")
    hp.Choice("schedule", ["constant", "cosine", "one_cycle", "plateau"])
    hp.Choice("batch_size", [16, 32, 64, 128, 256])
    hp.Boolean("augment")
    return hp


SPACES = {"small": conditional_space, "large": large_space}


def informed(name: str, space: HyperParameters, trials: int) -> Strategy:
    """Return a strategy that was told random trials."""
    strategy = create_strategy(name, space, seed=0, higher_is_better=False)
    strategy.tell([outcome(candidate) for candidate in RandomStrategy(space, seed=1).ask(trials)])
    strategy.ask(1)  # what is done once, imports included
    return strategy


def costs(strategy: Strategy) -> list[float]:
    """Return the milliseconds of each ask."""
    found = []
    for _ in range(ASKED):
        started = time.process_time()
        candidates = strategy.ask(1)
        found.append(1e3 * (time.process_time() - started))
        strategy.tell([outcome(candidate) for candidate in candidates])
    return found


def main() -> None:
    """Measure, print and write."""
    names = sys.argv[1:] or sorted(STRATEGIES)
    results: dict[str, dict[str, dict[str, float]]] = {}
    print(f"{'milliseconds per ask':22} {'trials':>6} {'median':>8} {'mean':>8} {'largest':>8}")
    for space, declare in SPACES.items():
        for name in names:
            for mark in MARKS:
                found = costs(informed(name, declare(), mark))
                row = {"median": statistics.median(found), "mean": statistics.mean(found), "largest": max(found)}
                row = {kind: round(value, 2) for kind, value in row.items()}
                results.setdefault(space, {})[f"{name} after {mark}"] = row
                over = "  over the limit" if row["mean"] > LIMIT else ""
                cells = " ".join(f"{value:8.2f}" for value in row.values())
                print(f"{space + ' ' + name:22} {mark:6} {cells}{over}", flush=True)
    if not sys.argv[1:]:
        RESULTS.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
