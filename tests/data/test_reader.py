import sys
import time

import numpy as np
import pandas as pd
import polars as pl
import pytest

from layersmith.data import Kind, ReadOptions, Task, encode, read


def people(rows=60):
    return pd.DataFrame(
        {
            "age": np.arange(rows) % 23 + 18.0,
            "town": np.resize(["Rome", "Oslo", "Bern"], rows),
            "income": np.resize(["low", "high", "low"], rows),
        }
    )


def said(problem, part):
    return any(part in note for note in problem.notes)


def test_table_with_a_target_column():
    problem = read(people(), options=ReadOptions(target="income"))
    assert (problem.kind, problem.task) == (Kind.TABLE, Task.BINARY)
    assert problem.classes == ("high", "low")
    assert problem.target_names == ("income",)
    assert problem.targets.dtype == np.int32
    assert said(problem, "task: binary classification, because 'income' holds text")
    assert said(problem, "features: 1 numeric, 1 categorical")
    assert problem.source == "DataFrame"
    assert problem.holdout is None
    assert len(problem.excluded) == 0


@pytest.mark.parametrize("y", [pd.Series, list, np.asarray, pl.Series])
def test_target_beside_the_frame(y):
    frame = people()
    labels = y(frame["income"].tolist())
    beside = read(frame.drop(columns="income"), labels)
    inside = read(frame, options=ReadOptions(target="income"))
    np.testing.assert_array_equal(beside.targets, inside.targets)
    assert beside.classes == inside.classes


def test_polars_frames_equal_pandas_frames():
    options = ReadOptions(target="income")
    left, right = read(people(), options=options), read(pl.from_pandas(people()), options=options)
    lazy = read(pl.from_pandas(people()).lazy(), options=options)
    rows = np.arange(60)
    for name, array in encode(left, rows).x.items():
        np.testing.assert_array_equal(array, encode(right, rows).x[name])
        np.testing.assert_array_equal(array, encode(lazy, rows).x[name])


def test_several_targets():
    frame = people().assign(a=np.resize([0, 1, 1], 60), b=np.resize([1, 1, 0, 0], 60))
    problem = read(frame, options=ReadOptions(target=["a", "b"]))
    assert problem.task is Task.MULTILABEL
    assert problem.classes == ("a", "b")
    assert problem.targets.shape == (60, 2)
    assert problem.labels is None


@pytest.mark.parametrize(
    ("shape", "dtype", "kind"),
    [
        ((20, 5), "float32", Kind.TABLE),
        ((20, 12, 12), "uint8", Kind.IMAGE),
        ((20, 12, 12), "float32", Kind.IMAGE),
        ((20, 12, 12, 3), "float64", Kind.IMAGE),
        ((20, 12, 2), "float32", Kind.SERIES),
        ((20, 12, 1), "int64", Kind.SERIES),
    ],
)
def test_kind_of_arrays_is_inferred_and_said(shape, dtype, kind):
    x = (np.random.default_rng(0).random(shape) * 9).astype(dtype)
    problem = read(x, np.resize([0, 1], 20))
    assert problem.kind is kind
    assert said(problem, f"kind: {kind}")


def test_kind_can_be_overruled():
    x, y = np.random.default_rng(0).random((20, 12, 12)), np.resize([0, 1], 20)
    assert read(x, y, options=ReadOptions(kind="series")).kind is Kind.SERIES
    flat = read(x, y, options=ReadOptions(kind="table"))
    assert encode(flat, np.arange(20)).x["numeric"].shape == (20, 144)
    frame = pd.DataFrame(x[:, 0])
    series = read(frame, y, options=ReadOptions(kind="series"))
    assert encode(series, np.arange(20)).x["series"].shape == (20, 12, 1)


def test_split_column_is_the_holdout():
    frame = people().assign(Fold=np.resize(["train", "test", "val", "train"], 60))
    problem = read(frame, options=ReadOptions(target="income"))
    np.testing.assert_array_equal(problem.holdout, np.arange(1, 60, 4))
    assert said(problem, "'Fold' = test")
    assert said(problem, "'val' rows join")
    assert "Fold" not in problem.content.frame.columns


def test_split_column_can_be_switched_off_or_named():
    frame = people().assign(split=np.resize(["train", "test"], 60), part=np.resize(["Train", "Train", "Test"], 60))
    off = read(frame, options=ReadOptions(target="income", split_column=None))
    assert off.holdout is None
    assert "split" in off.content.roles.categorical
    named = read(frame, options=ReadOptions(target="income", split_column="part"))
    assert len(named.holdout) == 20


def test_a_column_named_split_with_other_values_is_a_feature():
    frame = people().assign(split=np.resize(["left", "right"], 60))
    problem = read(frame, options=ReadOptions(target="income"))
    assert problem.holdout is None
    assert "split" in problem.content.roles.used


def test_train_rows_that_are_in_the_holdout_are_excluded():
    frame = pd.DataFrame({"a": [1.0, 2, 3, 1, 5, 6], "y": [0, 1, 0, 0, 1, 1]})
    frame["split"] = ["train", "train", "train", "test", "test", "train"]
    problem = read(frame, options=ReadOptions(target="y"))
    np.testing.assert_array_equal(problem.excluded, [0])
    assert any("not trained on: 1" in warning for warning in problem.warnings)
    same_x_other_y = frame.assign(y=[1, 1, 0, 0, 1, 1])
    assert not len(read(same_x_other_y, options=ReadOptions(target="y")).excluded)


def test_duplicates_share_an_id():
    frame = pd.concat([people(46), people(46).head(3)], ignore_index=True)
    problem = read(frame, options=ReadOptions(target="income"))
    np.testing.assert_array_equal(problem.duplicates[46:], problem.duplicates[:3])
    assert said(problem, "rows that repeat another row")


def test_target_in_disguise_is_named():
    frame = people().assign(code=lambda frame: frame.income.map({"low": "L", "high": "H"}))
    problem = read(frame, options=ReadOptions(target="income"))
    assert [warning for warning in problem.warnings if "'code' alone determines" in warning]
    amounts = people().assign(pay=np.arange(60.0) ** 1.5)
    amounts["euros"] = amounts.pay * 0.9
    problem = read(amounts, options=ReadOptions(target="pay"))
    assert ["euros" in warning for warning in problem.warnings] == [True]


def test_groups_by_column_and_by_array():
    by_column = read(people(), options=ReadOptions(target="income", group="town"))
    assert "town" not in by_column.content.frame.columns
    by_array = read(people(), options=ReadOptions(target="income", group=people().town.to_numpy()))
    np.testing.assert_array_equal(by_column.groups, by_array.groups)
    assert by_column.groups.max() == 2
    missing = read(people(), options=ReadOptions(target="income", group=[None, None] + ["a"] * 58))
    assert missing.groups[0] != missing.groups[1]


def test_time_orders_all_that_belongs_to_a_row():
    dates = pd.date_range("2024-01-01", periods=60).strftime("%Y-%m-%d")
    frame = people().assign(day=dates, part=np.resize(["train"] * 40 + ["test"] * 20, 60), mark=np.arange(60.0) ** 2)
    mixed = frame.sample(frac=1, random_state=0)
    options = ReadOptions(target="income", time="day", split_column="part", group="town")
    straight, sorted_ = read(frame, options=options), read(mixed, options=options)
    assert straight.ordered
    assert sorted_.ordered
    np.testing.assert_array_equal(straight.targets, sorted_.targets)
    np.testing.assert_array_equal(straight.holdout, sorted_.holdout)
    np.testing.assert_array_equal(sorted_.content.frame["mark"], np.arange(60.0) ** 2)
    assert said(sorted_, "rows were sorted by time")


def test_time_as_an_array_sorts_images():
    x = np.arange(10, dtype=np.uint8)[:, None, None] * np.ones((1, 8, 8), dtype=np.uint8)
    problem = read(x, np.arange(10) % 2, options=ReadOptions(time=-np.arange(10)))
    np.testing.assert_array_equal(problem.content.array[:, 0, 0, 0], np.arange(10)[::-1])
    np.testing.assert_array_equal(problem.targets, (np.arange(10) % 2)[::-1])


def test_growing_parts_of_the_time_column_are_no_feature():
    frame = people(300).assign(day=pd.date_range("2023-01-01", periods=300, freq="30h"))
    dataset = encode(read(frame, options=ReadOptions(target="income", time="day")), np.arange(300))
    names = dataset.preprocess.inputs.numeric_names
    assert "day.weekday" in names
    assert not {"day.year", "day.elapsed"} & set(names)


def test_samples_have_class_names():
    assert read("sklearn:iris").classes == ("setosa", "versicolor", "virginica")
    assert read("sklearn:diabetes").task is Task.REGRESSION
    digits = read("sklearn:digits")
    assert digits.kind is Kind.IMAGE
    assert digits.content.array.shape == (1797, 8, 8, 1)


def test_wage_as_it_is(real_data):
    problem = read(real_data / "wage.csv.gz", options=ReadOptions(target="wage"))
    assert (problem.kind, problem.task, problem.num_rows) == (Kind.TABLE, Task.REGRESSION, 3000)
    assert len(problem.holdout) == 600
    assert said(problem, "'region' is constant")
    assert set(problem.content.roles.numeric) == {"year", "age"}
    assert len(problem.excluded) == 1


@pytest.mark.parametrize(("name", "steps", "train"), [("gunpoint", 150, 50), ("italypower", 24, 67)])
def test_archives_of_series_bring_their_split(real_data, name, steps, train):
    problem = read(real_data / f"{name}.npz")
    assert (problem.kind, problem.task) == (Kind.SERIES, Task.BINARY)
    assert problem.content.array.shape[1:] == (steps, 1)
    assert problem.num_rows - len(problem.holdout) == train


def test_adult_is_read_and_encoded_in_two_seconds(real_data):
    start = time.process_time()  # of this process: others have the cores too
    problem = read(real_data / "adult.csv.gz", options=ReadOptions(target="income"))
    dataset = encode(problem, np.setdiff1d(np.arange(problem.num_rows), problem.holdout))
    seconds = time.process_time() - start
    assert dataset.spec.num_categorical == 8
    assert dataset.spec.num_numeric == 6
    assert round(dataset.spec.imbalance, 2) == 0.24
    assert seconds < 2 or sys.gettrace() is not None
