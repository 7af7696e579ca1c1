"""Every metric of the table against Keras: plain, weighted, padded."""

import inspect

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from layersmith.engine.metrics import resolve_metric
from layersmith.engine.metrics.recipes import RECIPES
from layersmith.engine.unsupported import Unsupported

CASES = [
    ("AUC", {}, "labels"),
    ("AUC", {"curve": "PR"}, "labels"),
    ("AUC", {"curve": "PRGAIN"}, "labels"),
    ("AUC", {"summation_method": "majoring", "num_thresholds": 7}, "labels"),
    ("AUC", {"curve": "PR", "summation_method": "minoring", "num_thresholds": 11}, "labels"),
    ("AUC", {"thresholds": [0.1, 0.4, 0.9]}, "labels"),
    ("AUC", {"thresholds": [0.25, 0.5, 0.75], "curve": "PR"}, "labels"),
    ("AUC", {"num_thresholds": 2}, "labels"),
    ("AUC", {"from_logits": True}, "labels"),
    ("AUC", {"multi_label": True, "num_labels": 3}, "labels"),
    ("AUC", {"multi_label": True, "curve": "PR"}, "labels"),
    ("AUC", {"multi_label": True, "thresholds": [0.2, 0.3]}, "labels"),
    ("AUC", {"multi_label": True, "label_weights": [0.2, 0.3, 0.5]}, "labels"),
    ("AUC", {"label_weights": [0.2, 0.3, 0.5]}, "labels"),
    ("Accuracy", {}, "whole"),
    ("BinaryAccuracy", {}, "labels"),
    ("BinaryAccuracy", {"threshold": 0.3}, "labels"),
    ("BinaryCrossentropy", {}, "labels"),
    ("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, "labels"),
    ("CategoricalAccuracy", {}, "one_hot"),
    ("CategoricalCrossentropy", {"label_smoothing": 0.1}, "one_hot"),
    ("CategoricalHinge", {}, "one_hot"),
    ("CosineSimilarity", {}, "real"),
    ("F1Score", {}, "labels"),
    ("F1Score", {"average": "micro"}, "one_hot"),
    ("F1Score", {"average": "macro", "threshold": 0.5}, "labels"),
    ("FBetaScore", {"average": "weighted", "beta": 2.0}, "one_hot"),
    ("FBetaScore", {"beta": 0.5, "threshold": 0.4}, "labels"),
    ("FalseNegatives", {}, "labels"),
    ("FalsePositives", {"thresholds": [0.2, 0.7]}, "labels"),
    ("Hinge", {}, "labels"),
    ("KLDivergence", {}, "one_hot"),
    ("LogCoshError", {}, "real"),
    ("MeanAbsoluteError", {}, "real"),
    ("MeanAbsolutePercentageError", {}, "real"),
    ("MeanSquaredError", {}, "real"),
    ("MeanSquaredLogarithmicError", {}, "counts"),
    ("Poisson", {}, "counts"),
    ("Precision", {}, "labels"),
    ("Precision", {"thresholds": [0.0, 0.5, 1.0]}, "labels"),
    ("Precision", {"thresholds": 0.8, "class_id": 1}, "labels"),
    ("Precision", {"top_k": 2}, "one_hot"),
    ("PrecisionAtRecall", {"recall": 0.5}, "labels"),
    ("R2Score", {}, "real"),
    ("R2Score", {"class_aggregation": None}, "real"),
    ("R2Score", {"class_aggregation": "variance_weighted_average"}, "real"),
    ("Recall", {}, "labels"),
    ("Recall", {"thresholds": [0.3, 0.6]}, "labels"),
    ("Recall", {"top_k": 1, "class_id": -1}, "one_hot"),
    ("RecallAtPrecision", {"precision": 0.6}, "labels"),
    ("RootMeanSquaredError", {}, "real"),
    ("SensitivityAtSpecificity", {"specificity": 0.5, "num_thresholds": 1}, "labels"),
    ("SparseCategoricalAccuracy", {}, "classes"),
    ("SparseCategoricalCrossentropy", {}, "classes"),
    ("SparseCategoricalCrossentropy", {"ignore_class": 1}, "classes"),
    ("SparseTopKCategoricalAccuracy", {"k": 2}, "classes"),
    ("SpecificityAtSensitivity", {"sensitivity": 0.4, "num_thresholds": 20}, "labels"),
    ("SquaredHinge", {}, "labels"),
    ("TopKCategoricalAccuracy", {"k": 2}, "one_hot"),
    ("TrueNegatives", {}, "labels"),
    ("TruePositives", {"thresholds": 0.9}, "labels"),
]
IDS = [f"{name}-{'-'.join(map(str, config.items()))}" for name, config, _ in CASES]
WEIGHTS = [np.array([0.0, 1.0, 2.0, 0.5, 0.0, 3.0], "float32"), np.array([1.0, 1.0, 0.0, 0.25, 2.0, 1.0], "float32")]


def serialized(name, config):
    return {"module": "keras.metrics", "class_name": name, "config": {"name": "metric", "dtype": "float32", **config}}


def test_every_recipe_has_a_case():
    assert {name for name, _, _ in CASES} == set(RECIPES)


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize(("name", "config", "kind"), CASES, ids=IDS)
def test_result_equals_keras(name, config, kind, weighted, batches, run, run_keras):
    pairs, weights = batches(kind), WEIGHTS if weighted else None
    expected = run_keras(getattr(keras.metrics, name)(**config), pairs, weights)
    found = run(serialized(name, config), pairs, weights, pad=2 if weighted else 0)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("name", "config", "kind"), CASES[1::2], ids=IDS[1::2])
def test_padded_rows_do_not_count(name, config, kind, batches, run):
    pairs = batches(kind, seed=1)
    found, expected = (run(serialized(name, config), pairs, pad=pad) for pad in (2, 0))
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("name", "config", "kind"), CASES[::3], ids=IDS[::3])
def test_a_scan_over_batches_gives_the_same(name, config, kind, batches, run):
    pairs = batches(kind)
    metric = resolve_metric(serialized(name, config), pairs[0][1].shape, pairs[0][0].shape)
    stacked = tuple(jnp.stack([jnp.asarray(pair[index]) for pair in pairs]) for index in (0, 1))
    with jax.numpy_dtype_promotion("strict"):
        state, _ = jax.lax.scan(lambda state, batch: (metric.update(state, *batch), None), metric.init(), stacked)
        result = jax.jit(metric.result)(state)
    np.testing.assert_allclose(result, run(serialized(name, config), pairs), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("name", "config", "kind"), CASES[::4], ids=IDS[::4])
def test_a_batch_without_rows_changes_nothing(name, config, kind, batches):
    (y_true, y_pred), other = batches(kind)
    metric = resolve_metric(serialized(name, config), y_pred.shape, y_true.shape)
    before = metric.update(metric.init(), jnp.asarray(y_true), jnp.asarray(y_pred))
    after = metric.update(before, *(jnp.asarray(array) for array in other), None, jnp.zeros(6))
    for key, value in before.items():
        np.testing.assert_array_equal(after[key], value)


@pytest.mark.parametrize(("name", "config", "kind"), CASES[::4], ids=IDS[::4])
def test_results_before_any_batch_equal_keras(name, config, kind, batches, run_keras):
    pairs = batches(kind)
    theirs = getattr(keras.metrics, name)(**config)
    theirs.update_state(*pairs[0])
    theirs.reset_state()
    metric = resolve_metric(serialized(name, config), pairs[0][1].shape, pairs[0][0].shape)
    np.testing.assert_allclose(metric.result(metric.init()), theirs.result(), rtol=1e-6)


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_options_have_the_defaults_of_keras(name):
    parameters = inspect.signature(getattr(keras.metrics, name).__init__).parameters
    required = {key for key, value in parameters.items() if value.default is inspect.Parameter.empty}
    defaults = {key: value.default for key, value in parameters.items() if key not in ("self", "name", "dtype")}
    defaults |= dict.fromkeys(required - {"self"})
    defaults.pop("from_sorted_ids", None)
    assert dict(RECIPES[name].options) == {**defaults, **({"axis": -1} if "axis" in RECIPES[name].options else {})}


@pytest.mark.parametrize("name", ["AUC", "Precision", "Recall", "BinaryAccuracy", "R2Score", "RootMeanSquaredError"])
def test_targets_of_rank_one_meet_outputs_of_one_column(name, batches, run, run_keras):
    pairs = [(y_true[:, 0], y_pred) for y_true, y_pred in batches("labels", (6, 1))]
    expected = run_keras(getattr(keras.metrics, name)(), pairs, WEIGHTS)
    np.testing.assert_allclose(run(serialized(name, {}), pairs, WEIGHTS), expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(run(serialized(name, {}), pairs, WEIGHTS, pad=3), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SparseCategoricalAccuracy", "classes"),
        ("CategoricalAccuracy", "one_hot"),
        ("MeanSquaredError", "real"),
        ("RootMeanSquaredError", "real"),
        ("SparseTopKCategoricalAccuracy", "classes"),
        ("TopKCategoricalAccuracy", "one_hot"),
        ("Precision", "labels"),
    ],
)
@pytest.mark.parametrize("weight_shape", [None, (4, 2), (4, 1)], ids=str)
def test_series_of_outputs(name, kind, weight_shape, batches, run, run_keras):
    pairs = batches(kind, (4, 2, 3))
    generator = np.random.default_rng(5)
    weights = None if weight_shape is None else [generator.uniform(size=weight_shape).astype("float32") for _ in pairs]
    expected = run_keras(getattr(keras.metrics, name)(), pairs, weights)
    np.testing.assert_allclose(run(serialized(name, {}), pairs, weights, pad=1), expected, rtol=1e-5)


@pytest.mark.parametrize("name", ["SparseCategoricalAccuracy", "SparseCategoricalCrossentropy"])
@pytest.mark.parametrize("weighted", [False, True])
def test_masks_of_outputs_count_in_means(name, weighted, batches, run, run_keras):
    pairs = batches("classes", (4, 2, 3))
    masks = [np.array([[1, 1], [1, 0], [0, 0], [1, 1]], bool), np.array([[0, 1], [1, 0], [1, 1], [1, 1]], bool)]
    weights = [np.arange(8, dtype="float32").reshape(4, 2)] * 2 if weighted else None
    expected = run_keras(getattr(keras.metrics, name)(), pairs, weights, masks)
    np.testing.assert_allclose(run(serialized(name, {}), pairs, weights, masks, pad=1), expected, rtol=1e-5)


@pytest.mark.parametrize("label", [0, 1])
@pytest.mark.parametrize("name", ["AUC", "Precision", "Recall", "F1Score"])
def test_one_class_only(name, label, batches, run, run_keras):
    pairs = [(np.full_like(y_true, label), y_pred) for y_true, y_pred in batches("labels")]
    expected = run_keras(getattr(keras.metrics, name)(), pairs)
    np.testing.assert_allclose(run(serialized(name, {}), pairs), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("config", [{}, {"curve": "PR"}, {"thresholds": [0.5, 0.6]}, {"multi_label": True}], ids=str)
@pytest.mark.parametrize("name", ["AUC", "Precision"])
def test_probabilities_of_exactly_zero_and_one(name, config, run, run_keras):
    if name == "Precision":
        config = {"thresholds": [0.0, 0.5, 1.0]} if not config else {"thresholds": [0.0, 1.0]}
    y_true = np.array([[0, 1], [1, 0], [1, 1], [0, 0]])
    y_pred = np.array([[0.0, 1.0], [0.0, 1.0], [1.0, 0.5], [0.5, 0.0]], "float32")
    pairs = [(y_true, y_pred)]
    expected = run_keras(getattr(keras.metrics, name)(**config), pairs)
    np.testing.assert_allclose(run(serialized(name, config), pairs), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "config", "y_pred", "y_true", "why"),
    [
        ("F1Score", {}, (None, 3), (None,), "targets of shape"),
        ("F1Score", {}, (None, 2, 3), (None, 2, 3), "rank 3, not 2"),
        ("F1Score", {"average": "samples"}, (None, 3), (None, 3), "average"),
        ("R2Score", {"num_regressors": 1}, (None, 3), (None, 3), "num_regressors"),
        ("R2Score", {"class_aggregation": "max"}, (None, 3), (None, 3), "class_aggregation"),
        ("AUC", {}, (None, 3), (None,), "targets of shape"),
        ("AUC", {"curve": "DET"}, (None, 3), (None, 3), "DET"),
        ("AUC", {"multi_label": True}, (None, 2, 3), (None, 2, 3), "rank 3"),
        ("Precision", {"top_k": 5}, (None, 3), (None, 3), "top_k 5"),
        ("Recall", {"class_id": 3}, (None, 3), (None, 3), "class_id 3"),
        ("PrecisionAtRecall", {}, (None, 3), (None, 3), "no recall"),
        ("Poisson", {}, (None, 1), (None,), "targets of shape"),
        ("SparseTopKCategoricalAccuracy", {"from_sorted_ids": True}, (None, 3), (None,), "from_sorted_ids"),
        ("MeanSquaredError", {"dtype": "float64"}, (None, 3), (None, 3), "dtype"),
        ("CosineSimilarity", {"axis": 0}, (None, 3), (None, 3), "axis 0"),
    ],
)
def test_what_has_no_compiled_form_says_why(name, config, y_pred, y_true, why):
    with pytest.raises(Unsupported, match=why):
        resolve_metric(serialized(name, config), y_pred, y_true)


@pytest.mark.parametrize(("name", "shape"), [("F1Score", (4, 1)), ("Precision", (4, 2)), ("MeanSquaredError", (4, 2))])
def test_weights_that_do_not_fit_are_refused(name, shape):
    metric = resolve_metric(serialized(name, {}), (4, 3), (4, 3)).renamed("", weighted=True)
    with pytest.raises(Unsupported, match="weights"):
        metric.update(metric.init(), jnp.zeros((4, 3)), jnp.ones((4, 3)), jnp.ones(shape))
