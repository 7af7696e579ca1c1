import jax
import keras
import numpy as np
import pytest
from keras import ops

from layersmith.engine.unsupported import Unsupported
from layersmith.testing.lowerings import check_lowering, check_row_mask, lowered

pytestmark = pytest.mark.usefixtures("plain")

_X = np.random.default_rng(0).normal(size=(3, 4, 6)).astype("float32")
_KERNEL = np.random.default_rng(1).normal(size=(6, 5))  # float64, as a user gives it


def test_products_equal_keras():
    entry = keras.Input((4, 6))
    swapped = ops.transpose(entry, (0, 2, 1))
    outputs = [
        entry @ swapped,
        ops.matmul(entry, _KERNEL),
        ops.matmul(_KERNEL.T, swapped),
        ops.einsum("bij,bjk->bik", entry, swapped),
        ops.einsum("bij,jk->bik", entry, _KERNEL),
        ops.einsum("bij,bij->bi", entry, entry),
        ops.einsum("...ij->...ji", entry),
    ]
    model = keras.Model(entry, outputs)
    check_lowering(model, [_X], rtol=2e-5, atol=5e-6)
    with jax.numpy_dtype_promotion("strict"):
        check_row_mask(model, [_X])


@pytest.mark.parametrize("subscripts", ["bij,cij->bc", "bij,bij->ij", "bij,bij"])
def test_products_across_rows_are_named(subscripts):
    entry = keras.Input((4, 6))
    with pytest.raises(Unsupported, match="compiled form"):
        lowered(keras.Model(entry, ops.einsum(subscripts, entry, entry)))
