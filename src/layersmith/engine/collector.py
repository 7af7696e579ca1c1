"""Python's garbage collector, held off while a program is traced and compiled, and spared what is not garbage.

Tracing makes objects by the ten thousand, which sets off collections; with Keras, JAX and TensorFlow imported each full
one looks through half a million objects that are not garbage: 0.2 s, as long as the tracing itself. Keras models hold
reference cycles, so that a search must collect after each trial.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

__all__ = ["collector_paused", "sparing_garbage"]

_LOCK = Lock()
_PAUSES: list[bool] = []  # of each pause that holds now: whether the collector ran before it
_SPARED: list[None] = []  # one for each block that spares what is not garbage


@contextmanager
def collector_paused() -> Iterator[None]:
    """Hold the collector off inside the block; pauses may nest and overlap in several threads.

    Example:
        >>> with collector_paused():
        ...     gc.isenabled()
        False
        >>> gc.isenabled()
        True
    """
    with _LOCK:
        _PAUSES.append(gc.isenabled())
        gc.disable()
    try:
        yield
    finally:
        with _LOCK:
            ran = _PAUSES.pop()
            if _PAUSES:  # the last to leave puts back what the first one found
                _PAUSES[0] |= ran
            elif ran:
                _count_anew()
                gc.enable()


def _count_anew() -> None:
    """Call what has been made since the last collection old, or the collector would make up for the pause at once."""
    if not _SPARED and not gc.get_freeze_count():  # else thawing would undo a freezing; counting walks over it all
        gc.freeze()
        gc.unfreeze()


@contextmanager
def sparing_garbage() -> Iterator[None]:
    """Leave what is there already out of collections inside the block: each is then a hundredth of a second.

    Example:
        >>> with sparing_garbage():
        ...     _ = gc.collect()
    """
    gc.freeze()
    _SPARED.append(None)
    try:
        yield
    finally:
        _SPARED.pop()
        gc.unfreeze()
