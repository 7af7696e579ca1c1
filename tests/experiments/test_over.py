"""Factors and models as a command line writes them."""

import pytest

from layersmith.errors import SpaceError
from layersmith.experiments.over import parse_models, parse_over


def test_values_keep_their_kinds():
    found = parse_over(["units = 32, 64", "rate=1e-3,0.5", "cell=lstm", "bias=True,false", "norm=none"])
    assert found == {"units": [32, 64], "rate": [0.001, 0.5], "cell": ["lstm"], "bias": [True, False], "norm": [None]}
    assert [type(value) for value in found["units"]] == [int, int]


@pytest.mark.parametrize("text", ["units", "=32", "units="])
def test_what_is_not_of_that_form_is_refused(text):
    with pytest.raises(SpaceError, match="write units=32,64"):
        parse_over([text])


def test_a_name_comes_once():
    with pytest.raises(SpaceError, match="names 'a' twice"):
        parse_models(["a=models.py:one", "a=models.py:two"])
