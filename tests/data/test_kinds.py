import numpy as np
import pytest

from layersmith.data.kinds import infer_kind, shape_array
from layersmith.data.spec import Kind


@pytest.mark.parametrize(
    ("array", "kind"),
    [
        (np.zeros((4, 7)), Kind.TABLE),
        (np.zeros((4, 7), dtype=np.uint8), Kind.TABLE),
        (np.zeros((4, 7, 9), dtype=np.uint8), Kind.IMAGE),
        (np.zeros((4, 70, 1), dtype=np.uint8), Kind.SERIES),
        (np.zeros((4, 8, 8)), Kind.IMAGE),
        (np.zeros((4, 7, 7)), Kind.SERIES),
        (np.full((4, 8, 8), -0.1), Kind.SERIES),
        (np.zeros((4, 8, 9)), Kind.SERIES),
        (np.zeros((4, 8, 9, 3)), Kind.IMAGE),
    ],
)
def test_kind(array, kind):
    found, why = infer_kind(array)
    assert found is kind
    assert why.startswith(f"kind: {kind}")


@pytest.mark.parametrize(
    ("shape", "kind", "expected"),
    [
        ((4, 7), "table", (4, 7)),
        ((4, 7, 2), "table", (4, 14)),
        ((4, 9, 9), "image", (4, 9, 9, 1)),
        ((4, 9, 9, 3), "image", (4, 9, 9, 3)),
        ((4, 3, 9, 9), "image", (4, 9, 9, 3)),
        ((4, 3, 9, 3), "image", (4, 3, 9, 3)),
        ((4, 9, 9, 5), "image", (4, 9, 9, 5)),
        ((4, 7), "series", (4, 7, 1)),
        ((4, 7, 2), "series", (4, 7, 2)),
    ],
)
def test_layout(shape, kind, expected):
    shaped = shape_array(np.ones(shape), kind)
    assert shaped.x.shape == expected
    assert shaped.kind == kind


def test_values_of_moved_channels():
    x = np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    shaped = shape_array(x, None)
    np.testing.assert_array_equal(shaped.x[1, 2, 3], x[1, :, 2, 3])
    assert "channels came first" in shaped.notes[1]


@pytest.mark.parametrize(("dtype", "expected"), [(np.uint8, np.uint8), (np.int32, np.float32), (bool, np.float32)])
def test_types(dtype, expected):
    assert shape_array(np.ones((4, 9, 9, 1), dtype=dtype), None).x.dtype == expected
