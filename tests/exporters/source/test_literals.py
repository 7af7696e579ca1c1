import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from layersmith.errors import GraphError
from layersmith.exporters.source.expression import flat
from layersmith.exporters.source.literals import index, literal

scalars = st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False)
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner)
)


def alike(a, b):
    """Equal, floats to float32 accuracy: longer digits of a float32 are left out on purpose."""
    if isinstance(b, float):
        return a == b or math.isclose(a, b, rel_tol=1e-6)
    if isinstance(b, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(alike, a, b))
    if isinstance(b, dict):
        return a.keys() == b.keys() and all(alike(a[key], b[key]) for key in b)
    return type(a) is type(b) and a == b


@settings(deadline=None)
@example(1.401298464324817e-45)  # the smallest subnormal float32, whose own digits are 1e-45
@given(values)
def test_a_literal_evaluates_to_its_value(value):
    assert alike(eval(flat(literal(value))), value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0010000000474974513, "0.001"),
        (0.1, "0.1"),
        (134217728.0, "134217728.0"),
        (np.float32(0.25), "np.float32(0.25)"),
        (np.int64(3), "np.int64(3)"),
        (np.array(2.0), "np.float64(2.0)"),
        (slice(1, None, 2), "slice(1, None, 2)"),
        (..., "..."),
        ('say "hi"\n', r'"say \"hi\"\n"'),
    ],
)
def test_forms(value, text):
    assert flat(literal(value)) == text


def test_float_infinity_and_nan():
    assert eval(flat(literal(-math.inf))) == -math.inf
    assert math.isnan(eval(flat(literal(math.nan))))


def test_arrays_keep_values_and_dtype():
    array = np.arange(6, dtype="int8").reshape(2, 3)
    again = eval(flat(literal(array)), {"np": np})
    np.testing.assert_array_equal(again, array)
    assert again.dtype == array.dtype


def test_large_arrays_are_refused():
    with pytest.raises(GraphError, match="10001 values"):
        literal(np.zeros(10_001))


def test_other_objects_are_refused():
    with pytest.raises(GraphError, match="type object has no form"):
        literal(object())


@pytest.mark.parametrize(
    "key",
    [0, -1, slice(None), slice(2, 5), (slice(None), 0), (slice(None, None, -1), None, ...), (1,), (0, slice(1, 9, 2))],
)
def test_index_gives_the_same_key(key):
    class Echo:
        def __getitem__(self, given):
            return given

    assert eval(f"echo[{index(key)}]", {"echo": Echo()}) == key
