"""What a strategy knows: numbers, the queue, candidates never to be handed out again, and what became of each.

A candidate handed out before an entry was declared was trained with the default of that entry: a build function that
asks for a value nobody chose gets the default. It counts as tried with it.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import TypeAlias

import numpy as np

from layersmith.records import Candidate, Trial, Value
from layersmith.space import Entry, HyperParameters, complete, enumerate_space, fingerprint, is_finite, sample, validate
from layersmith.space.conditions import resolve

__all__ = ["IsNew", "Ledger", "Propose", "first_new"]

IsNew: TypeAlias = Callable[[Mapping[str, Value]], bool]
Propose: TypeAlias = Callable[[int, IsNew], dict[str, Value] | None]

_DRAWS = 100  # random draws before the candidates left over are listed
_LISTED = 100_000  # candidates looked at when listing


class Ledger:
    """The book of one strategy.

    Attributes:
        candidates: Number to candidate, of all that were handed out or told of.
        trials: Number to trial, of those with a result; an interrupted trial has none.

    Args:
        space: The space; it may grow during the search.
        origin: What the candidates that the strategy proposes itself are called.
    """

    def __init__(self, space: HyperParameters, origin: str) -> None:
        self.candidates: dict[int, Candidate] = {}
        self.trials: dict[int, Trial] = {}
        self._space, self._origin = space, origin
        self._queue: deque[tuple[dict[str, Value], str]] = deque()
        self._seen: set[str] = set()
        self._results: dict[str, Trial] = {}
        self._entries: list[Entry] = []  # as they were when `_seen` was written
        self._next_number = 0

    def enqueue(self, values: Mapping[str, Value], origin: str) -> None:
        """Queue a candidate, completed and checked.

        Raises:
            SpaceError: If a name or a value is not of the space.
        """
        whole = complete(self._space, values)
        validate(self._space, whole)
        self._queue.append((whole, origin))

    def record(self, candidate: Candidate) -> None:
        """Take note of a candidate, whoever proposed it."""
        self.candidates.setdefault(candidate.number, candidate)
        self._seen.add(self._key(candidate.values))
        self._next_number = max(self._next_number, candidate.number + 1)

    def tell(self, trials: Sequence[Trial]) -> None:
        """Take note of trials, in any order; the first result of a candidate counts."""
        for trial in trials:
            self.record(trial.candidate)
            if trial.state != "interrupted":
                self.trials.setdefault(trial.number, trial)
                self._results.setdefault(self._key(trial.candidate.values), trial)

    def is_new(self, values: Mapping[str, Value]) -> bool:
        """Whether these values, those of a whole candidate, were never handed out."""
        self._refresh()
        return fingerprint(values) not in self._seen

    def result_of(self, values: Mapping[str, Value]) -> Trial | None:
        """Return the first result that the values of a whole candidate had, if any."""
        self._refresh()
        return self._results.get(fingerprint(values))

    def _refresh(self) -> None:
        """Write the keys anew where the space has changed."""
        if self._entries != self._space.space:
            self._entries = self._space.space
            self._seen = {self._key(candidate.values) for candidate in self.candidates.values()}
            self._results = {}
            for trial in self.trials.values():
                self._results.setdefault(self._key(trial.candidate.values), trial)

    def _key(self, values: Mapping[str, Value]) -> str:
        return fingerprint(resolve(self._space.space, lambda entry: values.get(entry.name, entry.default)))

    def ask(self, n: int, propose: Propose) -> Iterator[Candidate]:
        """Yield up to `n` new candidates: the queue first, then what `propose` gives.

        Args:
            n: Candidates wanted.
            propose: Takes the candidate's number and a test for new values; gives values, or None when none are left.
        """
        for _ in range(n):
            values, origin = self._queued() or (propose(self._next_number, self.is_new), self._origin)
            if values is None:
                return
            candidate = Candidate(values=values, origin=origin, number=self._next_number)
            self.record(candidate)
            yield candidate

    def _queued(self) -> tuple[dict[str, Value], str] | None:
        while self._queue:
            values, origin = self._queue.popleft()
            if self.is_new(values):
                return values, origin
        return None


def first_new(
    proposals: Iterable[dict[str, Value]], space: HyperParameters, rng: np.random.Generator, is_new: IsNew
) -> dict[str, Value] | None:
    """Return the first proposal that is new, else a random candidate that is, or None once there is none.

    Args:
        proposals: Candidates in the order of preference.
        space: The space.
        rng: Where random candidates come from.
        is_new: Whether values were never handed out.

    Example:
        >>> hp = HyperParameters()
        >>> _ = hp.Boolean("bias")
        >>> first_new([{"bias": False}], hp, np.random.default_rng(0), lambda values: values["bias"])
        {'bias': True}
        >>> first_new([], hp, np.random.default_rng(0), lambda values: False) is None
        True
    """
    drawn = (sample(space, rng) for _ in range(_DRAWS))
    found = next(filter(is_new, chain(proposals, drawn)), None)
    if found is not None or not is_finite(space):
        return found
    left = list(filter(is_new, islice(enumerate_space(space), _LISTED)))
    return left[int(rng.integers(len(left)))] if left else None
