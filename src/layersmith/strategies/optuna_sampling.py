"""The tree-structured Parzen estimator, by Optuna's `TPESampler` (Bergstra et al., 2011; arXiv:2304.11127).

Optuna sees positions, not values, so that every scale is even to it:

    Choice in order, Int and Float with steps   the place of the value, an integer
    Choice without order, Boolean               the place of the value, a category
    everything else                             the share of the scale, between 0 and 1

Only entries that are active in a candidate have a position in it. A candidate whose result is not known counts as a bad
one, so that batches spread out ("constant liar"); a failed one stays so for good: its neighbourhood is not favoured.

Optuna's sampler takes time in proportion to the trials it looks at. So it looks at the best and the latest of those
before a milestone, and at all later ones; it weighs older ones little anyway.
"""

import logging
import math
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import TrialState

from layersmith.records import Trial, Value
from layersmith.space import Entry, HyperParameters, labels
from layersmith.space.conditions import resolve
from layersmith.strategies.ask_tell import AskTell
from layersmith.strategies.lattice import is_by_share, is_unordered
from layersmith.strategies.ledger import IsNew, Ledger, first_new
from layersmith.strategies.losses import standing

__all__ = ["TPEStrategy", "encode", "quiet"]

_ATTEMPTS = 8  # proposals of Optuna's before a random candidate takes the place of a duplicate
_STARTUP = 10  # results before the estimator takes over from random draws
_MILESTONE = 25  # candidates from milestone to milestone
_BEST, _LATEST = 60, 20  # of those before a milestone, the ones looked at


class TPEStrategy(AskTell):
    """Proposes candidates where good results are denser than bad ones.

    The sampler is seeded anew for each candidate from the seed and the candidate's number, so a study that is told its
    finished trials goes on as if it had never stopped.

    Args:
        space: The space.
        seed: Seed of the draws, 0 or above.
        higher_is_better: The direction of the trials' scores.

    Example:
        >>> hp = HyperParameters()
        >>> _ = hp.Float("rate", 1e-4, 1e-1, sampling="log")
        >>> strategy = TPEStrategy(hp, seed=0, higher_is_better=False)
        >>> [candidate] = strategy.ask(1)
        >>> strategy.tell([Trial(candidate=candidate, score=0.3)])
    """

    def __init__(self, space: HyperParameters, seed: int, higher_is_better: bool) -> None:
        super().__init__(space, "tpe")
        self._seed = seed
        self._view = _View(space, self._ledger, higher_is_better)

    def _propose(self, number: int, is_new: IsNew) -> dict[str, Value] | None:
        seeds = np.random.SeedSequence([self._seed, number]).generate_state(2)
        proposals = self._view.proposals(int(seeds[0]))
        return first_new(proposals, self._space, np.random.default_rng(seeds[1]), is_new)


class _View:
    """What Optuna sees of a ledger: a study in memory, in the order of candidate numbers."""

    def __init__(self, space: HyperParameters, ledger: Ledger, higher_is_better: bool) -> None:
        self._space, self._ledger, self._higher = space, ledger, higher_is_better
        self._clear()

    def _clear(self) -> None:
        with quiet():
            self._study = optuna.create_study(direction="maximize" if self._higher else "minimize")
        self._shown: list[int] = []  # candidate numbers
        self._running: dict[int, optuna.Trial] = {}

    def proposals(self, seed: int) -> Iterator[dict[str, Value]]:
        """Yield a few candidates, the same for the same history and seed."""
        self._update()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)  # group=True
            self._study.sampler = optuna.samplers.TPESampler(
                seed=seed, n_startup_trials=_STARTUP, multivariate=True, group=True, constant_liar=True
            )
        names = dict(zip(self._space.space, labels(self._space.space), strict=True))
        for _ in range(_ATTEMPTS):
            trial = self._study.ask()
            values = resolve(self._space.space, lambda entry: _suggest(trial, entry, names[entry]))  # noqa: B023
            self._study.tell(trial, state=TrialState.FAIL)  # a state the sampler never looks at
            yield values

    def _update(self) -> None:
        chosen = self._chosen()
        if self._shown != chosen[: len(self._shown)]:
            self._clear()
        for number in chosen[len(self._shown) :]:
            self._add(number)
        for number in [number for number in self._running if number in self._ledger.trials]:
            self._finish(self._running.pop(number), self._ledger.trials[number])

    def _chosen(self) -> list[int]:
        """Return the candidates to look at: the best and the latest before the milestone, all after it."""
        numbers, trials = sorted(self._ledger.candidates), self._ledger.trials
        milestone = max(0, len(numbers) // _MILESTONE - 1) * _MILESTONE
        tried = [number for number in numbers[:milestone] if number in trials]
        best = sorted(tried, key=lambda number: standing(trials[number], self._higher))[:_BEST]
        return sorted({*best, *numbers[max(0, milestone - _LATEST) : milestone]}) + numbers[milestone:]

    def _add(self, number: int) -> None:
        params, distributions = encode(self._space, self._ledger.candidates[number].values)
        running = optuna.create_trial(state=TrialState.RUNNING, params=params, distributions=distributions)
        self._study.add_trial(running)
        self._running[number] = optuna.Trial(self._study, self._study.get_trials(deepcopy=False)[-1]._trial_id)
        self._shown.append(number)

    def _finish(self, running: optuna.Trial, trial: Trial) -> None:
        """Show a result; a failed trial stays without one, which counts as bad."""
        if trial.state in ("failed", "refused") or not math.isfinite(trial.score):
            return
        if trial.state == "pruned":
            running.report(trial.score, step=0)
            self._study.tell(running, state=TrialState.PRUNED)
        else:
            self._study.tell(running, trial.score)


def encode(
    space: HyperParameters, values: Mapping[str, Value]
) -> tuple[dict[str, int | float], dict[str, BaseDistribution]]:
    """Return the positions of a candidate's active values, and their distributions, by label.

    Args:
        space: The space.
        values: Name to value.
    """
    entries = space.space
    names, params, distributions = dict(zip(entries, labels(entries), strict=True)), {}, {}

    def take(entry: Entry) -> Value:
        value, distribution = values.get(entry.name, entry.default), _distribution(entry)
        if entry.name in values and distribution is not None:
            params[names[entry]] = _position(entry, value)
            distributions[names[entry]] = distribution
        return value

    resolve(entries, take)
    return params, distributions


def _distribution(entry: Entry) -> BaseDistribution | None:
    """Return the positions of an entry; None where there is nothing to choose."""
    if entry.size == 1:
        return None
    if is_by_share(entry) or entry.size is None:
        return FloatDistribution(0.0, 1.0)
    if is_unordered(entry):
        return CategoricalDistribution(range(entry.size))
    return IntDistribution(0, entry.size - 1)


def _position(entry: Entry, value: Value) -> int | float:
    return entry.to_unit(value) if is_by_share(entry) else entry.index_of(value)


def _suggest(trial: optuna.Trial, entry: Entry, name: str) -> Value:
    distribution = _distribution(entry)
    if distribution is None:
        return entry.default
    if isinstance(distribution, FloatDistribution):
        return entry.from_unit(trial.suggest_float(name, 0.0, 1.0))
    if isinstance(distribution, CategoricalDistribution):
        return entry.value_at(trial.suggest_categorical(name, distribution.choices))
    return entry.value_at(trial.suggest_int(name, 0, distribution.high))


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Optuna from announcing each study."""
    logger = logging.getLogger("optuna")
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)
