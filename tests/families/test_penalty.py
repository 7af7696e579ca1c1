import numpy as np
import pytest
from keras import ops

from layersmith.families.penalty import penalty


def test_no_penalty_is_none():
    assert penalty(0.0, 0.0) is None


@pytest.mark.parametrize(("l1", "l2", "loss"), [(0.5, 0.0, 1.5), (0.0, 0.5, 2.5), (1.0, 2.0, 13.0)])
def test_penalty_is_the_elastic_net(l1, l2, loss):
    weights = ops.convert_to_tensor(np.array([[1.0, -2.0]], "float32"))
    assert float(penalty(l1, l2)(weights)) == pytest.approx(loss)
