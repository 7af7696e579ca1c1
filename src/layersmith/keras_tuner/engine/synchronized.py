"""One call of an oracle at a time."""

import functools
import threading
from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

__all__ = ["synchronized"]

_Method = TypeVar("_Method", bound=Callable[..., Any])

_LOCKS: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
_LOCKS_LOCK = threading.Lock()


def synchronized(func: _Method) -> _Method:
    """Decorate a method so that of one object no two such methods run at the same time.

    A decorated method may call others of the same object, and those of another object do not wait.

    Args:
        func: The method.

    Example:
        >>> class Counter:
        ...     count = 0
        ...
        ...     @synchronized
        ...     def add(self):
        ...         self.count += 1
        ...         return self.count
        >>> Counter().add()
        1
    """

    @functools.wraps(func)
    def alone(self: Any, *args: Any, **kwargs: Any) -> Any:
        with _lock_of(self):
            return func(self, *args, **kwargs)

    return alone  # type: ignore[return-value]


def _lock_of(owner: Any) -> Any:
    with _LOCKS_LOCK:
        return _LOCKS.setdefault(owner, threading.RLock())
