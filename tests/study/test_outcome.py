import shutil

import numpy as np
import pytest

from layersmith.errors import RunFolderError
from layersmith.study.outcome import load_outcome


@pytest.fixture
def copy(finished, tmp_path):
    """A copy of a finished run, to be spoilt."""
    return shutil.copytree(finished.folder.path, tmp_path / "copy")


def test_a_run_that_was_moved_is_the_same_run(finished, copy, make_rows):
    moved = load_outcome(copy)
    assert moved.answer == finished.answer
    assert moved.trials == finished.trials
    assert moved.settings == finished.settings
    assert moved.source == finished.source
    inputs = moved.preprocess.transform(make_rows().drop(columns=["label", "split"]).head(20))
    np.testing.assert_array_equal(np.asarray(moved.model(inputs)), np.asarray(finished.model(inputs)))


@pytest.mark.parametrize("name", ["result.json", "data.json", "study.db"])
def test_a_file_that_is_missing_is_named(name, copy):
    (copy / name).unlink()
    with pytest.raises(RunFolderError) as caught:
        load_outcome(copy)
    assert name in caught.value.got
    assert caught.value.fix


def test_a_damaged_result_is_named(copy):
    (copy / "result.json").write_text('{"title": "LeNet-5"}')
    with pytest.raises(RunFolderError, match=r"result\.json is damaged"):
        load_outcome(copy)
