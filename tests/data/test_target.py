import numpy as np
import pandas as pd
import pytest

from layersmith.data.spec import Task
from layersmith.data.target import encode_target
from layersmith.errors import DataError


def target(y, **options):
    return encode_target(y, num_rows=len(y), **options)


@pytest.mark.parametrize(
    ("values", "task", "label_type", "classes"),
    [
        (["b", "a"], Task.BINARY, "text", ("a", "b")),
        ([" b", "a "], Task.BINARY, "text", ("a", "b")),
        ([True, False], Task.BINARY, "boolean", ("False", "True")),
        (["True", "False"], Task.BINARY, "boolean", ("False", "True")),
        ([1, 2], Task.BINARY, "integer", ("1", "2")),
        ([-1, 1], Task.BINARY, "integer", ("-1", "1")),
        ([0.0, 1.0], Task.BINARY, "integer", ("0", "1")),
        (["1", "2"], Task.BINARY, "integer", ("1", "2")),
        ([5, 3, 4], Task.MULTICLASS, "integer", ("3", "4", "5")),
        (["c", "b", "a"], Task.MULTICLASS, "text", ("a", "b", "c")),
    ],
)
def test_classes(values, task, label_type, classes):
    found = target(values * 20)
    assert (found.task, found.label_type, found.classes) == (task, label_type, classes)
    assert found.values.dtype == np.int32
    np.testing.assert_array_equal(found.values, found.labels)
    assert found.values.max() == len(classes) - 1
    assert found.notes[0].startswith("task: ")


def test_categories_of_numbers_are_classes():
    found = target(pd.Series(pd.Categorical([10.5, 2.5] * 20)))
    assert found.classes == ("2.5", "10.5")


@pytest.mark.parametrize("values", [np.linspace(0, 1, 60), np.arange(60), np.arange(60) % 12, [1.0, 2.0] * 30])
def test_amounts(values):
    found = target(values)
    assert found.task is Task.REGRESSION
    assert found.values.dtype == np.float32
    assert found.values.shape == (60,)
    assert found.labels is None


def test_few_whole_numbers_are_classes_only_among_many_rows():
    assert target(np.arange(60) % 8).task is Task.REGRESSION
    assert target(np.arange(600) % 8).task is Task.MULTICLASS
    assert target(np.arange(6000) % 21).task is Task.REGRESSION
    assert target(np.arange(60) % 8, task="multiclass").task is Task.MULTICLASS


def test_task_can_be_overruled():
    assert target([0, 1] * 20, task="regression").values.dtype == np.float32
    assert target([0, 1] * 20, task="multiclass").task is Task.MULTICLASS
    assert not target([0, 1] * 20, task="regression").notes


def test_a_column_vector_is_one_target():
    assert target(np.array([[0], [1]] * 20)).values.shape == (40,)


def test_one_hot_is_classes():
    found = target(np.eye(3)[np.arange(30) % 3])
    assert found.task is Task.MULTICLASS
    assert found.classes == ("0", "1", "2")
    np.testing.assert_array_equal(found.values, np.arange(30) % 3)
    assert "one-hot" in found.notes[0]
    assert target(np.eye(2)[np.arange(30) % 2]).task is Task.BINARY


def test_one_hot_columns_name_the_classes():
    frame = pd.DataFrame(np.eye(3)[np.arange(30) % 3], columns=["cat", "dog", "cow"])
    assert target(frame).classes == ("cat", "dog", "cow")


def test_several_ones_are_labels():
    matrix = np.array([[1, 1, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]] * 10)
    found = target(matrix)
    assert found.task is Task.MULTILABEL
    assert found.values.dtype == np.float32
    assert found.classes == ("target_0", "target_1", "target_2")
    assert target(np.eye(3)[np.arange(30) % 3], task="multilabel").task is Task.MULTILABEL


def test_several_amounts_are_a_regression():
    found = target(pd.DataFrame({"x": np.arange(30.0), "y": np.arange(30.0) ** 2}))
    assert found.task is Task.MULTIREGRESSION
    assert found.classes == found.names == ("x", "y")
    assert found.values.shape == (30, 2)


def test_names_of_integer_labels():
    found = target([0, 2] * 20, classes=("ant", "bee", "cat"))
    assert found.classes == ("ant", "cat")
    assert found.label_type == "text"
    with pytest.raises(DataError, match="label 3 has no name"):
        target([0, 3] * 20, classes=("ant", "bee", "cat"))


def test_imbalance_is_said():
    assert any("'b' has 5.0% of the rows" in note for note in target(["a"] * 38 + ["b"] * 2).notes)
    assert not any("imbalanced" in note for note in target([str(i % 12) + "x" for i in range(240)]).notes)


def test_numeric_text_is_amounts():
    assert target([str(i / 7) for i in range(60)]).task is Task.REGRESSION


def test_missing_marks_in_text_are_missing():
    with pytest.raises(DataError, match="missing in 1 row"):
        target(["a", "b", "?", "a"])
