"""What `compile` was given, read back from a compiled model, and what is refused."""

import keras
import numpy as np
import pytest

from layersmith.engine.losses import reduce, resolve_loss
from layersmith.engine.unsupported import Unsupported
from layersmith.graph.compiled import read_compiled


def compiled_loss(loss, units=3):
    model = keras.Sequential([keras.layers.Input((units,)), keras.layers.Activation("linear")])
    model.compile("sgd", loss=loss)
    return read_compiled(model).loss


@pytest.mark.parametrize(
    "loss",
    [
        "mse",
        "MAE",
        "huber",
        "MeanSquaredError",
        keras.losses.Huber(delta=0.3),
        keras.losses.CosineSimilarity(axis=-1),
        keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1, name="mine"),
        keras.losses.BinaryCrossentropy(reduction="sum"),
        keras.losses.CategoricalFocalCrossentropy(gamma=1.0),
        keras.losses.mean_absolute_error,
        keras.losses.log_cosh,
    ],
    ids=lambda loss: getattr(loss, "__name__", type(loss).__name__) if callable(loss) else str(loss),
)
def test_a_compiled_model_gives_back_its_loss(loss, pair):
    y_true, y_pred = pair("one_hot")
    theirs = keras.losses.get(loss)
    expected = theirs(y_true, y_pred)
    mine = resolve_loss(compiled_loss(loss), y_pred.shape, y_true.shape)
    np.testing.assert_allclose(reduce(mine, y_true, y_pred), np.mean(expected), rtol=1e-5)


@pytest.mark.parametrize("name", ["crossentropy", "CE", "ce"])
@pytest.mark.parametrize(
    ("y_pred_shape", "y_true_shape", "expected"),
    [
        ((8, 1), (8,), "binary_crossentropy"),
        ((8, 1), (8, 1), "binary_crossentropy"),
        ((8, 3), (8,), "sparse_categorical_crossentropy"),
        ((8, 3), (8, 1), "sparse_categorical_crossentropy"),
        ((8, 3), (8, 3), "categorical_crossentropy"),
        ((8, 5, 3), (8, 5), "sparse_categorical_crossentropy"),
    ],
)
def test_crossentropy_is_chosen_by_the_shapes(name, y_pred_shape, y_true_shape, expected):
    generator = np.random.default_rng(0)
    y_pred = generator.uniform(0.1, 0.9, y_pred_shape).astype("float32")
    y_true = generator.integers(0, 2, y_true_shape)
    loss = resolve_loss(name, y_pred_shape, y_true_shape)
    assert loss.name == name
    class_name = "".join(word.title() for word in expected.split("_"))
    theirs = getattr(keras.losses, class_name)()(y_true, y_pred)
    np.testing.assert_allclose(reduce(loss, y_true, y_pred), theirs, rtol=1e-5)


@pytest.mark.parametrize(
    ("serialized", "name"),
    [
        ("mse", "mse"),
        ("MeanSquaredError", "mean_squared_error"),
        ("Huber", "huber_loss"),
        ({"class_name": "Huber", "config": {}}, "huber_loss"),
        ({"class_name": "Huber", "config": {"name": "mine"}}, "mine"),
        ({"module": "builtins", "class_name": "function", "config": "log_cosh"}, "log_cosh"),
    ],
)
def test_losses_are_named_as_in_keras(serialized, name):
    loss = resolve_loss(serialized, (None, 2), (None, 2))
    assert loss.name == name


def wrapped():
    return {
        "module": "keras.losses",
        "class_name": "LossFunctionWrapper",
        "config": {
            "name": "wrapped",
            "fn": {"module": "builtins", "class_name": "function", "config": "huber"},
            "delta": 0.5,
        },
    }


def test_a_wrapped_function_keeps_its_arguments(pair):
    y_true, y_pred = pair("real")
    loss = resolve_loss(wrapped(), y_pred.shape, y_true.shape)
    assert loss.name == "wrapped"
    np.testing.assert_allclose(reduce(loss, y_true, y_pred), keras.losses.Huber(delta=0.5)(y_true, y_pred), rtol=1e-5)


REFUSED = [
    ("ctc", "no compiled form"),
    ("dice", "no compiled form"),
    ("Circle", "no compiled form"),
    (None, "neither a name"),
    (3, "neither a name"),
    ({"class_name": "__lambda__", "config": {}}, "own"),
    ({"class_name": "Huber", "module": "my.losses", "config": {}}, "own"),
    ({"class_name": "function", "module": "builtins", "config": "my_loss"}, "no compiled form"),
    ({"class_name": "function", "module": "builtins", "config": "mse"}, "no compiled form"),
    ({"class_name": "mean_squared_error", "config": {}}, "no compiled form"),
    ({"class_name": "MeanSquaredError", "config": {"reduction": None}}, "reduction"),
    ({"class_name": "MeanSquaredError", "config": {"reduction": "none"}}, "reduction"),
    ({"class_name": "MeanSquaredError", "config": {"dtype": "float64"}}, "dtype"),
    ({"class_name": "Huber", "config": {"epsilon": 1}}, "option 'epsilon'"),
    (["mse"], "neither a name"),
]


@pytest.mark.parametrize(("serialized", "why"), REFUSED, ids=str)
def test_what_has_no_compiled_form_says_why(serialized, why):
    with pytest.raises(Unsupported, match=why):
        resolve_loss(serialized, (None, 3), (None, 3))


@pytest.mark.parametrize(
    ("name", "y_pred_shape", "y_true_shape"),
    [
        ("mse", (None, 3), (None,)),
        ("mse", (None, 3), (None, 2)),
        ("mse", (None,), (None,)),
        ("binary_crossentropy", (None, 3), (None, 1)),
        ("categorical_crossentropy", (None, 3), (None,)),
        ("categorical_crossentropy", (None, 1), (None, 1)),
        ("sparse_categorical_crossentropy", (None, 3), (None, 3)),
        ("sparse_categorical_crossentropy", (None, 5, 3), (None,)),
        ("sparse_categorical_crossentropy", (None, 5, 3), (None, 4)),
    ],
)
def test_targets_that_do_not_fit_are_left_to_keras(name, y_pred_shape, y_true_shape):
    with pytest.raises(Unsupported, match="targets of shape"):
        resolve_loss(name, y_pred_shape, y_true_shape)


def test_one_column_of_targets_broadcasts_over_outputs(pair):
    _, y_pred = pair("real")
    y_true = np.ones((6, 1), "float32")
    loss = resolve_loss("mse", y_pred.shape, y_true.shape)
    np.testing.assert_allclose(reduce(loss, y_true, y_pred), keras.losses.MeanSquaredError()(y_true, y_pred), rtol=1e-5)
