"""Connections to a database of studies, and transactions that span several of Optuna's calls."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import optuna
import sqlalchemy
import sqlalchemy.orm

from layersmith.errors import MissingExtraError, RunFolderError
from layersmith.storage.location import Place, address, shown, storage_errors

__all__ = ["connected", "database_errors", "transaction"]

_WAIT = 60  # seconds, while another process writes to a SQLite file
_PAUSE, _TRIES = 0.2, 25  # seconds between attempts to create tables that another process is creating; further ones


@contextmanager
def connected(place: Place, *, new: bool) -> Iterator[optuna.storages.RDBStorage]:
    """Open a database of studies; it stays open after the block, unless the block fails.

    Args:
        place: Path of a SQLite file, or any SQLAlchemy address.
        new: Whether to create the tables.

    Raises:
        MissingExtraError: If the database needs a driver that is not installed.
        RunFolderError: If the database cannot be opened, is not yet one of studies, or another version of Optuna
            wrote it.

    Example:
        >>> with connected("sqlite://", new=True) as storage:
        ...     storage.get_all_studies()
        []
        >>> storage.engine.dispose()
    """
    waiting = {"connect_args": {"timeout": _WAIT}} if address(place).startswith("sqlite") else {}
    with database_errors(place), _quiet():
        try:
            storage = _create(place, waiting) if new else _open(place, waiting)
        except RuntimeError as error:  # the schema of another version of Optuna
            raise sqlalchemy.exc.InvalidRequestError(str(error)) from error
        except ImportError as error:
            raise MissingExtraError(
                f"the driver of the database {shown(place)!r} is not installed: {error.__cause__ or error}",
                expected="a database driver for SQLAlchemy",
                fix="install it: for PostgreSQL `pip install 'psycopg[binary]'`, or `psycopg2-binary` for "
                "`postgresql+psycopg2://` and for SQLAlchemy before 2.1; or use a SQLite file",
            ) from error
        try:
            yield storage
        except BaseException:
            storage.engine.dispose()
            raise


def _open(place: Place, engine_kwargs: dict[str, Any]) -> optuna.storages.RDBStorage:
    """Open a database without writing to it: Optuna would write versions that the process creating it writes too."""
    engine = sqlalchemy.create_engine(address(place), **engine_kwargs)
    try:
        with engine.connect() as connection:
            if connection.execute(sqlalchemy.text("SELECT version_num FROM alembic_version")).first() is None:
                raise RunFolderError(
                    f"{shown(place)!r} holds no study yet: its tables are being made, or their making was stopped",
                    expected="a database of studies",
                    fix="wait until the search that makes them has begun, or start a new run there",
                )
    finally:
        engine.dispose()
    return optuna.storages.RDBStorage(address(place), engine_kwargs, skip_table_creation=True)


def _create(place: Place, engine_kwargs: dict[str, Any]) -> optuna.storages.RDBStorage:
    """Open a database, its tables made first; where another process makes them at the same time, begin again."""
    left = _TRIES
    while True:
        try:
            return optuna.storages.RDBStorage(address(place), engine_kwargs)
        except sqlalchemy.exc.DatabaseError as error:
            made_by_another = isinstance(error, sqlalchemy.exc.IntegrityError) or "already exists" in str(error)
            if not (made_by_another and left):
                raise
        left -= 1
        time.sleep(_PAUSE)


@contextmanager
def transaction(storage: optuna.storages.RDBStorage) -> Iterator[sqlalchemy.Connection]:
    """Make one transaction of everything Optuna writes inside; an exception undoes all of it.

    Optuna commits after each call. Here its sessions join an outer transaction, to which their commits do not
    propagate: docs.sqlalchemy.org, "Joining a Session into an External Transaction".

    Args:
        storage: The database; no other thread may use it meanwhile.
    """
    usual = storage.scoped_session
    with storage.engine.begin() as connection:
        maker = sqlalchemy.orm.sessionmaker(bind=connection, join_transaction_mode="rollback_only")
        storage.scoped_session = sqlalchemy.orm.scoped_session(maker)
        try:
            yield connection
        finally:
            storage.scoped_session.remove()
            storage.scoped_session = usual


@contextmanager
def database_errors(place: Place) -> Iterator[None]:
    """Turn what Optuna or the database driver raises into a `RunFolderError` that names the place.

    Raises:
        RunFolderError: If the block fails for a reason of the database.
    """
    with storage_errors(place):
        try:
            yield
        except (optuna.exceptions.StorageInternalError, optuna.exceptions.UpdateFinishedTrialError) as error:
            raise sqlalchemy.exc.InvalidRequestError(str(error.__cause__ or error)) from error


@contextmanager
def _quiet() -> Iterator[None]:
    logger = logging.getLogger("optuna")
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)
