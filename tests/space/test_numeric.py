import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layersmith.errors import SpaceError
from layersmith.space import Condition, Float, Int
from layersmith.space.scale import SAMPLINGS


def whole(low, high, **settings):
    return Int(name="it", min_value=low, max_value=high, **settings)


def real(low, high, **settings):
    return Float(name="it", min_value=low, max_value=high, **settings)


class TestInt:
    def test_the_largest_value_is_included(self):
        assert whole(2, 5).grid(9) == [2, 3, 4, 5]

    def test_a_step_that_misses_the_largest_value_stops_before_it(self):
        entry = whole(32, 100, step=32)
        assert entry.grid(9) == [32, 64, 96]
        assert [entry.contains(value) for value in (96, 100, 33)] == [True, False, False]

    def test_a_log_step_multiplies(self):
        assert whole(16, 256, step=4, sampling="log").grid(9) == [16, 64, 256]

    @pytest.mark.parametrize("sampling", SAMPLINGS)
    def test_every_value_is_reached_and_nothing_else(self, sampling):
        entry, rng = whole(1, 12, sampling=sampling), np.random.default_rng(0)
        assert {entry.random(rng) for _ in range(2000)} == set(range(1, 13))

    def test_linear_draws_are_even(self):
        rng = np.random.default_rng(0)
        counts = np.bincount([whole(0, 3).random(rng) for _ in range(4000)])
        assert counts.min() > 900

    def test_log_draws_favour_small_values_and_reverse_log_large_ones(self):
        rng = np.random.default_rng(0)
        small = [np.mean([whole(1, 1000, sampling=s).random(rng) <= 500 for _ in range(500)]) for s in SAMPLINGS]
        assert small[2] < 0.2 < 0.4 < small[0] < 0.6 < 0.8 < small[1]

    @pytest.mark.parametrize("sampling", SAMPLINGS)
    @pytest.mark.parametrize("step", [None, 3])
    @given(low=st.integers(1, 50), span=st.integers(0, 5000), unit=st.floats(0, 1))
    def test_unit_and_value_undo_each_other(self, sampling, step, low, span, unit):
        entry = whole(low, low + span, step=step, sampling=sampling)
        value = entry.from_unit(unit)
        assert isinstance(value, int)
        assert entry.contains(value)
        assert entry.from_unit(entry.to_unit(value)) == value
        assert entry.value_at(entry.index_of(value)) == value
        assert 0 <= entry.index_of(value) < entry.size

    def test_the_default_is_the_smallest_value_unless_given(self):
        assert (whole(4, 8).default, whole(4, 8, default=6).default) == (4, 6)

    @pytest.mark.parametrize("default", [3, 9])
    def test_a_default_off_the_range_is_refused(self, default):
        with pytest.raises(SpaceError, match=rf"default={default}\n.*from 4 to 8 \(linear, step 2\)"):
            whole(4, 8, step=2, default=default)

    def test_a_default_between_the_steps_is_a_value_that_is_not_drawn(self):
        entry = whole(4, 8, step=2, default=5)
        assert entry.contains(5)
        assert not entry.contains(7)
        assert entry.grid(9) == [4, 6, 8]

    def test_the_case_of_a_scale_does_not_matter(self):
        assert whole(4, 8, sampling="LOG") == whole(4, 8, sampling="log")

    def test_whole_floats_and_numpy_integers_become_plain(self):
        entry = whole(np.int64(2), 8.0, step=np.float32(2))
        assert [type(value) for value in (entry.min_value, entry.max_value, entry.step)] == [int, int, int]

    @pytest.mark.parametrize("wrong", [2.5, "8", None, True])
    def test_a_bound_that_is_no_whole_number_is_refused(self, wrong):
        with pytest.raises(SpaceError, match="max_value="):
            whole(1, wrong)

    @pytest.mark.parametrize("value", [True, 2.0, "2", None, 2.5])
    def test_only_whole_numbers_are_values(self, value):
        assert not whole(1, 3).contains(value)

    def test_a_numpy_integer_is_a_value(self):
        assert whole(1, 3).contains(np.int32(2))

    def test_a_coarse_grid_keeps_both_ends(self):
        assert whole(0, 100).grid(3) == [0, 50, 100]
        grid = whole(1, 1000, sampling="log").grid(4)
        assert (grid[0], grid[-1], len(grid)) == (1, 1000, 4)

    def test_upside_down_bounds_are_refused(self):
        with pytest.raises(SpaceError, match="min_value=9, max_value=1"):
            whole(9, 1)


class TestFloat:
    def test_a_continuous_line_has_no_number_of_values(self):
        assert real(0, 1).size is None
        assert real(1, 1).size == 1

    def test_steps_give_round_values(self):
        assert real(0, 0.5, step=0.1).grid(9) == [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]

    def test_rounding_does_not_push_a_value_off_its_step(self):
        assert real(0, 0.5, step=0.1).contains(0.1 + 0.2)
        assert not real(0, 0.5, step=0.1).contains(0.25)

    @pytest.mark.parametrize("sampling", SAMPLINGS)
    @pytest.mark.parametrize("step", [None, 1.7])
    @given(low=st.floats(1e-5, 50), span=st.floats(0, 5000), unit=st.floats(0, 1))
    def test_unit_and_value_undo_each_other(self, sampling, step, low, span, unit):
        entry = real(low, low + span, step=step, sampling=sampling)
        value = entry.from_unit(unit)
        assert entry.min_value <= value <= entry.max_value * (1 + 1e-9)
        assert entry.from_unit(entry.to_unit(value)) == pytest.approx(value, rel=1e-5)

    def test_log_draws_are_even_per_decade(self):
        entry, rng = real(1e-4, 1e-1, sampling="log"), np.random.default_rng(0)
        draws = np.log10([entry.random(rng) for _ in range(3000)])
        assert np.histogram(draws, bins=3, range=(-4, -1))[0].min() > 900

    def test_numbers_become_floats(self):
        assert [type(value) for value in (real(0, 1).min_value, real(0, 1).default)] == [float, float]

    @pytest.mark.parametrize("wrong", ["1", None, True])
    def test_a_bound_that_is_no_number_is_refused(self, wrong):
        with pytest.raises(SpaceError, match="min_value="):
            real(wrong, 1)

    def test_a_default_between_the_steps_is_a_value(self):
        assert real(0, 1, step=0.5, default=0.2).contains(0.2)

    def test_a_default_outside_is_refused(self):
        with pytest.raises(SpaceError, match=r"default=2.0\n.*from 0.0 to 1.0 \(linear\)"):
            real(0, 1, default=2)

    def test_grid(self):
        assert real(1e-4, 1e-2, sampling="log").grid(3) == pytest.approx([1e-4, 1e-3, 1e-2])

    @pytest.mark.parametrize("value", [0, 1, 0.5, np.float32(0.5)])
    def test_any_number_inside_is_a_value(self, value):
        assert real(0, 1).contains(value)

    @pytest.mark.parametrize("value", [-1e-9, 1.1, True, "0.5", None, float("nan")])
    def test_nothing_else_is(self, value):
        assert not real(0, 1).contains(value)


@pytest.mark.parametrize(
    "entry", [whole(1, 9, step=2, sampling="log"), real(0.5, 9, sampling="reverse_log", default=2)]
)
def test_entries_survive_json(entry):
    conditioned = type(entry)(**{**vars_of(entry), "conditions": (Condition(name="kind", values=("conv", None)),)})
    for original in (entry, conditioned):
        assert type(entry).from_config(json.loads(json.dumps(original.get_config()))) == original


def vars_of(entry):
    return {name: getattr(entry, name) for name in type(entry).__dataclass_fields__}
