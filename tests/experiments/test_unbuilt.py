"""Models that know their inputs only once they have seen rows."""

import keras
import numpy as np
import pytest

from layersmith.errors import SpaceError
from layersmith.experiments.unbuilt import build_by_call

ROWS = {"numeric": np.ones((3, 4), "float32"), "categorical": np.ones((3, 2), "int32")}


def test_a_model_gets_its_weights_and_one_that_has_them_keeps_them():
    model = keras.Sequential([keras.layers.Dense(2)])
    build_by_call(model, {"x": ROWS["numeric"]})
    before = model.get_weights()
    build_by_call(model, {"x": ROWS["numeric"]})
    assert model.count_params() == 10
    assert np.array_equal(before[0], model.get_weights()[0])


def test_a_model_for_other_rows_is_refused():
    with pytest.raises(SpaceError, match=r"numeric \(4,\), categorical \(2,\)(.|\n)*one array first"):
        build_by_call(keras.Sequential([keras.layers.Dense(2)]), ROWS)
