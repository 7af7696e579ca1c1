"""The worst rows as people see them."""

import base64
import io
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from layersmith.data import encode, read
from layersmith.report.examples import worst_examples
from layersmith.study.holdout_rows import keep_holdout

RNG = np.random.default_rng(0)
ROWS = 20


def shown(x, y, predictions=None):
    problem = read(x, y)
    dataset = encode(problem, np.arange(ROWS, len(x)))
    given = RNG.random((ROWS, dataset.spec.num_outputs)) if predictions is None else predictions
    return worst_examples(keep_holdout(given, dataset, problem, np.arange(ROWS), seed=0), dataset.preprocess)


def pixels(example):
    kind, _, data = example.image.partition(",")
    assert kind == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))


def test_an_image_keeps_its_pixels():
    images = RNG.integers(0, 256, (60, 8, 8, 1)).astype(np.uint8)
    images[0, 0, 0] = 255
    for example in shown(images, np.arange(60) % 3):
        np.testing.assert_array_equal(pixels(example), images[int(example.row), ..., 0])


def test_colours_stay_and_large_images_shrink():
    images = RNG.random((60, 120, 100, 3)).astype(np.float32)
    example = shown(images, np.arange(60) % 3)[0]
    assert pixels(example).shape == (96, 80, 3)


@pytest.mark.parametrize(("channels", "lines"), [(1, 1), (3, 3), (9, 4)])
def test_series_are_lines_over_one_axis(channels, lines):
    example = shown(RNG.normal(size=(60, 500, channels)), np.arange(60) % 2)[0]
    found = ElementTree.fromstring(example.lines).findall("polyline")
    assert len(found) == lines
    heights = [float(pair.split(",")[1]) for line in found for pair in line.get("points").split()]
    assert 0 <= min(heights) <= max(heights) <= 80
    assert len(found[0].get("points").split()) == 200


def test_a_flat_series_is_a_line_too():
    series = RNG.normal(size=(60, 30, 1))
    series[:ROWS] = 2.0
    example = shown(series, np.arange(60) % 2)[0]
    assert "nan" not in example.lines


def test_truth_prediction_and_confidence_are_told():
    predictions = np.full((ROWS, 1), 0.9)
    worst = shown(RNG.normal(size=(60, 4)), np.array(["no", "yes"] * 30), predictions)[0]
    assert (worst.truth, worst.predicted) == ("no", "yes (90 %)")
    amounts = shown(RNG.normal(size=(60, 4)), np.linspace(0, 1, 60), np.full((ROWS, 1), 12.34567))[0]
    assert amounts.predicted == "12.35"
