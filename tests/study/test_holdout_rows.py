import json

import numpy as np
import pandas as pd
import pytest

from layersmith.data import ReadOptions, Task, encode, read
from layersmith.errors import RunFolderError
from layersmith.study import holdout_rows
from layersmith.study.holdout_rows import keep_holdout, read_holdout, row_losses, write_holdout


def kept(source, y=None, predictions=None, rows=20, **options):
    problem = read(source, y, options=ReadOptions(**options))
    dataset = encode(problem, np.arange(rows, problem.num_rows))
    given = np.full((rows, dataset.spec.num_outputs), 0.5) if predictions is None else predictions
    return keep_holdout(given, dataset, problem, np.arange(rows), seed=0)


@pytest.fixture
def table():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.normal(size=100), "<b>": ["<script>", "x" * 200] * 50})
    return frame.assign(label=["no", "yes"] * 50)


def test_the_worst_rows_of_a_table_are_kept_as_text(table):
    predictions = np.linspace(0.99, 0.01, 20)[:, None]  # the truth alternates, from no
    found = kept(table, predictions=predictions, target="label")
    assert found.worst[:2].tolist() == [0, 19]
    assert found.columns == ("a", "<b>")
    assert found.examples[0, 1] == "<script>"
    assert max(len(cell) for cell in found.examples[:, 1]) == 80
    assert len(found.examples) == 12


def test_images_are_kept_as_pixels():
    images = np.random.default_rng(0).integers(0, 255, (60, 6, 6, 1)).astype(np.uint8)
    found = kept(images, np.arange(60) % 3)
    assert found.examples.shape == (12, 6, 6, 1)
    np.testing.assert_array_equal(found.examples, images[found.rows[found.worst]])


def test_a_forecast_keeps_steps_and_dates():
    dates = pd.date_range("2020-01-01", periods=200, freq="D")
    frame = pd.DataFrame({"date": dates, "load": 5 + np.sin(np.arange(200))})
    found = kept(frame, forecast="load", time="date", horizon=3, lookback=10)
    assert found.predictions.shape == found.truth.shape == (20, 3)
    assert len(found.dates) == 20 + 3 - 1
    assert found.dates[0] == dates[found.rows[0]].isoformat()


def test_what_was_written_is_read_back(table, tmp_path):
    found = kept(table, target="label")
    path = tmp_path / "test.npz"
    write_holdout(path, found)
    again = read_holdout(path)
    assert (again.num_rows, again.columns, again.dates) == (20, found.columns, ())
    for name in ("rows", "truth", "predictions", "worst", "examples"):
        np.testing.assert_array_equal(getattr(again, name), getattr(found, name))


def test_many_rows_are_sampled_and_the_number_is_told(table, monkeypatch):
    monkeypatch.setattr(holdout_rows, "_MOST_VALUES", 8)
    found = kept(table, target="label")
    assert (found.num_rows, len(found.rows), len(found.predictions)) == (20, 8, 8)


def test_large_examples_are_thinned(monkeypatch):
    monkeypatch.setattr(holdout_rows, "_MOST_NUMBERS", 10)
    images = np.random.default_rng(0).integers(0, 255, (60, 6, 6, 1)).astype(np.uint8)
    assert kept(images, np.arange(60) % 3).examples.shape == (12, 3, 3, 1)


@pytest.mark.parametrize("content", [b"", b"not an archive", json.dumps({"a": 1}).encode()])
def test_a_damaged_file_is_named(tmp_path, content):
    path = tmp_path / "test.npz"
    path.write_bytes(content)
    with pytest.raises(RunFolderError, match=r"test\.npz is damaged"):
        read_holdout(path)


def test_losses_of_classes_labels_and_amounts():
    np.testing.assert_allclose(row_losses(Task.MULTICLASS, np.array([1]), np.array([[0.2, 0.8]])), -np.log(0.8))
    labels = row_losses(Task.MULTILABEL, np.array([[1.0, 0.0]]), np.array([[0.5, 0.5]]))
    np.testing.assert_allclose(labels, np.log(2))
    errors = row_losses(Task.REGRESSION, np.array([0.0, 2.0]), np.array([[0.0], [5.0]]))
    np.testing.assert_allclose(errors, [0.0, 3.0])


def test_a_search_keeps_the_rows_its_score_is_of(finished):
    found = finished.holdout
    assert found.num_rows == finished.answer.test.num_rows == len(found.truth)
    share = np.mean((found.predictions[:, 0] >= 0.5) == found.truth)
    assert share == pytest.approx(finished.answer.test.value)
