from itertools import pairwise
from xml.etree import ElementTree

import pytest

from layersmith.report.drawing import draw_architecture
from layersmith.report.drawing.blocks import blocks_of
from layersmith.report.drawing.layers_out import lay_out


def layer(name, kind, *inputs, params=0, detail="", shape=(None, 8), macs=0):
    return {
        "name": name, "class": kind, "detail": detail, "output_shape": list(shape), "params": params, "macs": macs,
        "inputs": list(inputs),
    }  # fmt: skip


RESIDUAL = [
    layer("in", "InputLayer"),
    layer("dense", "Dense", "in", params=72, detail="8", macs=64),
    layer("bn", "BatchNormalization", "dense", params=32),
    layer("relu", "Activation", "bn", detail="relu"),
    layer("wide", "Dense", "relu", params=72, detail="8", macs=64),
    layer("add", "Add", "wide", "dense_skip"),
]
RESIDUAL.insert(4, layer("dense_skip", "Dense", "relu", params=72, macs=None))


def texts(svg):
    return [element.text for element in ElementTree.fromstring(svg).iter() if element.tag == "text"]


def test_what_only_follows_a_layer_is_in_its_box():
    first, second, *_ = blocks_of(RESIDUAL)
    assert first.title == "InputLayer"
    assert (second.title, second.followers) == ("Dense", ("BatchNormalization", "relu"))
    assert (second.params, second.macs, second.shape) == (104, 64, (8,))


def test_a_layer_that_two_read_or_that_reads_two_keeps_its_box():
    boxes = blocks_of(RESIDUAL)
    assert [box.title for box in boxes] == ["InputLayer", "Dense", "Dense", "Dense", "Add"]
    assert boxes[-1].inputs == (3, 2)
    assert boxes[2].macs is None


def test_a_branch_stands_beside_the_other_and_ends_below_both():
    layout = lay_out([[], [0], [0], [1], [2, 3]])
    assert layout.rows == (0, 1, 1, 2, 3)
    assert abs(layout.across[1] - layout.across[2]) >= 1
    assert [len(line) for line in layout.lines] == [2, 2, 2, 3, 2]  # one line passes a row


def test_boxes_of_a_row_never_overlap_and_a_chain_is_straight():
    layout = lay_out([[], [], [], [0, 1, 2], [0], [3, 4], [5], [6]])
    for row in set(layout.rows):
        places = sorted(place for place, where in zip(layout.across, layout.rows, strict=True) if where == row)
        assert all(right - left >= 1 for left, right in pairwise(places))
    assert layout.across[5] == layout.across[6] == layout.across[7]
    assert min(layout.across) >= 0.5
    assert max(layout.across) <= layout.width - 0.5 + 1e-9


def test_an_input_that_is_read_late_stands_just_above_its_reader():
    assert lay_out([[], [0], [1], [], [2, 3]]).rows == (0, 1, 2, 2, 3)


def test_the_drawing_is_one_element_with_a_box_for_each_block():
    svg = draw_architecture(RESIDUAL)
    root = ElementTree.fromstring(svg)
    assert len(root.findall("g/rect")) == 5
    assert len(root.findall("path")) == 5
    assert {"Dense 8", "BatchNormalization · relu", "→ 8", "104 parameters, 64 MACs"} <= set(texts(svg))


def test_names_are_text_and_long_ones_are_cut():
    svg = draw_architecture([layer("a", "<script>alert(1)</script>", detail="x" * 99)])
    assert "<script" not in svg
    assert max(map(len, texts(svg))) == 34


@pytest.mark.parametrize("layers", [[], [{"name": "a", "class": "Dense", "output_shape": [None, 1], "params": 2}]])
def test_without_knowing_what_is_read_nothing_is_drawn(layers):
    assert draw_architecture(layers) == ""


def test_many_parameters_and_free_axes_are_told():
    found = texts(draw_architecture([layer("a", "Conv1D", params=1, macs=12_345_678, shape=(None, None, 8))]))
    assert "→ any × 8" in found
    assert "1 parameter, 12.3 M MACs" in found
