"""What the training of a candidate takes, as the trials before it tell.

An improvement is worth less where it takes long: what is proposed has the largest expected improvement over expected
cost (Snoek et al., 2012, arXiv:1206.2944). Otherwise ten trainings of a deep network are spent where a hundred of a
small one tell as much. `benchmarks/thrift.py` compares.

The cost is counted, not timed, so that a search proposes the same on every machine. Its logarithm is believed to be a
sum of what each entry adds, as the work of a layer is a product of widths: ridge regression.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layersmith.records import Recipe, Trial
from layersmith.space import Entry
from layersmith.strategies.lattice import Codes, Lattice, is_unordered

__all__ = ["Work", "learn_work", "log_work"]

Array = NDArray[np.float64]

_NOISE = 0.1  # standard deviation of a logarithm, where what an entry adds has one of 1
_PASSES = 3  # of the multiply-accumulates: forward, and backward to weights and inputs
_PER_PARAM = 33  # multiply-accumulates that take as long as Adam takes for a parameter, measured at 200,000 of them
_PER_UPDATE = 1e6  # the same for an update of a network without parameters


def log_work(trial: Trial) -> float:
    """Return the logarithm of the multiply-accumulates that a training was worth, by row; NaN where that is not known.

    Args:
        trial: A trial with a result. Only complete ones tell: others ended where a scheduler or an error wanted it.

    Example:
        >>> from layersmith.records import Candidate, Training
        >>> run = Training(curves={"loss": (0.5, 0.4)}, best_epoch=2, planned_epochs=2, seconds=1.0, stopped="finished")
        >>> trial = Trial(candidate=Candidate(values={}, origin="gp"), trainings=(run,), macs=50_000, params=50_000)
        >>> round(math.exp(log_work(trial)))
        465625
        >>> log_work(Trial(candidate=trial.candidate))
        nan
    """
    epochs = sum(training.epochs for training in trial.trainings)
    if trial.state != "complete" or not trial.macs or not epochs:
        return math.nan
    batch_size = float(trial.candidate.values.get("batch_size") or Recipe.batch_size)
    return math.log(epochs * (_PASSES * trial.macs + (_PER_PARAM * trial.params + _PER_UPDATE) / batch_size))


@dataclass(frozen=True, kw_only=True, eq=False)
class Work:
    """What is believed of the work of candidates.

    Attributes:
        effects: For each dimension what its levels add to the logarithm, the last one for an inactive entry.
    """

    effects: Sequence[Array]

    def log(self, codes: Codes) -> Array:
        """Return the logarithms of the work of rows of levels, up to a constant, `(codes,)`."""
        parts = [added[column] for added, column in zip(self.effects, codes.T, strict=True)]
        return np.asarray(np.sum(parts, axis=0), np.float64)


def learn_work(lattice: Lattice, tried: Array, logs: Array) -> Work | None:
    """Return what trials tell about the work, or None if it is not known or the same for all.

    Args:
        lattice: The levels.
        tried: Where the trials lie, `(trials, dimensions)`.
        logs: The logarithms of their work, NaN where it is not known, `(trials,)`.

    Example:
        >>> from layersmith.space import HyperParameters
        >>> hp = HyperParameters()
        >>> _ = hp.Choice("units", [16, 32, 64], ordered=True)
        >>> work = learn_work(Lattice(hp.space), np.array([[0.0], [1.0]]), np.log([1e4, 1e6]))
        >>> bool(work.log(np.array([[0]])) < work.log(np.array([[1]])) < work.log(np.array([[2]])))
        True
    """
    known = np.isfinite(logs)
    if not known.any() or np.ptp(logs[known]) == 0:
        return None
    levels = (np.append(positions, np.nan) for positions in lattice.positions)
    of_levels = [_features(*of_entry) for of_entry in zip(levels, lattice.entries, lattice.num_levels, strict=True)]
    columns = zip(tried[known].T, lattice.entries, lattice.num_levels, strict=True)
    of_trials = np.hstack([_features(*column) for column in columns])
    centred = of_trials - of_trials.mean(axis=0)
    inner = centred.T @ centred + _NOISE**2 * np.eye(centred.shape[1])
    weights = np.linalg.solve(inner, centred.T @ logs[known])
    ends = np.cumsum([features.shape[1] for features in of_levels])[:-1]
    shares = np.split(weights, ends)
    return Work(effects=[features @ share for features, share in zip(of_levels, shares, strict=True)])


def _features(positions: Array, entry: Entry, size: int) -> Array:
    """Return which value an entry has, or whether it is active and where it lies, `(positions, features)`."""
    if is_unordered(entry):
        return np.asarray(positions[:, None] == np.arange(size), np.float64)
    active = ~np.isnan(positions)
    place = np.where(active, positions, 0.0)
    return np.stack([active, place, np.sqrt(place)], axis=1).astype(np.float64)
