import numpy as np

from layersmith.data import read
from layersmith.data.archives import read_archive

X = np.random.default_rng(0).normal(size=(20, 6, 2)).astype(np.float32)
Y = np.arange(20) % 2


def saved(path, **arrays):
    np.savez(path / "a.npz", **arrays)
    return path / "a.npz"


def test_x_and_y(tmp_path):
    material = read_archive(saved(tmp_path, x=X, y=Y))
    np.testing.assert_array_equal(material.x, X)
    np.testing.assert_array_equal(material.y, Y)
    assert material.holdout is None


def test_test_rows_are_the_holdout(tmp_path):
    material = read_archive(saved(tmp_path, x=X, y=Y, train=np.arange(10), test=np.arange(19, 14, -1)))
    np.testing.assert_array_equal(material.holdout, np.arange(15, 20))
    assert "5 rows are in neither" in material.notes[0]


def test_classes_name_the_labels(tmp_path):
    problem = read(saved(tmp_path, x=X, y=Y, classes=np.array(["up", "down"])))
    assert problem.classes == ("up", "down")


def test_four_arrays(tmp_path):
    problem = read(saved(tmp_path, x_train=X[:14], y_train=Y[:14], x_test=X[14:], y_test=Y[14:]))
    np.testing.assert_array_equal(problem.holdout, np.arange(14, 20))
    np.testing.assert_array_equal(problem.targets, Y)


def test_train_arrays_alone(tmp_path):
    assert read(saved(tmp_path, x_train=X, y_train=Y)).holdout is None


def test_text_labels(tmp_path):
    assert read(saved(tmp_path, x=X, y=np.array(["a", "b"] * 10))).classes == ("a", "b")
