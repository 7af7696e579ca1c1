import pytest

from layersmith.data.spec import Kind
from layersmith.errors import SpaceError
from layersmith.families import temporal
from layersmith.families.temporal.options import STYLES, TemporalOptions, covering, endings, kernels, strides


@pytest.mark.parametrize(
    ("steps", "allowed"), [(1, (1,)), (24, (1,)), (96, (1, 2)), (150, (1, 2)), (200, (1, 2, 4)), (5000, (1, 2, 4, 8))]
)
def test_strides_leave_48_steps(bench, steps, allowed):
    assert strides(bench.spec((steps, 1))) == allowed


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("steps", [1, 8, 24, 150])
def test_kernels_fit_the_series(bench, style, steps):
    sizes = kernels(style, bench.spec((steps, 1)))
    assert list(sizes) == sorted(set(sizes))
    assert all(size <= steps for size in sizes[1:])


def test_published_kernels_are_choices_for_long_series(bench):
    spec = bench.spec((500, 1))
    assert 8 in kernels("fcn", spec)
    assert 40 in kernels("inception", spec)
    assert 7 in kernels("tcn", spec)


@pytest.mark.parametrize("steps", [1, 2, 3, 8, 24, 150, 1000])
@pytest.mark.parametrize(("kernel_size", "dilation_base"), [(2, 2), (3, 2), (7, 2), (3, 4)])
def test_covering_is_the_fewest_levels_that_see_everything(steps, kernel_size, dilation_base):
    def seen(levels):
        return 1 + 2 * (kernel_size - 1) * sum(dilation_base**level for level in range(levels))

    levels = covering(steps, kernel_size=kernel_size, dilation_base=dilation_base)
    assert seen(levels) >= steps
    assert levels == 1 or seen(levels - 1) < steps


def test_a_forecast_may_end_at_the_last_step_and_a_class_may_not(bench):
    assert endings(bench.spec((24, 1), Kind.FORECAST))[0] == "last"
    assert "last" not in endings(bench.spec((24, 1)))


def test_default_style_follows_the_kind(bench):
    assert bench.options(temporal, bench.spec((24, 1), Kind.FORECAST), {}).style == "tcn"
    assert bench.options(temporal, bench.spec((24, 1)), {}).style == "fcn"


@pytest.mark.parametrize(
    ("style", "depth", "kernel"),
    [
        ("fcn", "layers", "kernel_size"),
        ("residual", "blocks", "kernel_size"),
        ("inception", "modules", "longest_kernel"),
        ("tcn", "levels", "causal_kernel"),
    ],
)
def test_each_style_has_its_own_depth_and_kernel(bench, style, depth, kernel):
    hp = bench.declared(temporal, bench.spec((150, 6)))
    hp.values["temporal/style"] = style
    hp.ensure_active_values()
    own = {"layers", "blocks", "modules", "levels", "kernel_size", "longest_kernel", "causal_kernel", "dilation_base"}
    active = {name.removeprefix("temporal/") for name in hp.values} & own
    assert active == {depth, kernel} | ({"dilation_base"} if style == "tcn" else set())


@pytest.mark.parametrize(
    ("values", "depth", "kernel_size"),
    [
        ({"style": "fcn", "layers": 5, "kernel_size": 16}, 5, 16),
        ({"style": "residual", "blocks": 2, "kernel_size": 3}, 2, 3),
        ({"style": "inception", "modules": 4, "longest_kernel": 20}, 4, 20),
        ({"style": "tcn", "levels": 6, "causal_kernel": 7}, 6, 7),
    ],
)
def test_the_active_depth_and_kernel_reach_the_options(bench, values, depth, kernel_size):
    named = {f"temporal/{name}": value for name, value in values.items()}
    options = bench.options(temporal, bench.spec((150, 6)), named)
    assert (options.style, options.depth, options.kernel_size) == (values["style"], depth, kernel_size)


@pytest.mark.parametrize(("wrong", "got"), [({"style": "lstm"}, "lstm"), ({"ending": "mean"}, "mean")])
def test_unknown_words_are_refused(wrong, got):
    (name,) = wrong
    with pytest.raises(SpaceError, match=f"{name} is '{got}'") as caught:
        TemporalOptions(**wrong)
    assert "one of: " in caught.value.expected
