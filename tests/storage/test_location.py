import os
import sqlite3

import pytest

from layersmith.errors import MissingExtraError, RunFolderError
from layersmith.space import HyperParameters
from layersmith.storage import StudyStore
from layersmith.storage.location import address, check_free, check_study_file, shown, storage_errors


def test_a_relative_path_becomes_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert address("study.db") == f"sqlite:///{tmp_path}/study.db"


def test_addresses_pass_as_they_are():
    assert address("mysql+pymysql://host/db") == "mysql+pymysql://host/db"
    check_study_file("postgresql://host/db")
    check_free("sqlite://")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(RunFolderError, match=r"no study at .*nothing\.db"):
        StudyStore.open(tmp_path / "nothing.db")
    assert not (tmp_path / "nothing.db").exists()


def test_a_missing_file_behind_an_address_is_refused(tmp_path):
    with pytest.raises(RunFolderError, match="no study at"):
        StudyStore.open(f"sqlite:///{tmp_path}/nothing.db")


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(RunFolderError, match="no study at"):
        StudyStore.open(tmp_path)


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(RunFolderError, match=r"folder .*runs' does not exist"):
        StudyStore.create(tmp_path / "runs" / "study.db", "a", "minimize", space=HyperParameters())


@pytest.mark.parametrize("verb", ["open", "create"])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path, verb):
    path = tmp_path / "study.db"
    path.write_text("x,y\n1,2\n" * 500)
    before = path.read_bytes()
    with pytest.raises(RunFolderError, match="cannot be used"):
        _use(path, verb)
    assert path.read_bytes() == before


@pytest.mark.parametrize("verb", ["open", "create"])
def test_a_foreign_database_is_refused_and_left_alone(tmp_path, verb):
    path = tmp_path / "study.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE customers (name TEXT)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(RunFolderError, match="its tables are: customers"):
        _use(path, verb)
    assert path.read_bytes() == before


def test_an_empty_file_is_no_study_but_may_become_one(tmp_path):
    path = tmp_path / "study.db"
    path.touch()
    with pytest.raises(RunFolderError, match="its tables are: none"):
        StudyStore.open(path)
    _use(path, "create")
    StudyStore.open(path).close()


@pytest.mark.parametrize("share", [0.3, 0.7])
def test_a_file_cut_short_is_refused(tmp_path, share):
    path = tmp_path / "study.db"
    _use(path, "create")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(RunFolderError, match="cannot be used"):
        StudyStore.open(path)


def test_a_file_with_garbled_pages_is_refused(tmp_path):
    path = tmp_path / "study.db"
    _use(path, "create")
    whole = bytearray(path.read_bytes())
    whole[4096:] = os.urandom(1) * (len(whole) - 4096)
    path.write_bytes(whole)
    with pytest.raises(RunFolderError, match="cannot be used"):
        StudyStore.open(path)


def test_the_schema_of_another_version_is_refused(tmp_path):
    path = tmp_path / "study.db"
    _use(path, "create")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'v99.0.0'")
    connection.close()
    with pytest.raises(RunFolderError, match="updating optuna"):
        StudyStore.open(path)


def test_a_database_that_cannot_be_written_is_refused(tmp_path):
    path = tmp_path / "study.db"
    _use(path, "create")
    with pytest.raises(RunFolderError, match="readonly"):
        StudyStore.create(f"sqlite:///file:{path}?mode=ro&uri=true", "another", "minimize", space=HyperParameters())


def test_a_missing_database_driver_is_named():
    with pytest.raises(MissingExtraError, match="oracledb"):
        StudyStore.open("oracle+oracledb://host/db")


def test_passwords_are_not_shown():
    assert "secret" not in shown("mysql://me:secret@host/db")
    with pytest.raises(RunFolderError) as caught, storage_errors("mysql://me:secret@host/db"):
        raise sqlite3.OperationalError("down")
    assert "secret" not in str(caught.value)


def _use(path, verb):
    if verb == "open":
        StudyStore.open(path).close()
    else:
        StudyStore.create(path, "digits", "minimize", space=HyperParameters()).close()
