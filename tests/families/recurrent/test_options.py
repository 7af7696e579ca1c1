import pytest

from layersmith.data.spec import Kind
from layersmith.errors import SpaceError
from layersmith.families import recurrent
from layersmith.families.recurrent.options import RecurrentOptions, default_stride, strides


@pytest.mark.parametrize(
    ("steps", "allowed", "default"),
    [
        (1, (1,), 1),
        (24, (1,), 1),
        (48, (1, 2), 1),
        (150, (1, 2, 4), 1),
        (256, (1, 2, 4, 8), 1),
        (257, (1, 2, 4, 8), 2),
        (2000, (1, 2, 4, 8, 16), 8),
        (50_000, (1, 2, 4, 8, 16), 16),
    ],
)
def test_long_series_are_shortened(bench, steps, allowed, default):
    spec = bench.spec((steps, 1))
    assert strides(spec) == allowed
    assert default_stride(spec) == default


def test_default_ending_follows_the_kind(bench):
    assert bench.options(recurrent, bench.spec((24, 1), Kind.FORECAST), {}).ending == "last"
    assert bench.options(recurrent, bench.spec((24, 1)), {}).ending == "average"


def test_values_reach_the_options(bench):
    values = {
        "recurrent/cell": "gru",
        "recurrent/layers": 3,
        "recurrent/units": 128,
        "recurrent/bidirectional": True,
        "recurrent/normalization": "layer",
        "recurrent/stride": 4,
        "recurrent/ending": "last",
        "recurrent/initializer": "lecun_normal",
        "recurrent/l1": 1e-5,
        "recurrent/l2": 1e-4,
        "recurrent/dropout": 0.5,
    }
    options = bench.options(recurrent, bench.spec((150, 6)), values)
    assert options == RecurrentOptions(**{name.removeprefix("recurrent/"): value for name, value in values.items()})


@pytest.mark.parametrize(("wrong", "got"), [({"cell": "rnn"}, "rnn"), ({"ending": "max"}, "max")])
def test_unknown_words_are_refused(wrong, got):
    (name,) = wrong
    with pytest.raises(SpaceError, match=f"{name} is '{got}'") as caught:
        RecurrentOptions(**wrong)
    assert "one of: " in caught.value.expected
