"""Problems to judge strategies by: a space whose every candidate has a known expected loss."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from made_up import RECIPES, Loss, Values

from layersmith.space import Entry, HyperParameters, sample
from layersmith.space.conditions import resolve

__all__ = ["Problem", "make_problem"]

_SAMPLE = 1000
_CLIMBS = 8
_GRID = 60  # values tried per entry when climbing


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A space whose every candidate has a known expected loss.

    Attributes:
        name: What it is called.
        space: Makes the space.
        observe: The loss a training would show, with its noise; NaN where it fails. The seed is that of the training.
        truth: The expected loss.
        best: The smallest expected loss.
        typical: The median expected loss of random candidates.
    """

    name: str
    space: Callable[[], HyperParameters]
    observe: Callable[[Values, int], float]
    truth: Loss
    best: float
    typical: float

    def regret(self, loss: float) -> float:
        """Return 0 for the loss of the best candidate, 1 for that of a typical one."""
        return (loss - self.best) / (self.typical - self.best)


def make_problem(name: str, instance: int) -> Problem:
    """Return one instance of a problem.

    Args:
        name: One of `RECIPES`.
        instance: Seed of its coefficients.
    """
    recipe = RECIPES[name]
    loss = recipe.make(np.random.default_rng([sorted(RECIPES).index(name), instance]))

    def truth(values: Values) -> float:
        return math.inf if recipe.limit(values) else loss(values)

    def observe(values: Values, seed: int) -> float:
        if recipe.limit(values):
            return math.nan
        noise = np.random.default_rng([instance, seed]).standard_normal()
        return loss(values) + recipe.noise * noise * (1 + loss(values))

    space, rng = recipe.space(), np.random.default_rng([99, instance])
    drawn = sorted((truth(values), place, values) for place, values in enumerate(_draw(space, rng)))
    found = [_climb(space, truth, values) for _, _, values in drawn[:_CLIMBS]]
    return Problem(
        name=name,
        space=recipe.space,
        observe=observe,
        truth=truth,
        best=min(found),
        typical=drawn[sum(math.isfinite(value) for value, _, _ in drawn) // 2][0],
    )


def _draw(space: HyperParameters, rng: np.random.Generator) -> list[dict[str, Any]]:
    return [sample(space, rng) for _ in range(_SAMPLE)]


def _climb(space: HyperParameters, truth: Loss, values: Values) -> float:
    """Return the loss where no change of one entry helps."""
    best, before = truth(values), math.inf
    while best < before:
        before = best
        for entry in space.space:
            if entry.contains(values.get(entry.name)):
                best, _, values = min(
                    ((truth(moved), place, moved) for place, moved in enumerate(_moves(space, values, entry))),
                    key=lambda found: found[:2],
                )
    return best


def _moves(space: HyperParameters, values: Values, moved: Entry) -> list[dict[str, Any]]:
    """Return the candidates that differ in one entry, the present one first."""
    wanted = [{**values, moved.name: value} for value in (values[moved.name], *moved.grid(_GRID))]

    def take(entry: Entry, chosen: Values) -> Any:
        return chosen[entry.name] if entry.contains(chosen.get(entry.name)) else entry.default

    return [resolve(space.space, lambda entry: take(entry, chosen)) for chosen in wanted]  # noqa: B023
