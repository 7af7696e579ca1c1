import pytest
from hypothesis import given
from hypothesis import strategies as st

from layersmith.errors import SpaceError
from layersmith.space.scale import SAMPLINGS, Scale


def scale(low, high, step=None, sampling="linear"):
    return Scale(name="it", low=low, high=high, step=step, sampling=sampling)


@pytest.mark.parametrize(
    ("line", "values"),
    [
        (scale(0, 10, 4), [0, 4, 8]),
        (scale(0, 12, 4), [0, 4, 8, 12]),
        (scale(0.0, 0.3, 0.1), [0.0, 0.1, 0.2, 0.3]),
        (scale(1, 100, 10, "log"), [1, 10, 100]),
        (scale(1, 99, 10, "log"), [1, 10]),
        (scale(1e-4, 1e-1, 10, "log"), [1e-4, 1e-3, 1e-2, 1e-1]),
        (scale(1, 100, 10, "reverse_log"), [1, 91, 100]),
        (scale(5, 5, 1), [5]),
    ],
)
def test_steps(line, values):
    assert [line.at(index) for index in range(line.size)] == values
    assert [line.index(value) for value in values] == list(range(line.size))


def test_the_nearest_step_is_found():
    assert [scale(0, 12, 4).index(value) for value in (-9, 1.9, 2.1, 99)] == [0, 0, 1, 3]


@pytest.mark.parametrize(
    ("sampling", "middle"), [("linear", 50.005), ("log", 1.0), ("reverse_log", 0.01 + 100.0 - 1.0)]
)
def test_the_middle_of_a_continuous_line(sampling, middle):
    assert scale(0.01, 100.0, None, sampling).point(0.5) == pytest.approx(middle)


@pytest.mark.parametrize("sampling", SAMPLINGS)
@given(unit=st.floats(0, 1), low=st.floats(1e-6, 1e3), span=st.floats(1.001, 1e5))
def test_point_and_unit_undo_each_other(sampling, unit, low, span):
    line = scale(low, low * span, None, sampling)
    assert line.low <= line.point(unit) <= line.high
    assert line.point(line.unit(line.point(unit))) == pytest.approx(line.point(unit), rel=1e-6)


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_the_ends_are_reached(sampling):
    line = scale(1e-5, 0.3, None, sampling)
    assert (line.point(0.0), line.point(1.0)) == pytest.approx((1e-5, 0.3))


def test_a_line_of_one_point():
    assert scale(2.0, 2.0).point(0.7) == 2.0
    assert scale(2.0, 2.0).unit(2.0) == 0.5


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ((3, 2), r"min_value=3, max_value=2"),
        ((0, float("inf")), "max_value=inf"),
        ((float("nan"), 1), "min_value=nan"),
        ((0, 9, 0), r"step=0\n.*above 0 on a linear"),
        ((0, 9, -1), "step=-1"),
        ((1, 9, 1, "log"), r"step=1\n.*above 1 on a log"),
        ((0, 9, None, "log"), "min_value=0 on a log scale"),
        ((-1, 9, None, "reverse_log"), "min_value=-1 on a reverse_log scale"),
        ((1, 9, None, "cubic"), r"sampling='cubic'\n.*linear, log, reverse_log"),
    ],
)
def test_what_makes_no_scale_is_refused(settings, said):
    with pytest.raises(SpaceError, match=said) as caught:
        scale(*settings)
    assert "hyperparameter 'it'" in str(caught.value)
