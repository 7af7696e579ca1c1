"""Tables of trained results as problems: what a training showed is looked up, so that strategies run without training.

    breast_cancer, diabetes, digits, wine   small perceptrons, `benchmarks/make_tables.py`
    fcnet_protein                           two-layer dense nets (Klein and Hutter, 2019, arXiv:1905.04970)
    nasbench201_cifar10                     cells of six operations (Dong and Yang, 2020, arXiv:2001.00326)

The last two lie in the folder `shared/data` beside the checkout; where it is missing they are left out. One repetition
is what a trial shows; the mean over repetitions is the truth.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from make_tables import declare
from problems import Problem

from layersmith.space import HyperParameters, fingerprint
from layersmith.space.conditions import resolve

__all__ = ["load_seconds", "load_table", "tables"]

_OWN = Path(__file__).with_name("tables")
_PUBLIC = Path(__file__).resolve().parents[2] / "shared" / "data"
_HIGHER = {"val_acc"}


def tables() -> dict[str, Path]:
    """Return the tables that are there, by name."""
    public = (_PUBLIC / f"{name}.npz" for name in ("fcnet_protein", "nasbench201_cifar10"))
    return {path.stem: path for path in (*sorted(_OWN.glob("*.npz")), *public) if path.is_file()}


@cache
def load_table(path: Path) -> Problem:
    """Return a table as a problem, losses small for good candidates."""
    with np.load(path) as kept:
        metric = next(name for name in ("loss", "val_loss", "val_acc") if name in kept)
        losses = kept[metric] * (-1.0 if metric in _HIGHER else 1.0)
    with np.errstate(invalid="ignore"):
        mean = np.where(np.isnan(losses).all(axis=1), np.inf, _mean(losses))
    config, rows = _rows(path)

    def observe(values: Mapping[str, Any], seed: int) -> float:
        repeats = losses[rows[fingerprint(values)]]
        return float(repeats[np.random.default_rng(seed).integers(len(repeats))])

    return Problem(
        name=path.stem,
        space=lambda: _space(config),
        observe=observe,
        truth=lambda values: float(mean[rows[fingerprint(values)]]),
        best=float(mean.min()),
        typical=float(np.median(mean[np.isfinite(mean)])),
    )


@cache
def load_seconds(path: Path) -> Callable[[Mapping[str, Any]], float]:
    """Return what tells the seconds that training a candidate took, the mean over repetitions."""
    with np.load(path) as kept:
        seconds = _mean(kept["train_time"])
    _, rows = _rows(path)
    return lambda values: float(seconds[rows[fingerprint(values)]])


@cache
def _rows(path: Path) -> tuple[dict[str, Any] | None, dict[str, int]]:
    """Return the space of a table as it is kept, and the row of each candidate."""
    with np.load(path) as kept:
        config = json.loads(str(kept["space"])) if "space" in kept else None
        choice = kept["choice"].tolist()
    space = _space(config)
    return config, {fingerprint(_values(space, places)): row for row, places in enumerate(choice)}


def _mean(losses: np.ndarray) -> np.ndarray:
    present = ~np.isnan(losses)
    means: np.ndarray = np.where(present, losses, 0.0).sum(axis=1) / np.maximum(present.sum(axis=1), 1)
    return means


def _space(config: dict[str, Any] | None) -> HyperParameters:
    if config is None:
        return declare()
    space = HyperParameters()
    for name, values in config.items():
        space.Choice(name, values)
    return space


def _values(space: HyperParameters, places: list[int]) -> dict[str, Any]:
    place = dict(zip(space.space, places, strict=True))
    return resolve(space.space, lambda entry: entry.value_at(place[entry]))
