import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from layersmith.engine.lower.cell import affine, draw_drops
from layersmith.engine.lower.env import Env
from layersmith.engine.lower.gru import gru_cell
from layersmith.engine.lower.lstm import lstm_cell
from layersmith.engine.lower.simple_rnn import simple_rnn_cell
from layersmith.engine.unsupported import Unsupported

_CELLS = {
    "gru": (gru_cell, keras.layers.GRUCell),
    "lstm": (lstm_cell, keras.layers.LSTMCell),
    "simple": (simple_rnn_cell, keras.layers.SimpleRNNCell),
}
_COUNTS = {"gru": 3, "lstm": 4, "simple": 1}
_INPUTS = np.zeros((2, 400, 50), "float32")


def _cell(kind, **options):
    make, layer = _CELLS[kind]
    return make(layer(40, **options).get_config())


def _train(seed=1):
    return Env(training=True, seed=jnp.uint32(seed))


def test_affine_with_one_mask_for_all_gates_and_with_one_for_each(numbers):
    x, kernel, bias = numbers(5, 3), numbers(3, 4), numbers(4)
    first, second = (np.random.default_rng(seed).integers(0, 2, (5, 3)).astype("float32") for seed in (1, 2))
    np.testing.assert_allclose(affine(x, kernel, bias), x @ kernel + bias, rtol=1e-5)
    np.testing.assert_allclose(affine(x, kernel, bias, (first,)), (x * first) @ kernel + bias, rtol=1e-5, atol=1e-6)
    expected = np.concatenate([(x * first) @ kernel[:, :2], (x * second) @ kernel[:, 2:]], 1)
    np.testing.assert_allclose(affine(x, kernel, None, (first, second)), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", sorted(_CELLS))
def test_nothing_is_dropped_outside_training_or_without_a_rate(kind):
    quiet = draw_drops(_cell(kind, dropout=0.5, recurrent_dropout=0.5), Env(training=False), 0, _INPUTS)
    none = draw_drops(_cell(kind), _train(), 0, _INPUTS)
    assert (quiet.inputs, quiet.states, none.inputs, none.states) == ((), (), (), ())


@pytest.mark.parametrize("kind", sorted(_CELLS))
def test_the_number_of_masks_is_that_of_keras(kind):
    only = draw_drops(_cell(kind, dropout=0.5), _train(), 0, _INPUTS)
    both = draw_drops(_cell(kind, dropout=0.5, recurrent_dropout=0.2), _train(), 0, _INPUTS)
    states = draw_drops(_cell(kind, recurrent_dropout=0.2), _train(), 0, _INPUTS)
    assert (len(only.inputs), len(only.states)) == (1, 0)
    assert (len(both.inputs), len(both.states)) == (_COUNTS[kind], _COUNTS[kind])
    assert (len(states.inputs), len(states.states)) == (0, _COUNTS[kind])
    assert both.inputs[0].shape == (400, 50)
    assert both.states[0].shape == (400, 40)


@pytest.mark.parametrize(("kind", "rate"), [("gru", 0.1), ("lstm", 0.5), ("simple", 0.8)])
def test_masks_keep_the_share_and_the_mean_and_are_independent(kind, rate):
    drops = draw_drops(_cell(kind, dropout=rate, recurrent_dropout=rate), _train(), 3, _INPUTS)
    masks = [np.asarray(mask)[:, :40].ravel() for mask in (*drops.inputs, *drops.states)]
    for mask in masks:
        np.testing.assert_allclose(np.unique(mask), [0.0, 1.0 / (1.0 - rate)], rtol=1e-5)
        assert abs((mask > 0).mean() - (1.0 - rate)) < 0.02
        assert abs(mask.mean() - 1.0) < 0.06
    correlations = np.corrcoef(masks) - np.eye(len(masks))
    assert np.abs(correlations).max() < 0.04


def test_masks_follow_the_seed_and_the_layer():
    cell = _cell("lstm", dropout=0.5)

    def draw(seed, salt):
        return np.asarray(draw_drops(cell, _train(seed), salt, _INPUTS).inputs[0])

    np.testing.assert_array_equal(draw(1, 2), draw(1, 2))
    assert (draw(1, 2) != draw(2, 2)).mean() > 0.4
    assert (draw(1, 2) != draw(1, 3)).mean() > 0.4


def test_rows_that_do_not_exist_change_no_mask():
    cell = _cell("gru", dropout=0.5, recurrent_dropout=0.5)
    short, padded = (draw_drops(cell, _train(), 0, _INPUTS[:, :rows]) for rows in (7, 9))
    for left, right in zip((*short.inputs, *short.states), (*padded.inputs, *padded.states), strict=True):
        np.testing.assert_array_equal(left, right[:7])


@pytest.mark.parametrize("kind", sorted(_CELLS))
@pytest.mark.parametrize("rates", [(0.5, 0.0), (0.0, 0.5), (0.5, 0.5)])
def test_a_step_with_dropout_equals_that_of_keras(kind, rates, numbers):
    """Keras' cell, told which masks to use, gives the same states."""
    layer = _CELLS[kind][1](4, dropout=rates[0], recurrent_dropout=rates[1])
    x, hidden = numbers(6, 3), [numbers(6, 4, seed=seed) for seed in range(2 if kind == "lstm" else 1)]
    layer.build((6, 3))
    cell = _CELLS[kind][0](layer.get_config())
    drops = draw_drops(cell, _train(), 0, jnp.asarray(x)[None])
    layer._dropout_mask = _as_keras(layer, drops.inputs)
    layer._recurrent_dropout_mask = _as_keras(layer, drops.states)
    expected = layer(x, hidden, training=True)[1]
    weights = {weight.name: jnp.asarray(weight.value) for weight in layer.weights}
    bound = cell.bind(weights, jnp.asarray(x)[None], drops)
    for mine, theirs in zip(bound.step(bound.projected[0], tuple(hidden), bound.kernel), expected, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=1e-6)


def _as_keras(layer, masks):
    return list(masks) if hasattr(layer, "dropout_mask_count") else (masks[0] if masks else None)


@pytest.mark.parametrize("kind", sorted(_CELLS))
def test_an_unknown_activation_is_named(kind):
    with pytest.raises(Unsupported, match="mine"):
        _CELLS[kind][0]({**_CELLS[kind][1](2).get_config(), "activation": "mine"})


def test_the_gradient_flows_only_through_kept_entries(numbers):
    cell = _cell("simple", dropout=0.5, activation=None)
    weights = {"kernel": jnp.ones((50, 40)), "recurrent_kernel": jnp.zeros((40, 40))}
    drops = draw_drops(cell, _train(), 0, jnp.zeros((1, 6, 50)))
    gradient = jax.grad(lambda x: jnp.sum(cell.bind(weights, x, drops).projected))(jnp.asarray(numbers(1, 6, 50)))
    np.testing.assert_allclose(gradient[0], drops.inputs[0] * 40.0, rtol=1e-5)
