import numpy as np
import pandas as pd

from layersmith.data.columns import infer_roles
from layersmith.data.disguise import disguised_columns

CODES = np.arange(60) % 3


def found(y, *, classes, **columns):
    frame = pd.DataFrame({"base": np.arange(60) % 7, **columns})
    return disguised_columns(frame, infer_roles(frame), y, classes=classes)


def test_renamed_classes_are_found():
    assert found(CODES, classes=True, name=np.array(["x", "y", "z"])[CODES]) == ("name",)
    assert found(CODES, classes=True, code=np.array([7.0, 3, 5])[CODES]) == ("code",)


def test_one_row_off_is_a_near_miss():
    name = np.array(["x", "y", "z"])[CODES]
    name[0] = "y"
    assert found(CODES, classes=True, name=name) == ()


def test_a_coarser_or_finer_column_is_a_miss():
    assert found(CODES, classes=True, coarse=np.array(["x", "y", "y"])[CODES]) == ()
    assert found(CODES, classes=True, fine=np.arange(60) % 6) == ()


def test_scaled_amounts_are_found_in_either_direction():
    y = np.linspace(1, 5, 60) ** 2
    assert found(y, classes=False, euros=-3 * y + 1, gaps=np.where(CODES == 0, np.nan, y)) == ("euros", "gaps")


def test_a_strong_correlation_is_a_near_miss():
    y = np.linspace(1, 5, 60)
    noisy = y + np.random.default_rng(0).normal(0, 0.05, 60)
    assert np.corrcoef(y, noisy)[0, 1] > 0.99
    assert found(y, classes=False, noisy=noisy, mostly_missing=[1.0, 2.0] + [np.nan] * 58) == ()
