import numpy as np
import pandas as pd
import pytest
from PIL import Image

from layersmith.data import Preprocess, ReadOptions, encode, read
from layersmith.errors import DataError


def fitted(source, y=None, rows=None, **options):
    problem = read(source, y, options=ReadOptions(**options))
    return encode(problem, np.arange(problem.num_rows) if rows is None else rows)


def table(rows=40):
    return pd.DataFrame(
        {
            "age": np.where(np.arange(rows) % 5, np.arange(rows) * 1.5, np.nan),
            "town": np.resize(["Rome", "Oslo", "Bern", "Oslo"], rows),
            "day": pd.date_range("2024-01-01", periods=rows).strftime("%Y-%m-%d"),
            "income": np.resize(["low", "high", "low"], rows),
        }
    )


def same(left, right):
    assert left.keys() == right.keys()
    for name in left:
        np.testing.assert_array_equal(left[name], right[name])
        assert left[name].dtype == right[name].dtype


@pytest.fixture
def dataset():
    return fitted(table(), target="income")


def test_new_rows_are_transformed_as_the_training_rows(dataset):
    same(dataset.preprocess.transform(table()), dataset.x)


def test_target_may_be_absent_and_columns_may_be_moved(dataset):
    frame = table().drop(columns="income")[["town", "day", "age"]].assign(extra=1)
    same(dataset.preprocess.transform(frame), dataset.x)


def test_files_of_new_rows(dataset, tmp_path):
    table().to_csv(tmp_path / "new.csv", index=False)
    table().to_parquet(tmp_path / "new.parquet")
    table().to_csv(tmp_path / "new.tsv", index=False, sep="\t")
    for name in ("new.csv", "new.parquet", "new.tsv"):
        same(dataset.preprocess.transform(tmp_path / name), dataset.x)


def test_rows_as_dictionaries(dataset):
    row = {"age": 3.0, "town": "Bern", "day": "2024-01-03"}
    single = dataset.preprocess.transform(row)
    same(single, dataset.preprocess.transform([row]))
    same(single, {name: array[2:3] for name, array in dataset.x.items()})
    assert len(dataset.preprocess.transform({"age": [1, 2], "town": ["x", "y"], "day": [None, None]})["numeric"]) == 2


def test_unseen_values_are_unknown(dataset):
    new = dataset.preprocess.transform(pd.DataFrame({"age": ["old"], "town": ["Lima"], "day": ["soon"]}))
    assert np.isnan(new["numeric"]).all()
    assert new["categorical"].tolist() == [[0]]


def test_json_round_trip(dataset):
    text = dataset.preprocess.to_json()
    again = Preprocess.from_json(text)
    assert again == dataset.preprocess
    assert again.to_json() == text
    same(again.transform(table()), dataset.x)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"spec": {"kind": "sound"}}'])
def test_foreign_json_is_refused(text):
    with pytest.raises(DataError, match="no preprocessing"):
        Preprocess.from_json(text)


def test_missing_columns_are_named(dataset):
    with pytest.raises(DataError, match="without column 'town'"):
        dataset.preprocess.transform(table().drop(columns="town"))


def test_arrays_go_by_position():
    x = np.random.default_rng(0).normal(size=(30, 3)).astype(np.float32)
    x[:, 1] = 1
    dataset = fitted(x, np.resize([0, 1], 30))
    assert dataset.spec.num_numeric == 2
    same(dataset.preprocess.transform(x), dataset.x)
    same(dataset.preprocess.transform(pd.DataFrame(x, columns=["p", "q", "r"])), dataset.x)
    with pytest.raises(DataError, match="rows with 2 columns"):
        dataset.preprocess.transform(x[:, :2])


def test_series_keep_their_shape():
    x = np.random.default_rng(0).normal(size=(20, 12, 2)).astype(np.float32)
    preprocess = fitted(x, np.resize([0, 1], 20)).preprocess
    same(preprocess.transform(x[:3]), {"series": x[:3]})
    same(preprocess.transform(x[0]), {"series": x[:1]})
    with pytest.raises(DataError, match=r"\(11, 2\)"):
        preprocess.transform(x[:, :11])


def test_series_of_one_channel_from_flat_rows():
    x = np.random.default_rng(0).normal(size=(20, 12, 1)).astype(np.float32)
    preprocess = fitted(x, np.resize([0, 1], 20)).preprocess
    same(preprocess.transform(x[..., 0]), {"series": x})
    same(preprocess.transform(pd.DataFrame(x[..., 0])), {"series": x})


@pytest.fixture
def folder(tmp_path):
    for label, shade in (("dark", 10), ("light", 200)):
        (tmp_path / label).mkdir()
        for i in range(3):
            Image.new("L", (10, 12), shade + i).save(tmp_path / label / f"{i}.png")
    return tmp_path


def test_images_from_everywhere(folder):
    dataset = fitted(folder)
    preprocess = Preprocess.from_json(dataset.preprocess.to_json())
    files = sorted(folder.rglob("*.png"))
    same(preprocess.transform(folder), dataset.x)
    same(preprocess.transform(files), dataset.x)
    same(preprocess.transform(dataset.x["image"]), dataset.x)
    same(preprocess.transform(str(files[4])), {"image": dataset.x["image"][4:5]})
    same(preprocess.transform(folder / "light"), {"image": dataset.x["image"][3:]})
    (folder / "none").mkdir()
    with pytest.raises(DataError, match="no images"):
        preprocess.transform(folder / "none")


def test_new_images_are_resized_and_turned_grey(folder, tmp_path):
    preprocess = fitted(folder).preprocess
    Image.new("RGB", (40, 50), (90, 90, 90)).save(tmp_path / "big.bmp")
    image = preprocess.transform(tmp_path / "big.bmp")["image"]
    assert image.shape == (1, 12, 10, 1)
    assert np.unique(image).tolist() == [90]


def test_forecast_window_and_dates(real_data):
    dataset = fitted(real_data / "airline.csv", forecast="passengers", horizon=3)
    preprocess = Preprocess.from_json(dataset.preprocess.to_json())
    history = pd.read_csv(real_data / "airline.csv")
    window = preprocess.transform(history)["series"]
    np.testing.assert_array_equal(window[0, :, 0], history.passengers.to_numpy()[-24:].astype(np.float32))
    frame = preprocess.decode(np.array([[1.0, 2.0, 3.0]]))
    assert frame.columns.tolist() == ["date", "passengers"]
    assert frame.date.dt.strftime("%Y-%m").tolist() == ["1961-01", "1961-02", "1961-03"]
    earlier = preprocess.decode(np.array([[1.0, 2.0, 3.0]]), history=history.head(100))
    assert earlier.date.dt.strftime("%Y-%m").tolist() == ["1957-05", "1957-06", "1957-07"]
    with pytest.raises(DataError, match="history of 5 steps"):
        preprocess.transform(history.head(5))


def test_forecast_without_dates():
    x = np.sin(np.arange(80.0))
    preprocess = fitted(x, kind="forecast", horizon=2, lookback=10).preprocess
    np.testing.assert_array_equal(preprocess.transform(x)["series"][0, :, 0], x[-10:].astype(np.float32))
    assert preprocess.decode([[1.0, 2.0]]).to_dict("list") == {"step": [1, 2], "series": [1.0, 2.0]}
    assert preprocess.decode([[1.0, 2.0], [3.0, 4.0]]).window.tolist() == [0, 0, 1, 1]
