import numpy as np
import pytest

from layersmith.errors import DataError
from layersmith.report.plots import feature_maps

RNG = np.random.default_rng(0)


def test_channels_that_answer_most_come_first() -> None:
    activations = RNG.normal(size=(6, 6, 3)) * [1.0, 5.0, 0.0]
    panels = [panel for panel in feature_maps(activations, "conv").axes if panel.images]
    assert [panel.get_title() for panel in panels] == ["1", "0", "2"]
    np.testing.assert_allclose(panels[0].images[0].get_array(), activations[..., 1])


def test_of_many_channels_a_few_are_shown() -> None:
    figure = feature_maps(RNG.normal(size=(4, 4, 64)), "conv", most=9)
    assert sum(bool(panel.images) for panel in figure.axes) == 9


def test_series_are_lines() -> None:
    figure = feature_maps(RNG.normal(size=(30, 2)), "conv1d")
    assert [len(panel.lines) for panel in figure.axes] == [1, 1]


def test_a_whole_batch_is_refused_with_the_fix() -> None:
    with pytest.raises(DataError, match=r"take one row"):
        feature_maps(np.zeros((2, 4, 4, 3)), "conv")
