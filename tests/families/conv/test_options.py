import pytest

from layersmith.errors import SpaceError
from layersmith.families import conv
from layersmith.families.conv.options import ConvOptions, default_stride, stages, strides


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((3, 3, 1), (1, 1)),
        ((8, 8, 1), (1, 2)),
        ((16, 16, 1), (1, 3)),
        ((28, 28, 1), (1, 3)),
        ((32, 32, 3), (1, 4)),
        ((64, 64, 3), (2, 4)),
        ((128, 128, 3), (3, 4)),
        ((224, 224, 3), (4, 4)),
        ((224, 8, 3), (1, 2)),
    ],
)
def test_stages_leave_two_pixels_and_at_most_sixteen(bench, shape, expected):
    fewest, most = stages(bench.spec(shape))
    assert (fewest, most) == expected
    side = min(shape[:2])
    assert most == 1 or side // 2**most >= 2
    assert fewest == 4 or side / 2**fewest <= 16


@pytest.mark.parametrize(
    ("side", "allowed", "default"),
    [(8, (1,), 1), (24, (1, 2), 1), (28, (1, 2), 1), (64, (1, 2, 4), 1), (128, (1, 2, 4), 2), (256, (1, 2, 4), 4)],
)
def test_strides_leave_twelve_pixels(bench, side, allowed, default):
    spec = bench.spec((side, side, 3))
    assert strides(spec) == allowed
    assert default_stride(spec) == default


def test_huge_image_takes_the_largest_stride(bench):
    assert default_stride(bench.spec((1024, 1024, 3))) == 4


@pytest.mark.parametrize(
    ("values", "active", "inactive"),
    [
        ({"conv/style": "lenet"}, "pooling", "blocks"),
        ({"conv/style": "vgg"}, "blocks", "pooling"),
        ({"conv/ending": "flatten"}, "units", "pooling"),
        ({"conv/ending": "average"}, "dropout", "units"),
        ({"conv/normalization": "none"}, "use_bias", "units"),
        ({"conv/normalization": "batch"}, "blocks", "use_bias"),
    ],
)
def test_conditions(bench, values, active, inactive):
    hp = bench.declared(conv, bench.spec((28, 28, 1)))
    hp.values.update(values)
    hp.ensure_active_values()
    assert f"conv/{active}" in hp.values
    assert f"conv/{inactive}" not in hp.values


def test_bias_is_off_under_batch_normalisation_and_on_by_default_without(bench):
    spec = bench.spec((28, 28, 1))
    assert not bench.options(conv, spec, {"conv/normalization": "batch"}).use_bias
    assert bench.options(conv, spec, {"conv/normalization": "none"}).use_bias
    assert not bench.options(conv, spec, {"conv/normalization": "layer", "conv/use_bias": False}).use_bias


def test_values_reach_the_options(bench):
    values = {
        "conv/style": "separable",
        "conv/stride": 2,
        "conv/stages": 2,
        "conv/filters": 16,
        "conv/blocks": 3,
        "conv/kernel_size": 5,
        "conv/activation": "gelu",
        "conv/normalization": "layer",
        "conv/initializer": "lecun_normal",
        "conv/l1": 1e-6,
        "conv/l2": 1e-3,
        "conv/spatial_dropout": 0.1,
        "conv/ending": "flatten",
        "conv/units": 64,
        "conv/dense_layers": 2,
        "conv/dropout": 0.5,
        "conv/augment": "shift_flip",
        "conv/use_bias": False,
    }
    options = bench.options(conv, bench.spec((28, 28, 1)), values)
    assert options == ConvOptions(**{name.removeprefix("conv/"): value for name, value in values.items()})


@pytest.mark.parametrize(
    ("wrong", "got"), [({"style": "resnet"}, "resnet"), ({"ending": "max"}, "max"), ({"augment": "flip"}, "flip")]
)
def test_unknown_words_are_refused(wrong, got):
    (name,) = wrong
    with pytest.raises(SpaceError, match=f"{name} is '{got}'") as caught:
        ConvOptions(**wrong)
    assert "one of: " in caught.value.expected
    assert name in caught.value.fix
