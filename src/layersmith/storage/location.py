"""Where a study lives: a SQLite file or a database address, and what may go wrong on the way to it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import sqlalchemy
from optuna.storages._rdb.models import BaseModel

from layersmith.errors import RunFolderError

__all__ = ["Place", "address", "check_free", "check_study_file", "shown", "storage_errors"]

Place: TypeAlias = str | Path

_TABLES = ("studies", "trials", "version_info")  # of Optuna's schema
_SCHEMA = {"alembic_version", *BaseModel.metadata.tables}  # all of it


def address(place: Place) -> str:
    """Return the SQLAlchemy address of a place: itself if it is one, else that of a SQLite file.

    Example:
        >>> address("postgresql://host/studies")
        'postgresql://host/studies'
        >>> address("study.db").startswith("sqlite:///")
        True
    """
    if "://" in str(place):
        return str(place)
    return sqlalchemy.URL.create("sqlite", database=str(Path(place).absolute())).render_as_string(hide_password=False)


def check_free(place: Place) -> None:
    """Check that a new study may be put there; what is no file passes.

    Raises:
        RunFolderError: If the folder is missing, or the file is there and no database of studies.
    """
    path = _file_of(place)
    if path is None:
        return
    if not path.parent.is_dir():
        raise RunFolderError(
            f"the folder {str(path.parent)!r} does not exist",
            expected="a folder to put the study in",
            fix="create the folder, or name another",
        )
    if path.exists() and not (tables := _tables(path)) <= _SCHEMA:  # some of them: another process is making them
        _check_tables(path, tables)


def check_study_file(place: Place) -> None:
    """Check that a file is a database of studies; what is no file passes.

    Raises:
        RunFolderError: If the file is missing, corrupt, or something else.
    """
    path = _file_of(place)
    if path is None:
        return
    if not path.is_file():
        raise RunFolderError(
            f"there is no study at {str(path)!r}",
            expected="the study.db of a run folder",
            fix="check the path, or start a new run",
        )
    _check_tables(path, _tables(path))


def _tables(path: Path) -> set[str]:
    with storage_errors(path):
        # Not mode=ro: after a kill in the middle of a transaction the first reader rolls it back.
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)
        try:
            return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        finally:
            connection.close()


def _check_tables(path: Path, tables: set[str]) -> None:
    if not tables.issuperset(_TABLES):
        raise RunFolderError(
            f"{str(path)!r} holds no study; its tables are: {', '.join(sorted(tables)) or 'none'}",
            expected=f"the tables {', '.join(_TABLES)}",
            fix="name the study.db of a run folder, or another file for a new run",
        )


@contextmanager
def storage_errors(place: Place) -> Iterator[None]:
    """Turn what a database driver raises into a `RunFolderError` that names the place.

    Raises:
        RunFolderError: If the block fails for a reason of the database.
    """
    try:
        yield
    except (sqlite3.DatabaseError, sqlalchemy.exc.SQLAlchemyError) as error:
        raise RunFolderError(
            f"the study at {shown(place)!r} cannot be used: {error}",
            expected="a database of studies that is whole, reachable and writable",
            fix="restore the file from a copy, check the address and the permissions, or start a new run",
        ) from error


def _file_of(place: Place) -> Path | None:
    if "://" not in str(place):
        return Path(place)
    url = sqlalchemy.make_url(str(place))
    if url.query.get("uri"):  # a SQLite address of its own kind
        return None
    is_file = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
    return Path(str(url.database)) if is_file else None


def shown(place: Place) -> str:
    """Return a place for messages, passwords hidden.

    Example:
        >>> shown("postgresql://me:secret@host/studies")
        'postgresql://me:***@host/studies'
    """
    return sqlalchemy.make_url(str(place)).render_as_string() if "://" in str(place) else str(place)
