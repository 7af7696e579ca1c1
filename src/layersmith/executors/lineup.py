"""Tasks in the order in which they were asked for."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Generic, TypeVar

from layersmith.executors.local import LocalExecutor

__all__ = ["AHEAD", "Lineup"]

T = TypeVar("T")
AHEAD = 4  # tasks that are asked for before the first of them is known


class Lineup(Generic[T]):
    """What is in training and not yet told of.

    A search that asks for a candidate before the last ones are known sees other results on more cores. `ordered` keeps
    that out: there are always as many tasks ahead, four or one a core if there are more, and their results are taken in
    the order they were added. So the same search gives the same result on one core and on four. Without it, as many
    tasks are ahead as run at once, and whichever ends first is taken first.

    Args:
        executor: Where tasks run.
        ordered: Whether results come in the order of the tasks.
        ahead: How many tasks are ahead where results are ordered, in place of that rule.
    """

    def __init__(self, executor: LocalExecutor, *, ordered: bool, ahead: int | None = None) -> None:
        self._executor, self._ordered = executor, ordered
        self._ahead = (ahead or max(AHEAD, executor.workers)) if ordered else executor.workers
        self._waiting: list[Future[T]] = []

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def has_room(self) -> bool:
        """Whether another task may be added before the next result is taken."""
        return len(self._waiting) < self._ahead

    def add(self, task: Callable[[], T]) -> None:
        """Begin a task as soon as a worker is free."""
        self._waiting.append(self._executor.submit(task))

    def take(self) -> T:
        """Wait for the next result and return it; what the task raised is raised here."""
        if self._ordered:
            return self._waiting.pop(0).result()
        wait(self._waiting, return_when=FIRST_COMPLETED)
        first = next(future for future in self._waiting if future.done())
        self._waiting.remove(first)
        return first.result()
