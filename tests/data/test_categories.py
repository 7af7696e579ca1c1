import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from layersmith.data.categories import CategoryMap, fit_categories


def column(*values, name="c"):
    return pd.Series(values, name=name)


def test_values_are_ordered_by_frequency_then_name():
    (found,) = fit_categories([column("b", "a", "c", "c", "c", "a", "b")])
    assert found.values == ("c", "a", "b")


def test_rare_and_missing_values_share_code_zero():
    (found,) = fit_categories([column("a", "a", "rare", None, "?")])
    assert found.values == ("a",)
    assert found.codes(column("a", "rare", None, "?", "new")).tolist() == [1, 0, 0, 0, 0]


def test_columns_share_one_vocabulary():
    first, second = fit_categories([column("a", "a", "b", "b"), column("x", "x", "x", "x", name="d")])
    assert (first.offset, first.num_codes) == (0, 3)
    assert (second.offset, second.num_codes) == (3, 2)
    assert second.codes(column("x", "y")).tolist() == [4, 3]


def test_at_most_a_thousand_values():
    (found,) = fit_categories([pd.Series(np.repeat([f"v{i}" for i in range(1200)], 2), name="c")])
    assert len(found.values) == 1000


def test_codes_are_int32_and_stripped():
    mapped = CategoryMap(name="c", values=("a",), offset=7)
    codes = mapped.codes(column(" a ", "b"))
    assert codes.dtype == np.int32
    assert codes.tolist() == [8, 7]


@given(st.lists(st.sampled_from(["a", "b", "c", "?", None, ""]), min_size=1, max_size=30))
def test_codes_lie_in_the_columns_range(values):
    series = pd.Series(values, name="c", dtype=object)
    (found,) = fit_categories([series])
    codes = found.codes(series)
    assert codes.min() >= found.offset
    assert codes.max() < found.offset + found.num_codes
    known = [value for value, code in zip(values, codes, strict=True) if code > found.offset]
    assert all(values.count(value) >= 2 for value in known)
