import json

import pytest

from layersmith.errors import RunFolderError
from layersmith.storage.run_folder import RunFolder, check_file


@pytest.fixture
def folder(tmp_path):
    found = RunFolder(tmp_path / "runs" / "digits")
    found.create()
    found.write("config.json", {"seed": 0})
    return found


def test_a_new_or_empty_folder_is_free_and_nothing_is_written(tmp_path):
    (tmp_path / "empty").mkdir()
    for name in ("new", "a/b/c", "empty"):
        assert RunFolder.check_free(tmp_path / name).path == tmp_path / name
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_another_run_is_not_written_over(folder):
    with pytest.raises(RunFolderError, match="holds another run") as caught:
        RunFolder.check_free(folder.path)
    assert f"layersmith resume {folder.path}" in caught.value.fix


@pytest.mark.parametrize("below", ["", "deeper", "deeper/still"])
def test_a_file_is_no_folder(below, tmp_path):
    (tmp_path / "letter").write_text("Dear reader")
    with pytest.raises(RunFolderError, match="letter is a file"):
        RunFolder.check_free(tmp_path / "letter" / below)
    with pytest.raises(RunFolderError, match="cannot be made"):
        RunFolder(tmp_path / "letter" / below).create()


def test_a_folder_of_other_things_is_left_alone(tmp_path):
    (tmp_path / "letter").write_text("Dear reader")
    with pytest.raises(RunFolderError, match="not empty"):
        RunFolder.check_free(tmp_path)


def test_what_was_written_is_read(folder):
    data = {"name": "Größe", "values": [1, 2.5, None]}
    folder.write("data.json", data)
    assert RunFolder.open(folder.path).read("data.json") == data
    assert "Größe" in (folder.path / "data.json").read_text(encoding="utf-8")


def test_a_folder_without_a_run_is_not_opened(tmp_path):
    with pytest.raises(RunFolderError, match="holds no run"):
        RunFolder.open(tmp_path)
    with pytest.raises(RunFolderError, match="there is no folder"):
        RunFolder.open(tmp_path / "nothing")


def test_a_run_without_a_result_has_not_finished(folder):
    with pytest.raises(RunFolderError, match=r"result\.json is missing") as caught:
        folder.read("result.json")
    assert "layersmith resume" in caught.value.fix


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"3", b"\xff\xfe"])
def test_damage_is_named(content, folder):
    (folder.path / "result.json").write_bytes(content)
    with pytest.raises(RunFolderError, match=r"result\.json is damaged"):
        folder.read("result.json")


def test_data_of_another_form_are_damage_too(folder):
    folder.write("result.json", {"seed": 0})
    assert folder.read_as("result.json", lambda data: data["seed"]) == 0
    with pytest.raises(RunFolderError, match="KeyError: 'score'"):
        folder.read_as("result.json", lambda data: data["score"])


def test_a_failed_write_leaves_the_file_as_it_was(folder):
    with pytest.raises(TypeError):
        folder.write("config.json", {"seed": object()})
    assert json.loads((folder.path / "config.json").read_text()) == {"seed": 0}
    assert [path.name for path in folder.path.iterdir()] == ["config.json"]


def test_a_file_can_be_written_in_a_folder_there_or_not(tmp_path):
    for name in ("page.html", "new/page.html"):
        assert check_file(tmp_path / name) == tmp_path / name
    (tmp_path / "letter").write_text("Dear reader")
    assert check_file(tmp_path / "letter") == tmp_path / "letter"  # is written over
    with pytest.raises(RunFolderError, match="is a folder"):
        check_file(tmp_path)
    with pytest.raises(RunFolderError, match="letter is a file"):
        check_file(tmp_path / "letter" / "page.html")
