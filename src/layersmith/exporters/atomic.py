"""Files that are either whole or absent: written beside their place, then moved there in one step.

`os.replace` is atomic on one file system, so a reader, a crash or a full disk never meets half a file.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["replacing", "write_bytes", "write_text"]


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path in the folder of `path`; what is written there takes the place of `path` on success.

    On an exception `path` stays as it was, and the temporary file is gone. The temporary name ends like `path`, so
    that writers that look at the ending work.

    Args:
        path: The file to write; its folder is created.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     target = Path(folder) / "notes.txt"
        ...     with replacing(target) as temporary:
        ...         _ = temporary.write_text("whole")
        ...     target.read_text()
        'whole'
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:
        temporary = Path(folder) / target.name
        yield temporary
        _flush(temporary)
        os.replace(temporary, target)


def write_text(path: str | Path, text: str) -> Path:
    """Write `text` as UTF-8 to `path`, whole or not at all, and return the path."""
    return write_bytes(path, text.encode())


def write_bytes(path: str | Path, data: bytes) -> Path:
    """Write `data` to `path`, whole or not at all, and return the path."""
    with replacing(path) as temporary:
        temporary.write_bytes(data)
    return Path(path)


def _flush(path: Path) -> None:
    """Have the operating system put the file on disk before it takes its place."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
