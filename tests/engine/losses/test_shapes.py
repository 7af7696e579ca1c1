"""Ranks matched and shapes judged, against Keras' own function."""

import itertools

import numpy as np
import pytest
from keras.src.losses.loss import squeeze_or_expand_to_same_rank

from layersmith.engine.losses.shapes import Fit, check_fit, fits, match_ranks, matched_shapes
from layersmith.engine.unsupported import Unsupported

SHAPES = [(4,), (1,), (4, 1), (4, 3), (1, 1), (4, 3, 1), (4, 3, 2), (4, 1, 1), (4, 3, 1, 1)]


@pytest.mark.parametrize(("first", "second"), list(itertools.product(SHAPES, SHAPES)))
def test_shapes_match_as_in_keras(first, second):
    expected = squeeze_or_expand_to_same_rank(np.zeros(first), np.zeros(second))
    assert matched_shapes(first, second) == tuple(tuple(array.shape) for array in expected)
    assert tuple(array.shape for array in match_ranks(np.zeros(first), np.zeros(second))) == matched_shapes(
        first, second
    )


@pytest.mark.parametrize(
    ("rule", "y_true", "y_pred", "expected"),
    [
        (Fit.SAME, (None, 3), (8, 3), True),
        (Fit.SAME, (7, 3), (8, 3), True),
        (Fit.SAME, (None, 1), (None, 3), False),
        (Fit.SAME, (None, 1), (None, 1), True),
        (Fit.SAME, (None,), (None,), False),
        (Fit.CLASSES, (None, 1), (None, 1), False),
        (Fit.CLASSES, (None, 2), (None, 2), True),
        (Fit.BROADCAST, (None, 1), (None, 3), True),
        (Fit.BROADCAST, (None, 3), (None, 1), True),
        (Fit.BROADCAST, (None, 2), (None, 3), False),
        (Fit.BROADCAST, (None,), (None, 3), False),
        (Fit.SPARSE, (None,), (None, 3), True),
        (Fit.SPARSE, (None, 1), (None, 3), True),
        (Fit.SPARSE, (None, 5), (None, 5, 3), True),
        (Fit.SPARSE, (None, 5, 1), (None, 5, 3), True),
        (Fit.SPARSE, (None, 4), (None, 5, 3), False),
        (Fit.SPARSE, (None, None), (None, 5, 3), True),
        (Fit.SPARSE, (None, 3), (None, 3), False),
    ],
)
def test_fits(rule, y_true, y_pred, expected):
    assert fits(rule, y_true, y_pred) is expected
    if not expected:
        with pytest.raises(Unsupported) as caught:
            check_fit("loss 'mse'", rule, y_true, y_pred)
        assert str(y_true) in str(caught.value)
        assert str(y_pred) in str(caught.value)
