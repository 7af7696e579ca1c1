"""Every loss against Keras: values and gradients, every option, every shape."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from layersmith.engine.losses import FORMULAS, reduce, resolve_loss
from layersmith.engine.losses.crossentropy import EPSILON, clip_probabilities
from layersmith.engine.losses.formulas import ALIASES, CLASSES
from layersmith.engine.unsupported import Unsupported

CASES = [
    ("BinaryCrossentropy", {}, "labels"),
    ("BinaryCrossentropy", {"label_smoothing": 0.2}, "labels"),
    ("BinaryCrossentropy", {"from_logits": True}, "labels_logits"),
    ("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, "labels_logits"),
    ("BinaryFocalCrossentropy", {}, "labels"),
    ("BinaryFocalCrossentropy", {"gamma": 1.5, "alpha": 0.4, "apply_class_balancing": True}, "labels"),
    ("BinaryFocalCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, "labels_logits"),
    ("CategoricalCrossentropy", {}, "one_hot"),
    ("CategoricalCrossentropy", {"label_smoothing": 0.2}, "one_hot"),
    ("CategoricalCrossentropy", {"from_logits": True}, "one_hot_logits"),
    ("CategoricalCrossentropy", {}, "labels"),
    ("CategoricalFocalCrossentropy", {}, "one_hot"),
    ("CategoricalFocalCrossentropy", {"alpha": 0.5, "gamma": 3.0, "label_smoothing": 0.1}, "one_hot"),
    ("CategoricalFocalCrossentropy", {"from_logits": True}, "one_hot_logits"),
    ("CategoricalHinge", {}, "one_hot_logits"),
    ("CosineSimilarity", {}, "real"),
    ("Hinge", {}, "signs"),
    ("Hinge", {}, "labels_logits"),
    ("Huber", {}, "real"),
    ("Huber", {"delta": 0.3}, "real"),
    ("KLDivergence", {}, "one_hot"),
    ("LogCosh", {}, "real"),
    ("MeanAbsoluteError", {}, "real"),
    ("MeanAbsolutePercentageError", {}, "real"),
    ("MeanSquaredError", {}, "real"),
    ("MeanSquaredLogarithmicError", {}, "counts"),
    ("Poisson", {}, "counts"),
    ("SparseCategoricalCrossentropy", {}, "classes"),
    ("SparseCategoricalCrossentropy", {"ignore_class": 1}, "classes"),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, "classes_logits"),
    ("SparseCategoricalCrossentropy", {"from_logits": True, "ignore_class": 0}, "classes_logits"),
    ("SquaredHinge", {}, "signs"),
    ("SquaredHinge", {}, "labels_logits"),
]
IDS = [f"{name}-{'-'.join(map(str, config.items()))}-{kind}" for name, config, kind in CASES]


def ours(name, config, y_true, y_pred, **weights):
    loss = resolve_loss({"class_name": name, "config": config}, (None, *y_pred.shape[1:]), (None, *y_true.shape[1:]))
    with jax.numpy_dtype_promotion("strict"):
        return jax.value_and_grad(lambda outputs: reduce(loss, jnp.asarray(y_true), outputs, **weights))(
            jnp.asarray(y_pred)
        )


def theirs(name, config, y_true, y_pred, sample_weight=None):
    loss = getattr(keras.losses, name)(**config)
    return jax.value_and_grad(lambda outputs: loss(y_true, outputs, sample_weight))(jnp.asarray(y_pred))


def assert_same(mine, keras_values):
    np.testing.assert_allclose(mine[0], keras_values[0], rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(mine[1], keras_values[1], rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("shape", [(6, 3), (4, 2, 3)], ids=str)
@pytest.mark.parametrize(("name", "config", "kind"), CASES, ids=IDS)
def test_value_and_gradient_equal_keras(name, config, kind, shape, pair):
    y_true, y_pred = pair(kind, shape)
    assert_same(ours(name, config, y_true, y_pred), theirs(name, config, y_true, y_pred))


@pytest.mark.parametrize(("name", "config", "kind"), CASES[::2], ids=IDS[::2])
def test_sample_weights_equal_keras(name, config, kind, pair):
    y_true, y_pred = pair(kind, (6, 3), seed=1)
    weights = np.array([0.0, 1.0, 2.0, 0.5, 0.0, 3.0], "float32")
    mine = ours(name, config, y_true, y_pred, sample_weight=jnp.asarray(weights))
    assert_same(mine, theirs(name, config, y_true, y_pred, weights))


@pytest.mark.parametrize(("name", "config", "kind"), CASES, ids=IDS)
def test_padded_rows_do_not_count(name, config, kind, pair):
    """Padding with NaN: the rows must not even be looked at."""
    y_true, y_pred = pair(kind, (6, 3), seed=2)
    garbage = np.full((2, *y_pred.shape[1:]), np.nan, "float32")
    padded_true = np.concatenate([y_true, np.full((2, *y_true.shape[1:]), 7, y_true.dtype)])
    mask = jnp.asarray([1.0] * 6 + [0.0] * 2)
    value, gradient = ours(name, config, padded_true, np.concatenate([y_pred, garbage]), row_mask=mask)
    assert_same((value, gradient[:6]), theirs(name, config, y_true, y_pred))
    np.testing.assert_array_equal(gradient[6:], 0)


@pytest.mark.parametrize(("name", "config", "kind"), CASES[1::2], ids=IDS[1::2])
def test_no_live_row_gives_zero(name, config, kind, pair):
    y_true, y_pred = pair(kind)
    value, gradient = ours(name, config, y_true, y_pred, row_mask=jnp.zeros(6))
    assert value == 0
    np.testing.assert_array_equal(gradient, 0)


@pytest.mark.parametrize("name", ["BinaryCrossentropy", "SparseCategoricalCrossentropy", "Hinge", "MeanSquaredError"])
def test_a_batch_of_one(name, pair):
    kind = {case: kind for case, _, kind in CASES}[name].removesuffix("_logits")
    y_true, y_pred = pair(kind, (1, 3))
    assert_same(ours(name, {}, y_true, y_pred), theirs(name, {}, y_true, y_pred))


@pytest.mark.parametrize(("name", "config", "kind"), CASES[::2], ids=IDS[::2])
def test_jit_and_scan_give_the_same(name, config, kind, pair):
    y_true, y_pred = pair(kind)
    loss = resolve_loss({"class_name": name, "config": config}, y_pred.shape, y_true.shape)

    def step(total, batch):
        return total + reduce(loss, *batch), None

    batches = (jnp.asarray(y_true)[None], jnp.asarray(y_pred)[None])
    with jax.numpy_dtype_promotion("strict"):
        total, _ = jax.jit(lambda: jax.lax.scan(step, jnp.float32(0), batches))()
    np.testing.assert_allclose(total, ours(name, config, y_true, y_pred)[0], rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("target_dtype", ["int32", "float32", "uint8"])
@pytest.mark.parametrize("name", ["BinaryCrossentropy", "MeanSquaredError", "Hinge"])
def test_targets_of_rank_one_meet_outputs_of_one_column(name, target_dtype):
    y_true = np.array([0, 1, 1, 0, 1]).astype(target_dtype)
    y_pred = np.array([[0.1], [0.8], [0.4], [0.6], [0.9]], "float32")
    expected = theirs(name, {}, y_true, y_pred)
    assert_same(ours(name, {}, y_true, y_pred), expected)
    assert_same(ours(name, {}, y_true[:, None], y_pred), expected)


def test_sparse_targets_may_have_a_last_axis_of_one(pair):
    y_true, y_pred = pair("classes")
    expected = theirs("SparseCategoricalCrossentropy", {}, y_true, y_pred)
    assert_same(ours("SparseCategoricalCrossentropy", {}, y_true[:, None], y_pred), expected)


def test_series_meet_outputs_with_a_last_axis_of_one(pair):
    y_true, y_pred = pair("real", (4, 5))
    assert_same(
        ours("MeanSquaredError", {}, y_true, y_pred[..., None]),
        theirs("MeanSquaredError", {}, y_true, y_pred[..., None]),
    )


@pytest.mark.parametrize(
    ("name", "y_true", "y_pred"),
    [
        ("BinaryCrossentropy", [[0.0, 1.0]], [[0.0, 1.0]]),
        ("BinaryCrossentropy", [[0.0, 1.0]], [[1.0, 0.0]]),
        ("CategoricalCrossentropy", [[0.0, 1.0]], [[0.0, 1.0]]),
        ("CategoricalCrossentropy", [[0.0, 1.0]], [[1.0, 0.0]]),
        ("SparseCategoricalCrossentropy", [1], [[1.0, 0.0]]),
        ("BinaryFocalCrossentropy", [[0.0, 1.0]], [[1.0, 1.0]]),
        ("CategoricalFocalCrossentropy", [[0.0, 1.0]], [[1.0, 0.0]]),
        ("KLDivergence", [[0.0, 1.0]], [[1.0, 0.0]]),
        ("Poisson", [[1.0, 0.0]], [[0.0, 0.0]]),
        ("MeanAbsolutePercentageError", [[0.0, 1.0]], [[1.0, 0.0]]),
    ],
)
def test_exact_zeros_and_ones(name, y_true, y_pred):
    y_true, y_pred = np.array(y_true), np.array(y_pred, "float32")
    mine = ours(name, {}, y_true, y_pred)
    assert_same(mine, theirs(name, {}, y_true, y_pred))
    assert np.isfinite(mine[0])
    assert np.isfinite(mine[1]).all()


@pytest.mark.parametrize("logit", [1e3, -1e3])
@pytest.mark.parametrize(
    ("name", "y_true"),
    [
        ("BinaryCrossentropy", [[0.0, 1.0]]),
        ("CategoricalCrossentropy", [[0.0, 1.0]]),
        ("SparseCategoricalCrossentropy", [1]),
        ("BinaryFocalCrossentropy", [[0.0, 1.0]]),
        ("CategoricalFocalCrossentropy", [[0.0, 1.0]]),
    ],
)
def test_large_logits_stay_finite(name, y_true, logit):
    y_true, y_pred = np.array(y_true), np.array([[logit, -logit]], "float32")
    mine = ours(name, {"from_logits": True}, y_true, y_pred)
    assert_same(mine, theirs(name, {"from_logits": True}, y_true, y_pred))
    assert np.isfinite(mine[0])
    assert np.isfinite(mine[1]).all()


def test_a_class_without_an_output_costs_what_it_costs_in_keras(pair):
    _, y_pred = pair("classes")
    y_true = np.array([0, 1, 2, 5, -1, 0])
    assert_same(
        ours("SparseCategoricalCrossentropy", {}, y_true, y_pred),
        theirs("SparseCategoricalCrossentropy", {}, y_true, y_pred),
    )


def test_probabilities_are_clipped_with_the_slope_that_jax_has():
    at = jnp.asarray([0.0, 1e-8, EPSILON, 0.3, 1 - EPSILON, 1.0, 2.0, jnp.nan], jnp.float32)

    def plain(p):
        return jnp.clip(p, EPSILON, 1.0 - EPSILON)

    np.testing.assert_array_equal(clip_probabilities(at), plain(at))
    for after in (jnp.sum, lambda p: jnp.sum(jnp.log(p))):
        slopes = [jax.grad(lambda p, f=f, after=after: after(f(p)))(at) for f in (clip_probabilities, plain)]
        np.testing.assert_array_equal(*slopes)


@pytest.mark.parametrize("wrong", [np.inf, np.nan])
def test_a_class_of_infinite_or_no_probability_has_no_finite_loss(wrong):
    y_pred = np.array([[0.2, wrong, 0.3], [0.2, 0.5, 0.3]], np.float32)
    y_true = np.array([0, 1])
    mine, keras_own = (f("SparseCategoricalCrossentropy", {}, y_true, y_pred)[0] for f in (ours, theirs))
    assert np.isnan(mine)
    assert np.isnan(keras_own)


def test_all_targets_ignored_gives_zero(pair):
    _, y_pred = pair("classes")
    value, gradient = ours("SparseCategoricalCrossentropy", {"ignore_class": 2}, np.full(6, 2), y_pred)
    assert value == 0
    np.testing.assert_array_equal(gradient, 0)


def test_ignored_class_with_sample_weights(pair):
    y_true, y_pred = pair("classes", (4, 2, 3))
    weights = np.arange(8, dtype="float32").reshape(4, 2)
    for reduction in ("sum", "sum_over_batch_size", "mean_with_sample_weight"):
        config = {"ignore_class": 1, "reduction": reduction}
        mine = ours("SparseCategoricalCrossentropy", config, y_true, y_pred, sample_weight=jnp.asarray(weights))
        assert_same(mine, theirs("SparseCategoricalCrossentropy", config, y_true, y_pred, weights))


@pytest.mark.parametrize("axis", [1, 2, -1, -2])
@pytest.mark.parametrize("name", ["BinaryCrossentropy", "CosineSimilarity", "CategoricalCrossentropy"])
def test_other_axes(name, axis, pair):
    y_true, y_pred = pair("labels", (4, 2, 3))
    assert_same(ours(name, {"axis": axis}, y_true, y_pred), theirs(name, {"axis": axis}, y_true, y_pred))


@pytest.mark.parametrize("axis", [0, -3, 3, True, None])
def test_the_batch_is_no_axis_of_classes(axis):
    with pytest.raises(Unsupported, match="axis"):
        resolve_loss({"class_name": "CosineSimilarity", "config": {"axis": axis}}, (None, 2, 3), (None, 2, 3))


def test_sparse_classes_stand_on_the_last_axis():
    with pytest.raises(Unsupported, match="last"):
        resolve_loss({"class_name": "SparseCategoricalCrossentropy", "config": {"axis": 1}}, (None, 3, 3), (None, 3))


def test_every_class_and_alias_names_a_formula():
    assert set(CLASSES.values()) == set(FORMULAS)
    assert set(ALIASES.values()) <= set(FORMULAS)
    for name, function in {**ALIASES, **{name: name for name in FORMULAS}}.items():
        assert keras.losses.get(name).__name__ == function
    for name, function in CLASSES.items():
        assert keras.losses.get(name).fn.__name__ == function


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_options_have_the_defaults_of_keras(name):
    import inspect

    formula = FORMULAS[CLASSES[name]]
    parameters = inspect.signature(getattr(keras.losses, name).__init__).parameters
    defaults = {
        key: value.default for key, value in parameters.items() if key not in ("self", "name", "dtype", "reduction")
    }
    assert dict(formula.options) == defaults
