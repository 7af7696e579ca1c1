import itertools

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from layersmith.engine.lower.env import Env
from layersmith.engine.lower.lowering import Place
from layersmith.engine.lower.recurrent import recurrent
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import view
from layersmith.testing.lowerings import check_lowering, check_row_mask, lowered

_LAYERS = {"gru": keras.layers.GRU, "lstm": keras.layers.LSTM, "simple": keras.layers.SimpleRNN}
_QUIET = {"kernel_initializer": "zeros", "recurrent_initializer": "zeros"}  # costs nothing to compile
_MASK = np.array([[1, 1, 1, 1], [1, 0, 1, 0], [0, 1, 1, 0], [0, 0, 0, 0], [0, 1, 0, 1]], bool)


def _fill(model, seed=7):
    source = np.random.default_rng(seed)
    model.set_weights([source.normal(size=w.shape).astype("float32") * 0.5 for w in model.get_weights()])
    return model


def _options(*names):
    return [dict(zip(names, values, strict=True)) for values in itertools.product((False, True), repeat=len(names))]


@pytest.mark.parametrize("kind", sorted(_LAYERS))
def test_every_shape_of_output_equals_keras(kind, branches, numbers, plain):
    options = _options("return_sequences", "return_state", "go_backwards")
    entry = keras.Input((4, 3))
    outputs = [_LAYERS[kind](2, **each, **_QUIET)(entry) for each in options]
    model = _fill(keras.Model(entry, [leaf for output in outputs for leaf in jax.tree.leaves(output)]))
    check_lowering(model, [numbers(5, 4, 3)])
    check_row_mask(model, [numbers(5, 4, 3)])


_OPTIONS = {
    "gru": [
        {"use_bias": False},
        {"reset_after": False},
        {"reset_after": False, "use_bias": False},
        {"reset_after": False, "recurrent_activation": "softmax"},
        {"activation": "relu", "recurrent_activation": "hard_sigmoid"},
        {"unroll": True, "return_sequences": True, "go_backwards": True},
        {"implementation": 1},
        {"units": 1},
    ],
    "lstm": [
        {"use_bias": False},
        {"unit_forget_bias": False},
        {"activation": "softmax", "recurrent_activation": "softmax"},
        {"activation": None, "recurrent_activation": "hard_sigmoid"},
        {"unroll": True, "return_sequences": True, "go_backwards": True},
        {"implementation": 1},
        {"units": 1},
    ],
    "simple": [
        {"use_bias": False},
        {"activation": None},
        {"activation": "gelu"},
        {"activation": "softmax", "go_backwards": True},
        {"unroll": True, "return_sequences": True},
        {"units": 1},
    ],
}


@pytest.mark.parametrize("kind", sorted(_LAYERS))
def test_every_option_equals_keras(kind, numbers, plain):
    entry = keras.Input((4, 3))
    made = [_LAYERS[kind](**{"units": 2, **_QUIET, **each}) for each in _OPTIONS[kind]]
    check_lowering(_fill(keras.Model(entry, [layer(entry) for layer in made])), [numbers(5, 4, 3)])


@pytest.mark.parametrize("kind", sorted(_LAYERS))
def test_masked_steps_equal_keras(kind, numbers, plain):
    options = _options("return_sequences", "zero_output_for_mask", "go_backwards")
    entry = keras.Input((4, 3))
    masked = keras.layers.Masking(0.0)(entry)
    outputs = [_LAYERS[kind](2, **each, **_QUIET)(masked) for each in options]
    last = _LAYERS[kind](2, return_state=True, **_QUIET)(masked)
    model = _fill(keras.Model(entry, [*outputs, *last]))
    x = numbers(5, 4, 3) * _MASK[:, :, None]
    check_lowering(model, [x])
    check_row_mask(model, [x])


def test_stacked_layers_carry_the_mask_of_an_embedding(plain):
    ids = np.array([[1, 2, 3, 0], [0, 4, 0, 1], [0, 0, 0, 0]], "int32")
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((4,), dtype="int32"),
            layers.Embedding(5, 3, mask_zero=True),
            layers.LSTM(3, **_QUIET, return_sequences=True),
            layers.Dense(3, "tanh"),
            layers.GRU(2, **_QUIET, return_sequences=True),
            layers.SimpleRNN(2, **_QUIET),
            layers.Dense(1),
        ]
    )
    check_lowering(_fill(model), [ids])


@pytest.mark.parametrize("kind", sorted(_LAYERS))
def test_given_states_equal_keras(kind, numbers, plain):
    count = 2 if kind == "lstm" else 1
    entry, state = keras.Input((4, 3)), [keras.Input((2,)) for _ in range(count)]
    first = _LAYERS[kind](2, return_state=True, **_QUIET)(entry, initial_state=state)
    second = _LAYERS[kind](2, return_sequences=True, **_QUIET)(entry, initial_state=list(first[1:]))
    model = _fill(keras.Model([entry, *state], [*first, second]))
    inputs = [numbers(5, 4, 3), *(numbers(5, 2, seed=index + 1) for index in range(count))]
    check_lowering(model, inputs)
    check_row_mask(model, inputs)


def test_a_single_state_may_stand_alone(numbers, plain):
    entry, state = keras.Input((4, 3)), keras.Input((2,))
    model = _fill(keras.Model([entry, state], keras.layers.GRU(2, **_QUIET)(entry, state)))
    check_lowering(model, [numbers(5, 4, 3), numbers(5, 2)])


def test_a_mask_may_be_an_argument(numbers, plain):
    entry, mask = keras.Input((4, 3)), keras.Input((4,), dtype="bool")
    model = _fill(keras.Model([entry, mask], keras.layers.LSTM(2, **_QUIET, return_sequences=True)(entry, mask=mask)))
    check_lowering(model, [numbers(5, 4, 3), _MASK])


def test_rnn_of_one_cell_equals_keras(numbers, plain):
    layers = keras.layers
    cells = [
        layers.LSTMCell(2, **_QUIET),
        layers.GRUCell(2, **_QUIET, reset_after=False),
        layers.SimpleRNNCell(2, **_QUIET, use_bias=False),
    ]
    entry = keras.Input((4, 3))
    masked = layers.Masking()(entry)
    outputs = [layers.RNN(cell, return_sequences=True, zero_output_for_mask=True)(masked) for cell in cells]
    model = _fill(keras.Model(entry, [*outputs, layers.RNN(layers.GRUCell(2, **_QUIET), return_state=True)(entry)[1]]))
    check_lowering(model, [numbers(5, 4, 3) * _MASK[:, :, None]])


def test_inside_a_model_with_penalties(numbers, plain):
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((4, 3)),
            layers.Dense(3, "relu"),
            layers.LSTM(2, **_QUIET, kernel_regularizer="l2", bias_regularizer="l1", activity_regularizer="l2"),
            layers.Dense(1),
        ]
    )
    check_lowering(_fill(model), [numbers(5, 4, 3)])
    check_row_mask(model, [numbers(5, 4, 3)])


def test_a_shared_layer_has_one_set_of_weights(numbers, plain):
    shared = keras.layers.GRU(3, **_QUIET, return_sequences=True)
    entry = keras.Input((4, 3))
    model = _fill(keras.Model(entry, shared(shared(entry))))
    assert len(lowered(model)[1]) == 3
    check_lowering(model, [numbers(5, 4, 3)])


def test_one_step_and_one_row(numbers, plain):
    model = keras.Sequential([keras.Input((1, 3)), keras.layers.LSTM(2, **_QUIET, return_sequences=True)])
    check_lowering(_fill(model), [numbers(1, 1, 3)])


@pytest.mark.parametrize("kind", sorted(_LAYERS))
def test_no_dtype_is_promoted_silently(kind, numbers, strict):
    model = _fill(keras.Sequential([keras.Input((4, 3)), _LAYERS[kind](2, dropout=0.3, recurrent_dropout=0.2)]))
    network, weights = lowered(model)

    def loss(values):
        env = Env(training=True, seed=jnp.uint32(1))
        return jnp.sum(network.apply(values, [jnp.asarray(numbers(5, 4, 3))], env))

    gradients = jax.jit(jax.grad(loss))(weights)
    assert all(np.isfinite(value).all() and np.abs(value).max() > 0 for value in gradients.values())


@pytest.mark.parametrize("kind", sorted(_LAYERS))
def test_the_inputs_of_all_steps_are_one_product(kind, numbers):
    network, weights = lowered(keras.Sequential([keras.Input((9, 3)), _LAYERS[kind](2)]))
    program = jax.make_jaxpr(lambda x: network.apply(weights, [x], Env(training=False)))(numbers(5, 9, 3))
    scans = [equation for equation in program.eqns if equation.primitive.name == "scan"]
    inside = [equation.primitive.name for equation in scans[0].params["jaxpr"].eqns]
    outside = [equation.primitive.name for equation in program.eqns]
    assert (len(scans), inside.count("dot_general"), outside.count("dot_general")) == (1, 1, 1)


def _node(layer, masked=False):
    entry = keras.Input((4, 3))
    output = layer(keras.layers.Masking()(entry) if masked else entry)
    return view(keras.Model(entry, output)).nodes[-1]


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: keras.layers.LSTM(2, dropout=1.0), "rate of 1"),
        (lambda: keras.layers.RNN(keras.layers.GRUCell(2, activity_regularizer="l2")), "activity_regularizer"),
        (
            lambda: keras.layers.RNN([keras.layers.LSTMCell(2), keras.layers.GRUCell(2)]),
            "StackedRNNCells",
        ),
        (lambda: keras.layers.RNN(keras.layers.GRUCell(2, **_QUIET, recurrent_dropout=1.0)), "rate of 1"),
    ],
)
def test_what_is_not_covered_is_named(make, why):
    with pytest.raises(Unsupported, match=why):
        recurrent(_node(make()), Place(key="1", salt=1))


def test_states_that_outlive_a_batch_are_refused():
    entry = keras.Input(batch_shape=(2, 4, 3))
    model = keras.Model(entry, keras.layers.GRU(2, stateful=True)(entry))
    with pytest.raises(Unsupported, match="stateful"):
        lowered(model)


def test_unrolling_with_a_mask_is_refused_where_keras_differs():
    layer = keras.layers.GRU(2, **_QUIET, unroll=True, return_sequences=True, zero_output_for_mask=True)
    network, weights = lowered(keras.Sequential([keras.Input((4, 3)), keras.layers.Masking(), layer]))
    with pytest.raises(Unsupported, match="unroll"):
        network.apply(weights, [jnp.ones((2, 4, 3))], Env(training=False))


def test_unrolling_with_a_mask_equals_keras_otherwise(numbers, plain):
    layer = keras.layers.GRU(2, **_QUIET, unroll=True, return_sequences=True)
    model = _fill(keras.Sequential([keras.Input((4, 3)), keras.layers.Masking(), layer]))
    check_lowering(model, [numbers(5, 4, 3) * _MASK[:, :, None]])


def test_a_mask_that_the_graph_does_not_show_is_found(numbers, plain):
    entry = keras.Input((4, 3))
    masked = keras.layers.Masking()(entry)
    model = _fill(keras.Model(entry, keras.layers.GRU(2, **_QUIET)(masked, training=False)))
    check_lowering(model, [numbers(5, 4, 3) * _MASK[:, :, None]])


def test_keras_hands_no_mask_to_a_call_with_states(numbers, plain):
    entry, state = keras.Input((4, 3)), keras.Input((2,))
    masked = keras.layers.Masking()(entry)
    model = _fill(keras.Model([entry, state], keras.layers.GRU(2, **_QUIET)(masked, initial_state=state)))
    check_lowering(model, [numbers(5, 4, 3) * _MASK[:, :, None], numbers(5, 2)])


def test_wide_kernels_have_the_gradient_of_keras_too(numbers, plain):
    """Wide ones get theirs by one product after the scan (`late_gradient`)."""
    entry, start = keras.Input((4, 3)), keras.Input((100,))
    outputs = [
        keras.layers.LSTM(100, return_sequences=True, **_QUIET)(entry, initial_state=[start, start]),
        keras.layers.LSTM(100, go_backwards=True, **_QUIET)(entry),
        keras.layers.SimpleRNN(100, return_sequences=True, **_QUIET)(entry),
        keras.layers.SimpleRNN(100, activation="relu", **_QUIET)(entry),
    ]
    model = keras.Model([entry, start], outputs)
    source = np.random.default_rng(7)
    model.set_weights([source.normal(size=w.shape).astype("float32") * 0.1 for w in model.get_weights()])
    check_lowering(model, [numbers(5, 4, 3), numbers(5, 100)])
