"""Whatever is wrong with what comes in is said in one message: what was got, and what to do."""

import gzip
from itertools import count

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from PIL import Image

from layersmith.data import ReadOptions, read
from layersmith.errors import DataError, SourceNotFoundError

ROWS = 40
RNG = np.random.default_rng(0)


def frame(**columns):
    base = {"age": np.arange(ROWS) % 17, "town": ["a", "b", "c", "d"] * 10, "income": ["no", "yes"] * 20}
    return pd.DataFrame({**base, **columns})


def series(**columns):
    months = pd.date_range("2000-01-01", periods=60, freq="MS").strftime("%Y-%m-%d")
    return pd.DataFrame({"month": months, "sales": np.sin(np.arange(60)) + 2, **columns})


def with_split(values):
    return frame(split=(values * ROWS)[:ROWS])


def y_of(values):
    return np.resize(np.asarray(values), ROWS)


X = RNG.normal(size=(ROWS, 3))
Y = y_of([0, 1])
SERIES = RNG.normal(size=(ROWS, 20, 1))
LABELS = {"target": "income"}


def holed(value, index=(3, 1)):
    x = X.copy()
    x[index] = value
    return x


class Batches:
    def __init__(self, *batches):
        self.batches = batches

    def __iter__(self):
        return iter(self.batches)


class Endless:
    def cardinality(self):
        return -1

    def as_numpy_iterator(self):
        return iter(())


def endless():
    for _ in count():
        yield np.zeros((10, 100)), np.zeros(10)


CASES = {
    # sources
    "none": (None, None, {}, "the source is None", "pass the data"),
    "bytes": (b"age,income", None, {}, "the source is a bytes", "path"),
    "number": (3.5, None, {}, "the source is a float", "path"),
    "dictionary": ({"x": [1]}, None, {}, "the source is a dict", "pandas.DataFrame"),
    "object": (object(), None, {}, "the source is a object", "arrays"),
    "unknown sample": ("sklearn:digit", None, {}, "no data set 'digit'", "sklearn:digits"),
    "targets twice": ("sklearn:iris", [1, 2], {}, "targets of its own", "leave y out"),
    "empty text": ("", None, {}, "the source is an empty text", "path"),
    "y as a name": (frame(), "income", {}, "y is the text 'income'", "target='income'"),
    "sparse": (scipy.sparse.eye(4).tocsr(), [0, 1, 0, 1], {}, "a sparse csr_matrix", "toarray()"),
    "a pair": ((X, Y), None, {}, "a pair of arrays", "two arguments"),
    # arrays
    "ragged": ([[1, 2], [3]], [0, 1], {}, "x is ragged", "pad or cut"),
    "object rows": (np.array([[1], [2, 3]], dtype=object), [0, 1], {}, "ragged", "pad or cut"),
    "object text": (np.array([[1, "a"], [2, "b"]], dtype=object), [0, 1], {}, "not numbers", "DataFrame"),
    "empty": (np.zeros((0, 3)), [], {}, "x has shape (0, 3)", "check how"),
    "one dimension": (X[:, 0], Y, {}, "x has shape (40,)", "reshape(-1, 1)"),
    "five dimensions": (np.zeros((4, 2, 2, 2, 2)), [0, 1, 0, 1], {}, "(4, 2, 2, 2, 2)", "flatten"),
    "no y": (X, None, {}, "x without targets", "pass y"),
    "unequal lengths": (X, Y[:30], {}, "x has 40 rows and y has 30", "same rows"),
    "infinite x": (holed(np.inf), Y, {}, "column 'x1' holds 1 infinite value(s), the first at index [3]", "NaN"),
    "infinite series": (np.where(SERIES > 2, np.inf, SERIES), Y, {}, "infinite", "replace"),
    "missing in series": (np.where(SERIES > 2, np.nan, SERIES), Y, {}, "missing value(s), the first at", "fill"),
    "complex x": (X + 1j, Y, {}, "complex numbers", "abs(x)"),
    "complex y": (X, Y + 1j, {}, "y holds complex", "abs(y)"),
    "text in a cube": (np.full((4, 5, 6), "a"), [0, 1, 0, 1], {}, "holds <U1", "astype"),
    "structured": (np.zeros(4, dtype=[("a", int)]), [0, 1, 0, 1], {}, "structured", "DataFrame"),
    # targets
    "y of three dimensions": (X, np.zeros((ROWS, 2, 2)), {}, "y has shape (40, 2, 2)", "one column per output"),
    "y missing": (
        X, np.where(np.arange(ROWS) > 37, np.nan, 1.5), {}, "missing in 2 row(s), the first is row 38", "drop",
    ),
    "y infinite": (X, np.where(np.arange(ROWS) > 37, np.inf, X[:, 0]), {}, "infinite", "replace"),
    "y dates": (X, pd.date_range("2020-01-01", periods=ROWS).to_series(), {}, "holds dates", "forecast="),
    "one class": (X, np.ones(ROWS, dtype=int), {}, "one class only: '1'", "target"),
    "one class of text": (X, ["a"] * ROWS, {}, "one class only: 'a'", "target"),
    "constant amounts": (X, np.full(ROWS, 2.5), {}, "2.5 in every row", "target"),
    "class of one row": (X, ["a", "b"] * 19 + ["a", "z"], {}, "1 class(es) with one row: 'z'", "merge"),
    "names as target": (X, [f"n{i}" for i in range(ROWS)], {}, "40 class(es) with one row", "merge"),
    "constant label": (X, np.column_stack([Y, Y * 0, Y]), {}, "is the same in every row", "drop"),
    "text among targets": (
        frame(tax=["x", "y"] * 20), None, {"target": ["income", "tax"]}, "'income' holds text", "one class column",
    ),
    # kind and task
    "unknown kind": (X, Y, {"kind": "tabel"}, "unknown kind 'tabel'", "'table'"),
    "unknown task": (X, Y, {"task": "clustering"}, "unknown task 'clustering'", "leave task out"),
    "regression on text": (frame(), None, {**LABELS, "task": "regression"}, "which holds text", "multiclass"),
    "binary of three": (X, y_of([0, 1, 2]), {"task": "binary"}, "has 3 classes", "multiclass"),
    "multilabel of one": (X, Y, {"task": "multilabel"}, "with one target", "several target"),
    "multilabel of amounts": (X, X[:, :2], {"task": "multilabel"}, "other values than 0 and 1", "multiregression"),
    "multiclass of labels": (
        X, np.ones((ROWS, 2), dtype=int), {"task": "multiclass"}, "row 0 has 2 ones", "multilabel",
    ),
    "regression of several": (X, X[:, :2], {"task": "regression"}, "with 2 targets", "multiregression"),
    "image of a table": (X, Y, {"kind": "image"}, "kind 'image' for x of shape (40, 3)", "reshape"),
    "series of images": (np.zeros((4, 8, 8, 1)), [0, 1, 0, 1], {"kind": "series"}, "(4, 8, 8, 1)", "reshape"),
    "series of text": (frame(), None, {**LABELS, "kind": "series"}, "text in column 'town'", "leave kind out"),
    "horizon alone": (X, Y, {"horizon": 3}, "horizon 3 without a forecast", "forecast="),
    "no horizon": (series(), None, {"forecast": "sales", "horizon": 0}, "horizon is 0", "1 or more"),
    "half a lookback": (series(), None, {"forecast": "sales", "lookback": 2.5}, "lookback is 2.5", "1 or more"),
    # tables
    "unknown target": (frame(), None, {"target": "incom"}, "no column 'incom' (target)", "use 'income'"),
    "no target": (frame(), None, {}, "no target is named", "target='income'"),
    "likely target": (frame(label=Y, z=Y), None, {}, "no target is named", "target='label'"),
    "target and y": (frame(), Y, LABELS, "target 'income' was named", "leave target or y out"),
    "only a target": (frame()[["income"]], None, LABELS, "no column besides", "feature"),
    "only a constant": (frame()[["income"]].assign(one=1), None, LABELS, "no usable feature", "feature"),
    "same names": (pd.DataFrame(X, columns=["a", "a", "b"]), Y, {}, "several columns 'a'", "rename"),
    "no rows": (frame().head(0), None, LABELS, "shape (0, 3)", "filtered"),
    "lists in cells": (frame(bag=[[1, 2]] * ROWS), None, LABELS, "column 'bag' holds values of type list", "expand"),
    "complex column": (frame(z=X[:, 0] + 1j), None, LABELS, "column 'z' holds complex", "split"),
    "infinite column": (frame(z=holed(np.inf)[:, 1]), None, LABELS, "column 'z' holds 1 infinite", "NaN"),
    "unknown split": (frame(), None, {**LABELS, "split_column": "part"}, "no column 'part' (split", "list"),
    "no test rows": (with_split(["train"]), None, {**LABELS, "split_column": "split"}, "'train'", "no test rows"),
    "strange split": (
        with_split(["a", "test"]), None, {**LABELS, "split_column": "split"}, "holds 'a', 'test'", "rename",
    ),
    "class in test only": (
        frame(split=["train", "test"] * 20), None, LABELS, "class 'yes' is in the test rows only", "stratified",
    ),
    "unknown group": (frame(), None, {**LABELS, "group": "twon"}, "no column 'twon' (group column)", "use 'town'"),
    "short group": (X, Y, {"group": [1, 2]}, "group has 2", "same rows"),
    "flat group": (X, Y, {"group": X}, "group has 2 dimensions", "one entry per row"),
    "group without columns": (X, Y, {"group": "town"}, "holds no columns", "as an array"),
    "unknown time": (frame(), None, {**LABELS, "time": "day"}, "no column 'day' (time column)", "list"),
    "time of text": (frame(), None, {**LABELS, "time": "town"}, "neither a date nor a number", "to_datetime"),
    "time missing": (X, Y, {"time": holed(np.nan, (3, 0))[:, 0]}, "the first is row 3", "drop"),
    # forecasts
    "unknown series": (series(), None, {"forecast": "sale"}, "no series 'sale'", "use 'sales'"),
    "series of words": (series(sales=["a", "b"] * 30), None, {"forecast": "sales"}, "holds 'a' in row 0", "clean"),
    "gap in a series": (
        series(sales=[1.0, np.nan] * 30), None,
        {"forecast": "sales"}, "30 missing value(s), the first in row 1", "fill",
    ),
    "constant series": (series(sales=[1.0] * 60), None, {"forecast": "sales"}, "1 in every step", "column"),
    "repeated date": (series(month=["2020-01"] * 60), None, {"forecast": "sales"}, "2020-01-01 several times", "sum"),
    "missing date": (
        series(month=[None, *series().month[1:]]), None, {"forecast": "sales"}, "1 missing date", "drop",
    ),
    "long horizon": (series(), None, {"forecast": "sales", "horizon": 59}, "series of 60 steps", "at most 19"),
    "forecast with y": (X, Y, {"kind": "forecast"}, "and y besides", "alone"),
    "forecast of classes": (series(), None, {"forecast": "sales", "task": "binary"}, "task 'binary'", "leave task"),
    "which series": (series(tax=range(60)), None, {"kind": "forecast"}, "2 numeric columns", "forecast='tax'"),
    "forecast of windows": (SERIES, None, {"kind": "forecast"}, "(40, 20, 1)", "one series"),
    "test steps first": (
        series(split=["test"] * 30 + ["train"] * 30), None, {"forecast": "sales"}, "train rows after", "in time",
    ),
    "forecast of groups": (series(), None, {"forecast": "sales", "group": "month"}, "group for a", "one group"),
    "forecast and target": (series(), None, {"forecast": "sales", "target": "tax"}, "target 'tax'", "leave target out"),
    "time of a forecast": (series(), None, {"forecast": "sales", "time": "sales"}, "holds no dates", "leave time out"),
    "time beside": (series(), None, {"forecast": "sales", "time": [1]}, "time as an array", "column or the index"),
    "no time": (series(), None, {"forecast": "sales", "time": "day"}, "does not exist", "leave time out"),
    # loaders
    "endless tf.data": (Endless(), None, {}, "infinite", ".take(n)"),
    "endless generator": (endless(), None, {"max_bytes": 100_000}, "more than max_bytes = 100,000", "raise max_bytes"),
    "empty loader": (Batches(), None, {}, "handed out nothing", "only once"),
    "batches without y": (Batches(X, X), None, {}, "batch 0 is a ndarray", "(features, target)"),
    "several inputs": (Batches(({"a": X}, Y)), None, {}, "several inputs", "concatenate"),
    "shifting shapes": (Batches((X, Y), (X[:, :2], Y)), None, {}, "different shapes", "pad"),
    "loader and y": (Batches((X, Y)), Y, {}, "y besides", "leave y out"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_says_what_is_wrong_and_what_to_do(case):
    source, y, options, got, fix = CASES[case]
    with pytest.raises(DataError) as caught:
        read(source, y, options=ReadOptions(**options))
    assert got in caught.value.got
    assert fix in caught.value.fix
    assert caught.value.expected


def text(content):
    return lambda path: path.write_text(content)


def archive(**arrays):
    return lambda path: np.savez(path, **arrays)


def pickled(path):
    np.savez(path, x=np.array([{"a": 1}], dtype=object), y=np.zeros(1), allow_pickle=True)


PLAIN = {"x": X, "y": Y}
FILES = {
    "empty": ("a.csv", text(""), {}, "is empty", "written"),
    "blank": ("a.csv", text("\n\n"), {}, "is empty", "written"),
    "header only": ("a.csv", text("age,income\n"), LABELS, "no rows", "written"),
    "same names": ("a.csv", text("a,a,income\n1,2,no\n"), LABELS, "several columns 'a'", "rename"),
    "more cells": ("a.csv", text("a,b\n1,2\n1,2,3,4\n"), {"target": "b"}, "cannot be read", "that line"),
    "extension": ("a.xlsx", text("x"), {}, "unknown extension '.xlsx'", "CSV or Parquet"),
    "binary": ("a.csv", lambda path: path.write_bytes(b"\xff\xfe\x00\x80"), {}, "as text", "UTF-8"),
    "no gzip": ("a.csv.gz", text("a,b\n1,2\n"), {}, "as text", "UTF-8"),
    "cut gzip": (
        "a.csv.gz", lambda path: path.write_bytes(gzip.compress(b"a,b\n1,2\n" * 99)[:-9]), {}, "cannot", "whole",
    ),
    "no parquet": ("a.parquet", text("hello"), {}, "as Parquet", "to_parquet"),
    "no archive": ("a.npz", text("hello"), {}, "is no NumPy archive", "np.savez"),
    "keys": ("a.npz", archive(z=X), {}, "holds z", "np.savez"),
    "no y": ("a.npz", archive(x=X), {}, "without targets", "pass y"),
    "pickle": ("a.npz", pickled, {}, "pickled", "plain arrays"),
    "lengths": ("a.npz", archive(x=X, y=Y[:5]), {}, "y has 5", "same rows"),
    "out of range": ("a.npz", archive(**PLAIN, test=[40]), {}, "index 40 out of range", "made for"),
    "negative": ("a.npz", archive(**PLAIN, test=[-1]), {}, "index -1 out of range", "made for"),
    "overlap": ("a.npz", archive(**PLAIN, train=[1, 2], test=[2, 3]), {}, "overlap in 1 row(s)", "remove"),
    "mask": ("a.npz", archive(**PLAIN, test=Y == 1), {}, "test is bool", "flatnonzero"),
    "twice": ("a.npz", archive(**PLAIN, test=[1, 1]), {}, "1 row(s) twice", "unique"),
    "no test": ("a.npz", archive(**PLAIN, test=np.array([], dtype=int)), {}, "names no row", "leave it out"),
    "all test": ("a.npz", archive(**PLAIN, test=np.arange(ROWS)), {}, "every row is a test row", "training"),
    "few names": ("a.npz", archive(**PLAIN, classes=["a"]), {}, "label 1 has no name", "every class"),
    "two shapes": (
        "a.npz", archive(x_train=X, y_train=Y, x_test=X[:, :2], y_test=Y), {}, "rows of shape (3,)", "alike",
    ),
    "x_test lengths": ("a.npz", archive(x_train=X, y_train=Y, x_test=X, y_test=Y[:2]), {}, "y_test has 2", "same"),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_names_what_is_wrong_with_a_file(case, tmp_path):
    name, write, options, got, fix = FILES[case]
    write(tmp_path / name)
    with pytest.raises(DataError) as caught:
        read(tmp_path / name, options=ReadOptions(**options))
    assert got in caught.value.got
    assert fix in caught.value.fix


def image(path, size=(8, 8)):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, 128).save(path)


def nothing(folder):
    folder.mkdir(exist_ok=True)


def flat(folder):
    image(folder / "a.png")


def one_class(folder):
    image(folder / "cat" / "a.png")


def empty_class(folder):
    one_class(folder)
    (folder / "dog").mkdir()


def corrupt(folder):
    for name in ("cat/a.png", "cat/b.png", "dog/a.png", "dog/b.png"):
        image(folder / name)
    (folder / "dog" / "b.png").write_bytes((folder / "dog" / "a.png").read_bytes()[:40])


def not_an_image(folder):
    one_class(folder)
    (folder / "dog").mkdir()
    (folder / "dog" / "a.jpg").write_text("hello")


def new_class_in_test(folder):
    for name in ("train/cat/a.png", "train/dog/a.png", "test/cat/b.png", "test/cow/a.png"):
        image(folder / name)


def large(folder):
    for name in ("cat/a.png", "cat/b.png", "dog/a.png", "dog/b.png"):
        image(folder / name, (100, 100))


FOLDERS = {
    "nothing": (nothing, "holds no images", "above"),
    "no sub-folders": (flat, "no sub-folders", "folder of its own"),
    "one class": (one_class, "one class only: 'cat'", "another class"),
    "empty class": (empty_class, "class folder 'dog' holds no images", "remove"),
    "cut file": (corrupt, "b.png", "replace that file"),
    "text file": (not_an_image, "a.jpg", "replace that file"),
    "new class in test": (new_class_in_test, "class 'cow' is in the test folder", "add training images"),
    "too large": (large, "take 40,000 bytes", "raise max_bytes"),
}


@pytest.mark.parametrize("case", FOLDERS)
def test_names_what_is_wrong_with_a_folder(case, tmp_path):
    write, got, fix = FOLDERS[case]
    write(tmp_path)
    with pytest.raises(DataError) as caught:
        read(tmp_path, options=ReadOptions(max_bytes=30_000))
    assert got in caught.value.got
    assert fix in caught.value.fix


def test_missing_path_is_a_file_not_found_error(tmp_path):
    with pytest.raises(SourceNotFoundError, match=r"nothing\.csv"):
        read(tmp_path / "nothing.csv")
    with pytest.raises(FileNotFoundError):
        read(str(tmp_path / "nothing.csv"))
