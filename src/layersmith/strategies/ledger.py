"""What a strategy has handed out: numbers, the queue, and the candidates never to be handed out again."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import TypeAlias

import numpy as np

from layersmith.records import Candidate, Value
from layersmith.space import HyperParameters, complete, enumerate_space, fingerprint, is_finite, sample, validate

__all__ = ["Ledger", "Propose", "draw_new"]

Propose: TypeAlias = Callable[[int, Callable[[Mapping[str, Value]], bool]], dict[str, Value] | None]

_DRAWS = 100  # random draws before the candidates left over are listed
_LISTED = 100_000  # candidates looked at when listing


class Ledger:
    """The book of one strategy.

    Args:
        space: The space; it may grow during the search.
        origin: What the candidates that the strategy proposes itself are called.
    """

    def __init__(self, space: HyperParameters, origin: str) -> None:
        self._space, self._origin = space, origin
        self._queue: deque[tuple[dict[str, Value], str]] = deque()
        self._seen: set[str] = set()
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
        self._seen.add(fingerprint(candidate.values))
        self._next_number = max(self._next_number, candidate.number + 1)

    def is_new(self, values: Mapping[str, Value]) -> bool:
        """Whether these values were never handed out."""
        return fingerprint(values) not in self._seen

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


def draw_new(
    space: HyperParameters, rng: np.random.Generator, is_new: Callable[[Mapping[str, Value]], bool]
) -> dict[str, Value] | None:
    """Draw a candidate that is new, or None once there is none.

    Args:
        space: The space.
        rng: Where the draws come from.
        is_new: Whether values were never handed out.

    Example:
        >>> hp = HyperParameters()
        >>> _ = hp.Boolean("bias")
        >>> draw_new(hp, np.random.default_rng(0), lambda values: values["bias"])
        {'bias': True}
        >>> draw_new(hp, np.random.default_rng(0), lambda values: False) is None
        True
    """
    for _ in range(_DRAWS):
        values = sample(space, rng)
        if is_new(values):
            return values
    if not is_finite(space):
        return None
    left = [values for values in islice(enumerate_space(space), _LISTED) if is_new(values)]
    return left[int(rng.integers(len(left)))] if left else None
