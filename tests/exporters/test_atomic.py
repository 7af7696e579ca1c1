import os

import pytest

from layersmith.exporters.atomic import replacing, write_bytes, write_text


def test_text_is_written_as_utf8_and_its_folder_made(tmp_path):
    path = write_text(tmp_path / "new" / "notes.txt", "naïve ×\n")
    assert path.read_bytes() == "naïve ×\n".encode()


def test_an_old_file_is_replaced(tmp_path):
    path = tmp_path / "data.bin"
    write_bytes(path, b"old and longer")
    write_bytes(path, b"new")
    assert path.read_bytes() == b"new"


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    path = write_text(tmp_path / "notes.txt", "old")

    def fail_half_way():
        with replacing(path) as temporary:
            temporary.write_text("half")
            raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"):
        fail_half_way()
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["notes.txt"]


def test_the_old_file_stands_until_the_new_one_is_whole(tmp_path):
    path = write_text(tmp_path / "notes.txt", "old")
    with replacing(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert os.listdir(tmp_path) == ["notes.txt"]


def test_the_temporary_file_keeps_the_ending_and_the_file_system(tmp_path):
    with replacing(tmp_path / "model.keras") as temporary:
        assert temporary.suffix == ".keras"
        assert temporary.is_relative_to(tmp_path)
        temporary.write_bytes(b"")


def test_a_writer_that_writes_nothing_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "never.txt"):
        pass
    assert os.listdir(tmp_path) == []
