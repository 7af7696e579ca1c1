import numpy as np
import pandas as pd
import pytest

from layersmith.data.missing import MARKS, as_text, is_text
from layersmith.errors import DataError


@pytest.mark.parametrize("mark", [*MARKS, None, np.nan, pd.NA, " ? "])
def test_marks_are_missing(mark):
    assert as_text(pd.Series([mark, "a"], dtype=object)).isna().tolist() == [True, False]


@pytest.mark.parametrize("word", ["none", "None", "0", "-"])
def test_words_are_not(word):
    assert as_text(pd.Series([word]))[0] == word


def test_numbers_in_text_columns_become_text():
    assert as_text(pd.Series(["a", 1, 2.5], dtype=object)).tolist() == ["a", "1", "2.5"]


def test_whole_floats_are_the_same_category_as_integers():
    assert as_text(pd.Series([2.0, None, 2.5])).tolist()[::2] == ["2", "2.5"]


@pytest.mark.parametrize("value", [[1], (1,), {"a": 1}, {1}, np.zeros(2), b"a"])
def test_nested_values_are_refused(value):
    with pytest.raises(DataError, match="column 'c' holds values of type"):
        as_text(pd.Series([value, value], name="c", dtype=object))


@pytest.mark.parametrize(
    ("values", "text"),
    [(["a"], True), ([1], False), ([True], False), (pd.Categorical(["a"]), True), (pd.Categorical([1]), False)],
)
def test_is_text(values, text):
    assert is_text(pd.Series(values)) is text
