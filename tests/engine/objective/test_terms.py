"""Losses and their weights per output; the sums themselves are compared with Keras in `test_fit_outputs`."""

import keras
import pytest

from layersmith.engine.objective.outputs import Outputs
from layersmith.engine.objective.terms import loss_weights_of, losses_of, resolve_terms
from layersmith.engine.unsupported import Unsupported

SHAPES = ((None, 1), (None, 1))
LIST = Outputs(kind="list", names=("b", "a"), shapes=SHAPES)
DICT = Outputs(kind="dict", names=("a", "b"), shapes=SHAPES)
ONE = Outputs(kind="tensor", names=("out",), shapes=SHAPES[:1])
CONFIG = {"class_name": "MeanSquaredError", "config": {}}


@pytest.mark.parametrize(
    ("loss", "outputs", "expected"),
    [
        ("mse", ONE, ["mse"]),
        (["mse"], ONE, ["mse"]),
        ({"out": "mse"}, ONE, ["mse"]),
        (CONFIG, ONE, [CONFIG]),
        (CONFIG, LIST, [CONFIG, CONFIG]),
        (["mse", None], LIST, ["mse", None]),
        ({"a": "mse", "b": "mae"}, LIST, ["mae", "mse"]),
        ({"b": "mae"}, DICT, [None, "mae"]),
        (["mse", "mae"], DICT, ["mse", "mae"]),
    ],
    ids=str,
)
def test_each_output_gets_its_loss(loss, outputs, expected):
    assert losses_of(loss, outputs) == expected


@pytest.mark.parametrize(
    ("loss", "outputs"),
    [(["mse", "mae"], ONE), ({"other": "mse"}, ONE), ({"a": "mse"}, LIST), (["mse"], LIST), ({"c": "mse"}, DICT)],
    ids=str,
)
def test_losses_that_are_not_those_of_the_outputs_are_refused(loss, outputs):
    with pytest.raises(Unsupported, match="loss"):
        losses_of(loss, outputs)


BOTH = {"a": "mse", "b": "mae"}


@pytest.mark.parametrize(
    ("weights", "loss", "outputs", "expected"),
    [
        (None, "mse", LIST, [None, None]),
        (0.5, "mse", ONE, [0.5]),
        ([0.5], "mse", ONE, [0.5]),
        ({"any": 0.5}, "mse", ONE, [0.5]),
        (0.5, "mse", LIST, [0.5, 0.5]),
        ([1.0, 2.0], ["mse", "mae"], LIST, [1.0, 2.0]),
        ({"a": 1.0, "b": 2.0}, BOTH, LIST, [2.0, 1.0]),
        ([1.0, 2.0], BOTH, LIST, [1.0, 2.0]),
        ({"a": 1.0, "b": 2.0}, ["mse", "mae"], LIST, [1.0, 2.0]),  # Keras packs the sorted weights into the list
        ({"b": 2.0, "a": 1.0}, BOTH, DICT, [1.0, 2.0]),
        ([2.0], {"b": "mae"}, DICT, [None, 2.0]),
        ([None, 2.0], ["mse", "mae"], LIST, [None, 2.0]),
    ],
    ids=str,
)
def test_each_loss_gets_its_weight(weights, loss, outputs, expected):
    assert loss_weights_of(weights, loss, outputs) == expected


@pytest.mark.parametrize(
    ("weights", "loss", "outputs"),
    [
        ([1.0, 2.0], "mse", LIST),
        (0.5, ["mse", "mae"], LIST),
        ([1.0], ["mse", "mae"], LIST),
        ({"a": 1.0}, BOTH, LIST),
        ({"a": 1.0}, BOTH, DICT),
    ],
    ids=str,
)
def test_weights_that_are_not_those_of_the_losses_are_refused(weights, loss, outputs):
    with pytest.raises(Unsupported, match="loss_weights"):
        loss_weights_of(weights, loss, outputs)


@pytest.mark.parametrize("loss", [["mse", "mae"], {"a": "mse", "b": "mae"}, {"b": "mae", "a": "mse"}], ids=str)
@pytest.mark.parametrize("weights", [[1.0, 10.0], {"a": 1.0, "b": 10.0}, {"b": 10.0, "a": 1.0}], ids=str)
@pytest.mark.parametrize("names", ["ab", "ba"])
def test_weights_in_any_container_go_where_keras_puts_them(loss, weights, names):
    theirs = keras.src.trainers.compile_utils.CompileLoss(loss, weights, output_names=list(names))
    ones = [keras.ops.ones((2, 1)), 2.0 * keras.ops.ones((2, 1))]
    expected = float(theirs([keras.ops.zeros((2, 1))] * 2, ones))
    outputs = Outputs(kind="list", names=tuple(names), shapes=SHAPES)
    values = {"mse": (1.0, 4.0), "mae": (1.0, 2.0)}
    pairs = zip(losses_of(loss, outputs), loss_weights_of(weights, loss, outputs), strict=True)
    assert sum(weight * values[one][place] for place, (one, weight) in enumerate(pairs)) == expected


def test_outputs_without_loss_have_no_term():
    (term,) = resolve_terms([None, "mse"], LIST, [None, (None, 1)])
    assert (term.output, term.log, term.loss.name) == (1, "a_loss", "mse")


def test_a_loss_needs_targets_and_a_model_a_loss():
    with pytest.raises(Unsupported, match="no targets for output 'b'"):
        resolve_terms(["mse", None], LIST, [None, (None, 1)])
    with pytest.raises(Unsupported, match="without a loss"):
        resolve_terms([None, None], LIST, [(None, 1), (None, 1)])
