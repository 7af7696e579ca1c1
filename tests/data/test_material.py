import numpy as np
import pandas as pd

from layersmith.data.material import Material, in_time_order, take_rows


def test_rows_by_position():
    frame = pd.DataFrame({"a": [1, 2, 3]}, index=[7, 8, 9])
    assert take_rows(frame, np.array([2, 0])).a.tolist() == [3, 1]
    assert take_rows(frame.a, np.array([2, 0])).index.tolist() == [0, 1]
    assert take_rows([5, 6, 7], np.array([2, 0])).tolist() == [7, 5]
    assert take_rows(None, np.array([0])) is None


def test_without_time_nothing_moves():
    material = Material(x=np.arange(3))
    assert in_time_order(material) is material


def test_everything_moves_together():
    x = np.array([[3], [1], [2]])
    material = Material(x=x, y=x[:, 0] * 10, time=x[:, 0], groups=x[:, 0] * 7, holdout=np.array([0]))
    moved = in_time_order(material)
    assert moved.x[:, 0].tolist() == [1, 2, 3]
    assert moved.y.tolist() == [10, 20, 30]
    assert moved.groups.tolist() == [7, 14, 21]
    assert moved.holdout.tolist() == [2]
    assert "sorted by time" in moved.notes[0]


def test_equal_times_keep_their_order():
    moved = in_time_order(Material(x=np.array([0, 1, 2, 3]), time=[2, 1, 2, 1]))
    assert moved.x.tolist() == [1, 3, 0, 2]


def test_notes_add_up():
    assert Material(x=np.zeros(2)).noting("a").noting("b", "c").notes == ("a", "b", "c")
