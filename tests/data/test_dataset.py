import numpy as np
import pandas as pd
import pytest

from layersmith.data import DataSpec, Kind, ReadOptions, Task, encode, read
from layersmith.errors import DataError


def test_table_spec():
    frame = pd.DataFrame(
        {
            "a": [1.0, None, 3.0, 4.0] * 10,
            "b": np.arange(40) % 7,
            "c": ["x", "y"] * 20,
            "d": ["p", "q", "r", "r"] * 10,
            "y": [0, 0, 0, 1] * 10,
        }
    )
    dataset = encode(read(frame, options=ReadOptions(target="y")), np.arange(40))
    assert dataset.spec == DataSpec(
        kind=Kind.TABLE, task=Task.BINARY, num_outputs=1, num_rows=40, num_numeric=2, num_categorical=2,
        vocabulary=3 + 4, missing=(0,), classes=("0", "1"), imbalance=0.25,
    )  # fmt: skip
    assert list(dataset.x) == ["numeric", "categorical"]
    assert dataset.x["numeric"].dtype == np.float32
    assert dataset.x["categorical"].dtype == np.int32
    assert dataset.x["categorical"].max() == 6
    assert np.isnan(dataset.x["numeric"][1, 0])


def test_only_the_given_rows_are_learned_from():
    frame = pd.DataFrame({"c": ["a"] * 10 + ["b"] * 10, "n": [1.0, 2.0] * 5 + [None, 2.0] * 5, "y": [0, 1] * 10})
    dataset = encode(read(frame, options=ReadOptions(target="y")), np.arange(10))
    assert dataset.preprocess.inputs.categories[0].values == ("a",)
    assert dataset.x["categorical"][:, 0].tolist() == [1] * 10 + [0] * 10
    assert dataset.spec.missing == ()
    assert dataset.spec.num_rows == 10
    changed = frame.assign(c=["a"] * 10 + ["z"] * 10)
    again = encode(read(changed, options=ReadOptions(target="y")), np.arange(10))
    assert again.preprocess == dataset.preprocess


def test_imbalance_is_that_of_the_given_rows():
    problem = read(np.arange(40.0).reshape(-1, 1), np.repeat([0, 1], 20))
    assert encode(problem, np.arange(30)).spec.imbalance == pytest.approx(1 / 3)
    assert encode(problem, np.arange(10)).spec.imbalance == 0


@pytest.mark.parametrize(
    ("x", "pixel_range", "dtype"),
    [
        (np.full((6, 8, 8), 9, dtype=np.uint8), 255.0, np.uint8),
        (np.full((6, 8, 8), 0.5), 1.0, np.float32),
        (np.full((6, 8, 8), 16.0), 16.0, np.float32),
        (np.full((6, 8, 8, 3), 200.0), 255.0, np.float32),
        (np.full((6, 8, 8), 999, dtype=np.uint16), 1023.0, np.float32),
        (np.full((6, 8, 8), 1e6), 1e6, np.float32),
    ],
)
def test_images(x, pixel_range, dtype):
    dataset = encode(read(x, [0, 1] * 3), np.arange(6))
    assert dataset.spec.pixel_range == pixel_range
    assert dataset.x["image"].dtype == dtype
    assert dataset.spec.shape == dataset.x["image"].shape[1:]


def test_channels_first_images_are_turned():
    x = np.zeros((6, 3, 10, 12), dtype=np.uint8)
    x[:, 1] = 7
    dataset = encode(read(x, [0, 1] * 3), np.arange(6))
    assert dataset.spec.shape == (10, 12, 3)
    assert dataset.x["image"][0, 0, 0].tolist() == [0, 7, 0]


@pytest.mark.parametrize(
    ("y", "task", "outputs"),
    [
        (np.arange(30) % 3, Task.MULTICLASS, 3),
        (np.arange(30) % 2, Task.BINARY, 1),
        (np.linspace(0, 1, 30), Task.REGRESSION, 1),
        (np.random.default_rng(0).normal(size=(30, 4)), Task.MULTIREGRESSION, 4),
        (np.random.default_rng(0).integers(0, 2, (30, 3)), Task.MULTILABEL, 3),
    ],
)
def test_outputs(y, task, outputs):
    dataset = encode(read(np.random.default_rng(1).normal(size=(30, 2)), y), np.arange(30))
    assert dataset.spec.task is task
    assert dataset.spec.num_outputs == outputs
    assert len(dataset.y) == 30
    assert (dataset.spec.imbalance > 0) is task.is_classification


def test_rows_out_of_range_are_refused():
    with pytest.raises(DataError, match="index 150 out of range"):
        encode(read("sklearn:iris"), np.array([150]))
