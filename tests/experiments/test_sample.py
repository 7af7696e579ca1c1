"""The rows of an experiment."""

import numpy as np
import pandas as pd
import pytest

from layersmith.data.spec import Task
from layersmith.errors import DataError, SourceNotFoundError
from layersmith.experiments.sample import read_sample

X = np.random.default_rng(0).normal(size=(40, 3))
LABELS = np.where(X[:, 0] > 0, "yes", "no")


def features(sample, rows=None):
    return sample.features(sample.rows if rows is None else rows)


def test_arrays_reach_the_model_as_they_are():
    with_constant = np.concatenate([X, np.ones((40, 1))], axis=1)
    sample = read_sample(with_constant, LABELS)
    assert features(sample)["x"].shape == (40, 4)
    assert features(sample)["x"].dtype == np.float32
    assert sample.task is Task.BINARY
    assert sample.classes == ("no", "yes")
    assert features(sample) is features(sample, np.arange(5))


@pytest.mark.parametrize("dtype", [np.uint8, np.int32])
def test_pixels_and_codes_stay_whole_numbers(dtype):
    assert features(read_sample(np.arange(160).reshape(40, 4).astype(dtype), LABELS))["x"].dtype == dtype


def test_a_dictionary_of_arrays_goes_by_input_name():
    sample = read_sample({"left": X, "right": X[:, :1]}, LABELS)
    assert {name: values.shape for name, values in features(sample).items()} == {"left": (40, 3), "right": (40, 1)}
    assert sample.raw is None


def test_a_frame_of_numbers_is_an_array_and_its_target_a_column():
    frame = pd.DataFrame(X, columns=["a", "b", "c"]).assign(same=1.0, label=LABELS)
    sample = read_sample(frame, target="label")
    assert features(sample)["x"].shape == (40, 4)
    assert list(sample.raw.columns) == ["a", "b", "c", "same"]


def test_vocabularies_are_learned_from_the_rows_of_a_fold():
    frame = pd.DataFrame({"a": X[:, 0], "town": ["north"] * 20 + ["south"] * 10 + ["west"] * 10, "label": LABELS})
    sample = read_sample(frame, target="label")
    few, whole = features(sample, np.arange(30)), features(sample)
    assert few["categorical"][35] != few["categorical"][25]
    assert len(np.unique(few["categorical"][:30])) == 2
    assert len(np.unique(whole["categorical"])) == 3


def test_the_users_own_test_rows_take_no_part():
    frame = pd.DataFrame(X, columns=["a", "b", "c"]).assign(
        town=["north", "south"] * 20, label=LABELS, split=["train"] * 30 + ["test"] * 10
    )
    assert read_sample(frame, target="label").rows.tolist() == list(range(30))


def test_a_sample_by_name():
    sample = read_sample("sklearn:iris")
    assert (sample.task, sample.num_outputs, len(sample.rows)) == (Task.MULTICLASS, 3, 150)


def test_copies_share_an_id_and_groups_a_code():
    x = np.concatenate([X, X[:2]])
    sample = read_sample(x, np.concatenate([LABELS, LABELS[:2]]), groups=["a", "b"] * 21)
    assert sample.duplicates[-2:].tolist() == sample.duplicates[:2].tolist()
    assert sample.groups.tolist() == [0, 1] * 21


@pytest.mark.parametrize(
    ("y", "task", "outputs"),
    [
        (X[:, 0], Task.REGRESSION, 1),
        (X[:, :2], Task.MULTIREGRESSION, 2),
        (np.arange(40) % 3, Task.MULTICLASS, 3),
        (np.eye(4)[np.arange(40) % 4], Task.MULTICLASS, 4),
    ],
)
def test_the_task_is_inferred(y, task, outputs):
    sample = read_sample(X, y)
    assert (sample.task, sample.num_outputs) == (task, outputs)


def test_imbalance_is_the_share_of_the_rarest_class():
    assert read_sample(X, [1] * 4 + [0] * 36).imbalance == pytest.approx(0.1)
    assert read_sample(X, X[:, 0]).imbalance == 0.0


@pytest.mark.parametrize(
    ("x", "y", "said"),
    [
        (X, LABELS[:-1], "x has 40 rows and y has 39"),
        (X, None, "without targets"),
        (X, np.where(X[:, 0] > 0, np.nan, 1.0), "missing"),
        (X, ["yes"] * 40, "one class"),
        ({}, LABELS, "without arrays"),
        ({"a": X, "b": X[:3]}, LABELS, "3"),
        (X.astype(str), LABELS, "holds"),
        (np.where(X > 1, np.inf, X), LABELS, "infinite"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(x, y, said):
    with pytest.raises(DataError, match=said):
        read_sample(x, y)


def test_groups_of_the_wrong_length_or_name_are_refused():
    with pytest.raises(DataError, match="groups has 3"):
        read_sample(X, LABELS, groups=[1, 2, 3])
    with pytest.raises(DataError, match="x has no columns"):
        read_sample(X, LABELS, groups="household")


def test_unknown_tasks_and_files_are_refused():
    with pytest.raises(DataError, match="unknown task 'binry'"):
        read_sample(X, LABELS, task="binry")
    with pytest.raises(SourceNotFoundError):
        read_sample("nowhere.csv", target="label")
