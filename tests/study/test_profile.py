import json

import numpy as np
import pandas as pd

from layersmith.data import ReadOptions, encode, read
from layersmith.study.profile import profile


def counted(problem):
    rows = np.arange(problem.num_rows)
    return profile(problem, encode(problem, rows), rows, seed=0)


def test_a_table_tells_classes_copies_and_missing_values():
    frame = pd.DataFrame({"a": np.arange(60.0), "b": np.arange(60.0), "label": ["no"] * 40 + ["yes"] * 20})
    frame.loc[:9, "b"] = np.nan
    frame = pd.concat([frame, frame.iloc[-2:]], ignore_index=True)
    found = json.loads(json.dumps(counted(read(frame, options=ReadOptions(target="label")))))
    assert found == {
        "class_counts": [["no", 40], ["yes", 22]], "repeated": 2, "shared": 0, "missing": [["b", 10]], "telling": [],
    }  # fmt: skip


def test_a_column_that_gives_the_target_away_is_named():
    labels = np.array(["no", "yes"])[np.random.default_rng(0).integers(0, 2, 300)]
    frame = pd.DataFrame({"a": np.arange(300.0) % 7, "code": (labels == "yes") * 1.0, "label": labels})
    assert counted(read(frame, options=ReadOptions(target="label")))["telling"] == [("code", 1.0)]


def test_rows_on_both_sides_are_counted():
    frame = pd.DataFrame({"a": np.arange(60.0), "label": ["no", "yes"] * 30, "split": ["train"] * 40 + ["test"] * 20})
    frame.loc[59, ["a", "label"]] = frame.loc[0, ["a", "label"]].to_numpy()
    frame["a"] = frame["a"].astype(float)
    assert counted(read(frame, options=ReadOptions(target="label")))["shared"] == 1


def test_labels_are_counted_each():
    labels = np.array([[1, 0, 1], [1, 0, 0], [0, 1, 0]] * 20)
    found = counted(read(np.random.default_rng(0).normal(size=(60, 4)), labels))
    assert sorted(count for _, count in found["class_counts"]) == [20, 20, 40]


def test_amounts_have_no_classes_and_series_may_lack_values():
    series = np.random.default_rng(0).normal(size=(60, 12, 2))
    found = counted(read(series, np.linspace(0, 1, 60)))
    assert (found["class_counts"], found["missing"]) == ([], [])
