"""Which sizes programs are made for."""

import keras
import pytest
from keras import layers

from layersmith.engine.widths import Families, widths_of
from layersmith.engine.widths.buckets import COMPILE_SECONDS, SECONDS_PER_MAC, Buckets, macs_of, rounded
from layersmith.graph import view


def area(sizes):
    return 100.0 * sizes[0]


@pytest.mark.parametrize("width", range(1, 700, 13))
def test_padding_is_at_most_half_as_much_again(width):
    assert width <= rounded(width) <= max(8, 1.5 * width)


def test_short_trainings_share_one_program():
    buckets = Buckets()
    assert buckets.choose([20], (64,), 10, area) == (64,)
    assert [buckets.choose([width], (64,), 10, area) for width in (8, 20, 64, 33)] == [(64,)] * 4


def test_rent_is_paid_until_it_would_have_bought_the_program():
    buckets = Buckets()
    rows = round(0.4 * COMPILE_SECONDS / SECONDS_PER_MAC / (area((64,)) - area((8,))))
    buckets.choose([64], (64,), rows, area)
    assert [buckets.choose([8], (64,), rows, area) for _ in range(4)] == [(64,), (64,), (8,), (8,)]
    assert buckets.choose([12], (64,), rows, area) == (64,)


def test_a_candidate_that_would_waste_too_much_gets_its_own_size_at_once():
    buckets = Buckets()
    rows = round(9.0 * COMPILE_SECONDS / SECONDS_PER_MAC / area((512,)))
    assert buckets.choose([512], (512,), rows, area) == (512,)
    assert buckets.choose([8], (512,), rows, area) == (8,)


def test_the_cheapest_program_that_fits_is_chosen():
    buckets = Buckets()
    assert buckets.fitting([8], area) is None
    buckets.choose([64], (64,), 10, area)
    buckets.choose([512], (512,), 10, area)
    assert buckets.fitting([8], area) == (64,)
    assert buckets.fitting([600], area) is None


def model(*units, activation="relu", rate=0.1):
    hidden = [layer for width in units for layer in (layers.Dense(width, activation), layers.Dropout(rate))]
    return keras.Sequential([keras.Input((3,)), *hidden, layers.Dense(1)])


def test_models_that_differ_in_widths_activations_and_rates_are_one_family():
    families = Families()
    first = families.padding(view(model(60, 60)), rows=100)
    second = families.padding(view(model(5, 17, activation="tanh", rate=0.4)), rows=100)
    assert first.signature == second.signature
    assert [node.output_shape for node in first.graph.nodes] == [node.output_shape for node in second.graph.nodes]
    assert first.runtime["1/activation"] != second.runtime["1/activation"]


def test_a_family_begins_with_the_widths_that_others_asked_for():
    families = Families()
    families.padding(view(model(60, 20)), rows=100)
    shapes = [node.output_shape for node in families.padding(view(model(5)), rows=100).graph.nodes]
    assert shapes[1] == (None, 64)


def test_macs_count_every_position():
    parts = [layers.Conv2D(4, 3, padding="same"), layers.Flatten(), layers.Dense(2)]
    graph = view(keras.Sequential([keras.Input((5, 5, 1)), *parts]))
    assert macs_of(graph) == 25 * (9 * 4 + 4) + (100 * 2 + 2)


def test_a_softmax_reads_what_is_padded():
    graph = view(keras.Sequential([keras.Input((3,)), layers.Dense(6), layers.Dense(4, "softmax")]))
    assert list(widths_of(graph).values()) == [6]


def test_what_mixes_features_takes_no_padding():
    parts = [layers.Dense(6), layers.Reshape((2, 3)), layers.Dense(4, "softmax"), layers.Dense(5), layers.Dense(1)]
    graph = view(keras.Sequential([keras.Input((3,)), *parts]))
    assert list(widths_of(graph).values()) == [5]


def meeting(width, last):
    given = keras.Input((8, 8, 3))
    paths = [layers.Conv2D(width, 3, name="one")(given), layers.SeparableConv2D(width, 3, name="two")(given)]
    wide = layers.Dense(last, name="wide")(layers.GlobalAveragePooling2D()(layers.Add()(paths)))
    return keras.Model(given, layers.Dense(1)(wide))


def test_layers_whose_features_meet_have_one_size_whatever_other_models_have_asked_for():
    families = Families()
    for other in (layers.Conv2D(40, 3), layers.SeparableConv2D(90, 3)):
        families.padding(view(keras.Sequential([keras.Input((8, 8, 3)), other, layers.Flatten(), layers.Dense(1)])), 10)
    graph = view(meeting(12, last=100))
    sizes = {name: families.padding(graph, 10).graph.node(name).output_shape[-1] for name in widths_of(graph)}
    assert sizes["one"] == sizes["two"] == 96
    assert sizes["wide"] == 128
