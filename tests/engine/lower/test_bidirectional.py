import keras
import numpy as np
import pytest

from layersmith.engine.lower.bidirectional import bidirectional
from layersmith.engine.lower.lowering import Place
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import view
from layersmith.testing.lowerings import check_lowering, check_row_mask, lowered

_QUIET = {"kernel_initializer": "zeros", "recurrent_initializer": "zeros"}  # costs nothing to compile
_MASK = np.array([[1, 1, 1, 1], [1, 0, 1, 0], [0, 1, 1, 0], [0, 0, 0, 0], [0, 1, 0, 1]], bool)
_MERGES = ["concat", "sum", "ave", "mul", None]


def _around(kind=keras.layers.GRU, merge_mode="concat", backward_layer=None, **options):
    inner = kind(2, **{**_QUIET, **options})
    return keras.layers.Bidirectional(inner, merge_mode=merge_mode, backward_layer=backward_layer)


def _model(entries, outputs, seed=7):
    model = keras.Model(entries, outputs)
    source = np.random.default_rng(seed)
    model.set_weights([source.normal(size=w.shape).astype("float32") * 0.5 for w in model.get_weights()])
    return model


def _flat(outputs):
    return [leaf for output in outputs for leaf in (output if isinstance(output, (list, tuple)) else [output])]


@pytest.mark.parametrize("masked", [False, True])
def test_every_merge_equals_keras(masked, numbers, plain):
    kind = keras.layers.SimpleRNN
    entry = keras.Input((4, 3))
    inside = keras.layers.Masking()(entry) if masked else entry
    made = [_around(kind, merge_mode=mode, return_sequences=bool(index % 2)) for index, mode in enumerate(_MERGES)]
    made.append(_around(kind, return_sequences=True))
    model = _model(entry, _flat(layer(inside) for layer in made))
    x = numbers(5, 4, 3) * _MASK[:, :, None]
    check_lowering(model, [x])
    check_row_mask(model, [x])


def test_states_and_a_forward_layer_that_runs_backwards(numbers, plain):
    entry = keras.Input((4, 3))
    backward = keras.layers.LSTM(2, **_QUIET, activation="relu", name="other")
    made = [
        _around(return_state=True),
        _around(keras.layers.LSTM, merge_mode=None, return_state=True, return_sequences=True),
        _around(keras.layers.LSTM, go_backwards=True, backward_layer=backward),
    ]
    check_lowering(_model(entry, _flat(layer(entry) for layer in made)), [numbers(5, 4, 3)])


def test_given_states_are_halved(numbers, plain):
    entry, states = keras.Input((4, 3)), [keras.Input((2,)) for _ in range(4)]
    model = _model([entry, *states], _around(keras.layers.LSTM)(entry, initial_state=states))
    check_lowering(model, [numbers(5, 4, 3), *(numbers(5, 2, seed=index) for index in range(4))])


def test_inside_a_model_of_text(plain):
    layers = keras.layers
    ids = np.array([[1, 2, 3, 0], [0, 4, 0, 1], [0, 0, 0, 0]], "int32")
    entry = keras.Input((4,), dtype="int32")
    value = layers.Embedding(5, 3, mask_zero=True, embeddings_initializer="zeros")(entry)
    value = _around(return_sequences=True)(value)
    check_lowering(_model(entry, layers.Dense(1)(_around(keras.layers.LSTM)(value))), [ids])


def test_both_directions_drop_by_themselves():
    import jax.numpy as jnp

    from layersmith.engine.lower.env import Env

    entry = keras.Input((1, 3))
    layer = _around(keras.layers.SimpleRNN, dropout=0.5, merge_mode=None, activation=None, use_bias=False)
    model = keras.Model(entry, layer(entry))
    network, weights = lowered(model)
    weights = {key: jnp.ones_like(value) for key, value in weights.items()}
    ahead, back = network.apply(weights, [jnp.ones((200, 1, 3))], Env(training=True, seed=jnp.uint32(5)))
    assert 0.2 < np.mean(np.asarray(ahead) == np.asarray(back)) < 0.5  # the chance of equal counts of 3 is 0.31


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: _around(dropout=1.0), "rate of 1"),
    ],
)
def test_what_is_not_covered_is_named(make, why):
    entry = keras.Input((4, 3))
    node = view(keras.Model(entry, _flat([make()(entry)]))).nodes[-1]
    with pytest.raises(Unsupported, match=why):
        bidirectional(node, Place(key="1", salt=1))


def test_convolutional_recurrence_is_refused():
    entry = keras.Input((4, 5, 3))
    layer = keras.layers.Bidirectional(keras.layers.ConvLSTM1D(1, 2))
    with pytest.raises(Unsupported, match="ConvLSTM1D"):
        bidirectional(view(keras.Model(entry, layer(entry))).nodes[-1], Place(key="1", salt=1))
