"""The tree-structured Parzen estimator, by Optuna's `TPESampler` (Bergstra et al., 2011; arXiv:2304.11127).

Optuna sees positions, not values, so that every scale is even to it:

    Choice in order, Int and Float with steps   the place of the value, an integer
    Choice without order, Boolean               the place of the value, a category
    everything else                             the share of the scale, between 0 and 1

Only entries that are active in a candidate have a position in it. A candidate whose result is not known counts as a bad
one, so that batches spread out ("constant liar"); a failed one stays so for good: its neighbourhood is not favoured.
"""

import logging
import math
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np
import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution

from layersmith.records import Candidate, Trial, Value
from layersmith.space import Boolean, Choice, Entry, HyperParameters, Int, labels
from layersmith.space.conditions import resolve
from layersmith.strategies.ledger import Ledger, draw_new

__all__ = ["TPEStrategy"]

_ATTEMPTS = 8  # proposals of Optuna's before a random candidate takes the place of a duplicate
_STARTUP = 10  # results before the estimator takes over from random draws


class TPEStrategy:
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
        self._space, self._seed = space, seed
        self._ledger = Ledger(space, "tpe")
        self._history = _History(space, higher_is_better)

    def enqueue(self, values: Mapping[str, Value], origin: str) -> None:
        """Put a candidate before all others; see `Strategy.enqueue`."""
        self._ledger.enqueue(values, origin)

    def ask(self, n: int) -> list[Candidate]:
        """Return up to `n` new candidates."""
        asked = []
        for candidate in self._ledger.ask(n, self._propose):
            self._history.start(candidate)
            asked.append(candidate)
        return asked

    def tell(self, trials: Sequence[Trial]) -> None:
        """Learn from trials; failed and interrupted ones count as bad."""
        for trial in sorted(trials, key=lambda trial: trial.number):
            self._ledger.record(trial.candidate)
            self._history.start(trial.candidate)
            if trial.state == "complete" and math.isfinite(trial.score):
                self._history.finish(trial.number, trial.score)

    def _propose(self, number: int, is_new: Callable[[Mapping[str, Value]], bool]) -> dict[str, Value] | None:
        seeds = np.random.SeedSequence([self._seed, number]).generate_state(2)
        for values in self._history.proposals(int(seeds[0])):
            if is_new(values):
                return values
        return draw_new(self._space, np.random.default_rng(seeds[1]), is_new)


class _History:
    """Candidates and scores as an Optuna study in memory, in the order of candidate numbers."""

    def __init__(self, space: HyperParameters, higher_is_better: bool) -> None:
        self._space, self._direction = space, "maximize" if higher_is_better else "minimize"
        self._candidates: dict[int, Candidate] = {}
        self._scores: dict[int, float] = {}
        self._clear()

    def _clear(self) -> None:
        with _quiet():
            self._study = optuna.create_study(direction=self._direction)
        self._places: dict[int, int] = {}  # candidate number to Optuna's trial number

    def start(self, candidate: Candidate) -> None:
        """Add a candidate without a result, unless it is known."""
        if candidate.number in self._candidates:
            return
        self._candidates[candidate.number] = candidate
        if self._places and candidate.number < max(self._places):
            self._rebuild()
        else:
            self._add(candidate)

    def finish(self, number: int, score: float) -> None:
        """Give a candidate its score, unless it has one."""
        if number not in self._scores:
            self._scores[number] = score
            self._study.tell(self._places[number], score)

    def proposals(self, seed: int) -> Iterator[dict[str, Value]]:
        """Yield a few candidates, the same for the same history and seed."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)  # group=True
            self._study.sampler = optuna.samplers.TPESampler(
                seed=seed, n_startup_trials=_STARTUP, multivariate=True, group=True, constant_liar=True
            )
        names = dict(zip(self._space.space, labels(self._space.space), strict=True))
        for _ in range(_ATTEMPTS):
            trial = self._study.ask()
            values = resolve(self._space.space, lambda entry: _suggest(trial, entry, names[entry]))  # noqa: B023
            self._study.tell(trial, state=optuna.trial.TrialState.FAIL)  # a state the sampler never looks at
            yield values

    def _rebuild(self) -> None:
        self._clear()
        for number in sorted(self._candidates):
            self._add(self._candidates[number])
            if number in self._scores:
                self._study.tell(self._places[number], self._scores[number])

    def _add(self, candidate: Candidate) -> None:
        params, distributions = _encode(self._space, candidate.values)
        state = optuna.trial.TrialState.RUNNING
        self._study.add_trial(optuna.create_trial(state=state, params=params, distributions=distributions))
        self._places[candidate.number] = self._study.get_trials(deepcopy=False)[-1].number


def _encode(
    space: HyperParameters, values: Mapping[str, Value]
) -> tuple[dict[str, int | float], dict[str, BaseDistribution]]:
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
    if _by_share(entry) or entry.size is None:
        return FloatDistribution(0.0, 1.0)
    if isinstance(entry, Boolean) or (isinstance(entry, Choice) and not entry.ordered):
        return CategoricalDistribution(range(entry.size))
    return IntDistribution(0, entry.size - 1)


def _by_share(entry: Entry) -> bool:
    return entry.size is None or (isinstance(entry, Int) and entry.step is None)


def _position(entry: Entry, value: Value) -> int | float:
    return entry.to_unit(value) if _by_share(entry) else entry.index_of(value)


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
def _quiet() -> Iterator[None]:
    logger = logging.getLogger("optuna")
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)
