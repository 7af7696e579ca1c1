import runpy
from pathlib import Path

import keras
import pytest
from tests.cost.xla import build

from layersmith.cost import Work, cost_of, node_works
from layersmith.families.initial import drawn_by_numpy
from layersmith.graph import view

layers = keras.layers
ZOO = runpy.run_path(str(Path(__file__).resolve().parents[1] / "exporters" / "zoo.py"))["MODELS"]


@pytest.mark.parametrize(
    ("name", "million_macs", "params"),
    [
        ("MobileNet", 569, 4_253_864),  # Howard et al. 2017, arXiv 1704.04861, table 4
        ("MobileNetV2", 300, 3_538_984),  # Sandler et al. 2018, arXiv 1801.04381, table 4
        ("EfficientNetB0", 390, 5_330_571),  # Tan and Le 2019, arXiv 1905.11946, table 2
        ("ResNet50", 3_858, 25_636_712),  # He et al. 2016, arXiv 1512.03385, table 1: 3.8 * 10^9
    ],
)
def test_published_architectures_cost_what_their_papers_say(name, million_macs, params):
    with drawn_by_numpy():
        model = getattr(keras.applications, name)(weights=None)
    cost = cost_of(view(model))
    assert cost.macs == pytest.approx(million_macs * 1e6, rel=0.015)
    assert cost.params == params == model.count_params()
    assert cost.model_bytes == 4 * params
    assert cost.unknown == ()


@pytest.mark.parametrize("name", ZOO)
def test_any_model_has_its_parameters_and_bytes(name):
    with drawn_by_numpy():
        model = ZOO[name]()
    cost = cost_of(view(model))
    assert cost.params == model.count_params()
    assert cost.trainable_params == sum(weight.numpy().size for weight in model.trainable_weights)
    assert cost.activation_bytes > 0
    assert cost.model_bytes == sum(weight.numpy().nbytes for weight in model.weights)


def test_a_shared_layer_has_one_set_of_weights_and_works_at_each_call():
    shared = layers.Dense(4)
    once = cost_of(view(build(shared, (4,))))
    twice = cost_of(view(build(lambda x: shared(shared(x)), (4,))))
    assert twice.params == once.params == 20
    assert twice.macs == 2 * once.macs


def test_a_nested_model_costs_what_its_layers_do():
    inner = keras.Sequential([keras.Input((8,)), layers.Dense(16), layers.Dense(4)])
    nested = build(lambda x: layers.Dense(2)(inner(x)), (8,))
    flat = build(lambda x: layers.Dense(2)(layers.Dense(4)(layers.Dense(16)(x))), (8,))
    assert cost_of(view(nested)) == cost_of(view(flat))


def test_frozen_layers_do_not_train():
    model = build(lambda x: layers.Dense(2)(layers.Dense(3, trainable=False)(layers.BatchNormalization()(x))), (4,))
    cost = cost_of(view(model))
    assert (cost.params, cost.trainable_params) == (16 + 15 + 8, 8 + 8)


def test_half_precision_halves_activations_and_not_weights():
    model = build(layers.Dense(16, dtype="mixed_float16"), (8,))
    cost = cost_of(view(model))
    assert cost.model_bytes == 4 * cost.params
    assert cost.activation_bytes == 4 * 8 + 2 * 16


def test_several_inputs_and_outputs():
    model = build(lambda a, b: [layers.Dense(3)(a), layers.Dense(5)(b)], (4,), (6,))
    cost = cost_of(view(model))
    assert cost.macs == 4 * 3 + 6 * 5
    assert cost.activation_bytes == 4 * (3 + 6 + 5) == 4 * 14  # the first input is gone by then


def test_an_unknown_length_counts_as_one_and_is_said():
    model = build(layers.LSTM(8), (None, 3))
    cost = cost_of(view(model))
    assert cost.macs == 4 * 8 * (3 + 8)
    assert cost.unknown == (f"the length of axis 1 of input {model.layers[0].name!r}",)


def test_a_reshape_that_makes_rows_is_said():
    model = build(lambda x: layers.Dense(2)(keras.ops.reshape(x, (-1, 3))), (4, 3))
    [said] = cost_of(view(model)).unknown
    assert said.startswith("the number of rows after Reshape")


def test_a_fixed_batch_makes_no_difference():
    fixed = keras.Sequential([keras.Input(batch_shape=(32, 8)), layers.Dense(4)])
    assert cost_of(view(fixed)) == cost_of(view(build(layers.Dense(4), (8,))))


def test_work_by_node():
    model = build(lambda x: layers.ReLU(name="relu")(layers.Dense(16, name="dense")(x)), (8,))
    works = node_works(view(model))
    assert works["dense"] == Work(macs=128)
    assert works["relu"] == Work()


def test_a_model_without_values_costs_the_same():
    """Inside such a scope layers know their shapes and allocate nothing: a candidate can be refused before."""
    with keras.StatelessScope(initialize_variables=False):
        weightless = cost_of(view(build(lambda x: layers.Dense(2)(layers.LSTM(4)(x)), (5, 3))))
    keras.utils.clear_session(free_memory=False)
    assert weightless == cost_of(view(build(lambda x: layers.Dense(2)(layers.LSTM(4)(x)), (5, 3))))
