"""What `compile` was given as metrics, read back from a compiled model, against `model.evaluate`."""

import jax.numpy as jnp
import keras
import numpy as np
import pytest

from layersmith.engine.objective.measures import metrics_of, resolve_measures
from layersmith.engine.objective.outputs import Outputs
from layersmith.engine.unsupported import Unsupported
from layersmith.graph.compiled import read_compiled

ROWS = 7


def resolve_metrics(metrics, weighted, y_pred_shape, y_true_shape):
    """The metrics of one output."""
    outputs = Outputs(kind="tensor", names=("out",), shapes=(y_pred_shape,))
    given = (metrics_of(each, outputs) for each in (metrics, weighted))
    return [measure.metric for measure in resolve_measures(*given, outputs, [y_true_shape])]


def evaluate(units, y_true, metrics, weighted_metrics, weights):
    """Ours over padded batches of 4, and what `model.evaluate` says on the same outputs."""
    y_pred = np.random.default_rng(3).uniform(0.05, 0.95, (ROWS, units)).astype("float32")
    model = keras.Sequential([keras.layers.Input((units,)), keras.layers.Activation("linear")])
    model.compile(
        "sgd", "mse" if y_true.ndim == 2 or units == 1 else "ce", metrics=metrics, weighted_metrics=weighted_metrics
    )
    compiled = read_compiled(model)
    expected = model.evaluate(y_pred, y_true, batch_size=4, sample_weight=weights, return_dict=True, verbose=0)
    expected.pop("loss")
    found = {}
    given = compiled.metrics, compiled.weighted_metrics
    for metric in resolve_metrics(*given, (4, units), (4, *y_true.shape[1:])):
        state = metric.init()
        for start in (0, 4):
            rows = np.arange(start, start + 4) % ROWS
            mask = jnp.arange(start, start + 4) < ROWS
            weight = None if weights is None else weights[rows]
            state = metric.update(state, y_true[rows], y_pred[rows], weight, mask)
        found[metric.name] = metric.result(state)
    return found, expected


def assert_same(found, expected):
    assert sorted(found) == sorted(expected)
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-5, atol=1e-6, err_msg=name)


def test_binary_outputs_equal_evaluate():
    y_true = np.array([0, 1, 1, 0, 1, 0, 0])
    weights = np.array([1, 0, 2, 0.5, 1, 3, 1], "float32")
    plain = ["accuracy", "acc", "AUC", keras.metrics.Precision(name="precision"), "mse", keras.losses.huber]
    assert_same(*evaluate(1, y_true, plain, ["accuracy", "mae", keras.metrics.AUC(name="area", curve="PR")], weights))


def test_class_numbers_equal_evaluate():
    y_true = np.array([0, 1, 2, 0, 1, 2, 0])
    weights = np.array([1, 0, 2, 0.5, 1, 3, 1], "float32")
    plain = [
        "accuracy",
        "sparse_categorical_crossentropy",
        keras.metrics.SparseTopKCategoricalAccuracy(k=2, name="top"),
    ]
    assert_same(*evaluate(3, y_true, plain, ["acc", "accuracy"], weights))


def test_one_hot_targets_equal_evaluate():
    y_true = np.eye(3, dtype="float32")[[0, 1, 2, 0, 1, 2, 0]]
    plain = ["Accuracy", keras.metrics.F1Score(name="f1"), keras.metrics.F1Score(name="macro", average="macro")]
    assert_same(*evaluate(3, y_true, plain, None, None))


def test_wrapped_functions_equal_evaluate():
    y_true = np.linspace(-1, 1, ROWS * 2, dtype="float32").reshape(ROWS, 2)
    plain = [
        keras.metrics.MeanMetricWrapper(keras.losses.huber, name="short", delta=0.1),
        keras.losses.mean_absolute_error,
        keras.losses.cosine_similarity,
        keras.metrics.R2Score(name="r2"),
        "root_mean_squared_error",
        "cosine_similarity",
    ]
    found, expected = evaluate(2, y_true, plain, ["mse"], np.arange(ROWS, dtype="float32"))
    assert_same(found, expected)
    assert found["cosine_similarity"] == pytest.approx(-found["cosine_similarity_1"])


def test_weights_count_only_in_weighted_metrics():
    weights, y_true, y_pred = jnp.array([0.0, 2.0]), jnp.array([[1.0], [1.0]]), jnp.array([[0.0], [1.0]])
    plain, weighted = resolve_metrics(["mae"], ["mae"], (2, 1), (2, 1))
    assert (plain.weighted, weighted.weighted) == (False, True)
    assert plain.result(plain.update(plain.init(), y_true, y_pred, weights)) == 0.5
    assert weighted.result(weighted.update(weighted.init(), y_true, y_pred, weights)) == 0.0


@pytest.mark.parametrize(
    "given", [["mae", "mse"], [["mae", "mse"]], {"out": ["mae", "mse"]}, (("mae",), "mse")], ids=str
)
def test_any_nesting_for_one_output(given):
    assert [metric.name for metric in resolve_metrics(given, None, (4, 1), (4,))] == ["mae", "mse"]


def test_none_is_no_metrics():
    assert resolve_metrics(None, None, (4, 1), (4,)) == []


TWO = Outputs(kind="list", names=("a", "b"), shapes=((None, 3), (None, 1)))


@pytest.mark.parametrize(
    ("metrics", "expected"),
    [
        (None, []),
        ([], []),
        (["accuracy", "mae"], ["a_accuracy", "b_mae"]),
        ([["accuracy"], ["mae", "mse"]], ["a_accuracy", "b_mae", "b_mse"]),
        ([None, "mae"], ["b_mae"]),
        ({"b": "mae"}, ["b_mae"]),
        ({"b": ["mae"], "a": ["accuracy", "accuracy"]}, ["a_accuracy", "a_accuracy_1", "b_mae"]),
    ],
    ids=str,
)
def test_metrics_of_several_outputs_are_named_after_them(metrics, expected):
    given = metrics_of(metrics, TWO)
    measures = resolve_measures(given, [[], []], TWO, [(None,), (None,)])
    assert [measure.metric.name for measure in measures] == expected
    assert [TWO.names[measure.output] for measure in measures] == [name[0] for name in expected]


def test_weighted_metrics_come_last_and_are_told_from_plain_ones():
    given = metrics_of(["accuracy", "mae"], TWO)
    measures = resolve_measures(given, given, TWO, [(None,), (None,)])
    names = ["a_accuracy", "b_mae", "a_weighted_accuracy", "b_weighted_mae"]
    assert [(one.metric.name, one.metric.weighted) for one in measures] == list(
        zip(names, [False, False, True, True], strict=True)
    )


@pytest.mark.parametrize("metrics", [["accuracy"], [["accuracy", "mae"]], {"c": "mae"}, ["mae", "mae", "mae"]], ids=str)
def test_metrics_that_are_not_those_of_the_outputs_are_left_to_keras(metrics):
    with pytest.raises(Unsupported, match="metrics"):
        metrics_of(metrics, TWO)


def test_a_metric_needs_targets():
    with pytest.raises(Unsupported, match="no targets for output 'b'"):
        resolve_measures([[], ["mae"]], [[], []], TWO, [(None,), None])
