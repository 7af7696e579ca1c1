import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from layersmith.space import Boolean, Choice, Fixed, Float, HyperParameters, Int
from layersmith.storage.parameters import distribution, parameters


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (Int(name="a", min_value=1, max_value=9), IntDistribution(1, 9)),
        (Int(name="a", min_value=8, max_value=30, step=8), IntDistribution(8, 24, step=8)),
        (Int(name="a", min_value=8, max_value=64, sampling="log"), IntDistribution(8, 64, log=True)),
        (Int(name="a", min_value=8, max_value=70, step=2, sampling="log"), IntDistribution(8, 64, log=True)),
        (Int(name="a", min_value=8, max_value=64, sampling="reverse_log"), IntDistribution(8, 64)),
        (Float(name="a", min_value=0.0, max_value=0.5), FloatDistribution(0.0, 0.5)),
        (Float(name="a", min_value=0.0, max_value=0.55, step=0.1), FloatDistribution(0.0, 0.5, step=0.1)),
        (Float(name="a", min_value=1e-4, max_value=1.0, sampling="log"), FloatDistribution(1e-4, 1.0, log=True)),
        (Float(name="a", min_value=0.5, max_value=1.0, sampling="reverse_log"), FloatDistribution(0.5, 1.0)),
        (Choice(name="a", values=("x", None)), CategoricalDistribution(("x", None))),
        (Boolean(name="a"), CategoricalDistribution((False, True))),
        (Fixed(name="a", value=3), CategoricalDistribution((3,))),
    ],
)
def test_each_entry_has_the_distribution_that_shows_it(entry, expected):
    assert distribution(entry) == expected


@pytest.mark.parametrize("sampling", ["linear", "log", "reverse_log"])
def test_every_value_is_inside_its_distribution(sampling):
    for entry in (
        Int(name="a", min_value=2, max_value=70, step=3, sampling=sampling),
        Float(name="a", min_value=0.1, max_value=1.7, step=1.3, sampling=sampling),
        Float(name="a", min_value=0.1, max_value=0.7, sampling=sampling),
    ):
        shown = distribution(entry)
        for value in entry.grid(50):
            assert shown._contains(shown.to_internal_repr(value))


def test_only_active_values_of_the_range_are_parameters():
    hp = HyperParameters()
    hp.Choice("kind", ["dense", "conv"])
    hp.Int("units", 8, 64, parent_name="kind", parent_values="dense")
    hp.Int("filters", 8, 64, parent_name="kind", parent_values="conv")
    hp.Float("rate", 0.0, 1.0)
    params, distributions = parameters(hp, {"kind": "conv", "filters": 16, "units": 8, "rate": 7.0, "other": 1})
    assert params == {"kind": "conv", "filters": 16}
    assert set(distributions) == {"kind", "filters"}


def test_namesakes_have_names_of_their_own():
    hp = HyperParameters()
    hp.Choice("kind", ["dense", "conv"])
    hp.Choice("width", ["a", "b"], parent_name="kind", parent_values="dense")
    hp.Choice("width", ["c", "d"], parent_name="kind", parent_values="conv")
    assert parameters(hp, {"kind": "conv", "width": "d"})[0] == {"kind": "conv", "width [kind=conv]": "d"}
