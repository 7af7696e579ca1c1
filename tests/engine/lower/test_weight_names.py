import keras
import pytest

from layersmith.engine.lower.network import read_weights, write_weights
from layersmith.engine.lower.weight_names import canonical_names, is_weight_of
from layersmith.graph import view
from layersmith.testing.lowerings import lowered


def _wrapped():
    layers = keras.layers
    quiet = {"kernel_initializer": "zeros", "recurrent_initializer": "zeros"}
    entry = keras.Input((3, 4))
    value = layers.Bidirectional(layers.GRU(2, **quiet, return_sequences=True))(entry)
    value = layers.TimeDistributed(layers.Dense(2, kernel_initializer="zeros"))(value)
    value = layers.RNN(layers.LSTMCell(2, **quiet), return_sequences=True)(value)
    backward = layers.LSTM(2, **quiet, go_backwards=True)
    return keras.Model(entry, layers.Bidirectional(layers.LSTM(2, **quiet), backward_layer=backward)(value))


def _last(layer, shape=(3, 4)):
    entry = keras.Input(shape)
    return view(keras.Model(entry, layer(entry))).nodes[-1]


def test_equal_models_have_one_signature_and_one_set_of_names():
    (one, weights), (other, others) = lowered(_wrapped()), lowered(_wrapped())
    assert one.signature == other.signature
    assert list(weights) == list(others)
    assert [value.shape for value in weights.values()] == [value.shape for value in others.values()]


def test_models_whose_wrapped_layers_differ_have_different_signatures():
    layers = keras.layers
    made = [layers.GRU(2), layers.GRU(2, reset_after=False), layers.GRU(2, activation="relu")]
    models = [keras.Sequential([keras.Input((3, 4)), layers.Bidirectional(layer)]) for layer in made]
    assert len({lowered(model)[0].signature for model in models}) == 3


@pytest.mark.parametrize(
    ("make", "names"),
    [
        (lambda: keras.layers.Dense(2), ("kernel", "bias")),
        (lambda: keras.layers.GRU(2), ("gru_cell/kernel", "gru_cell/recurrent_kernel", "gru_cell/bias")),
        (lambda: keras.layers.TimeDistributed(keras.layers.Dense(2, use_bias=False)), ("layer/kernel",)),
        (
            lambda: keras.layers.Bidirectional(keras.layers.SimpleRNN(2, use_bias=False)),
            tuple(
                f"{role}/simple_rnn_cell/{name}"
                for role in ("forward_layer", "backward_layer")
                for name in ("kernel", "recurrent_kernel")
            ),
        ),
        (
            lambda: keras.layers.RNN(keras.layers.GRUCell(2, name="mine")),
            ("cell/kernel", "cell/recurrent_kernel", "cell/bias"),
        ),
        (keras.layers.ReLU, ()),
    ],
)
def test_wrapped_layers_go_by_their_roles(make, names):
    assert canonical_names(_last(make())) == names


def test_weights_of_a_users_layer_go_by_place():
    class Mine(keras.layers.Layer):
        def build(self, shape):
            self.inner = keras.layers.Dense(shape[-1])
            self.inner.build(shape)
            self.scale = self.add_weight(shape=(1,), name="scale")

        def call(self, x):
            return self.inner(x) * self.scale

    assert canonical_names(_last(Mine())) == ("0", "1", "2")


def test_weights_are_read_and_written_by_these_names():
    one, other = _wrapped(), _wrapped()
    one.set_weights([value + index for index, value in enumerate(one.get_weights())])
    write_weights(lowered(other)[0], read_weights(lowered(one)[0]))
    assert all((a == b).all() for a, b in zip(one.get_weights(), other.get_weights(), strict=True))


@pytest.mark.parametrize(
    ("short", "stem", "expected"),
    [
        ("kernel", "kernel", True),
        ("query/kernel", "kernel", True),
        ("lstm_cell/recurrent_kernel", "kernel", False),
        ("lstm_cell/recurrent_kernel", "recurrent", True),
        ("depthwise_kernel", "depthwise", True),
        ("pointwise_kernel", "depthwise", False),
        ("kernel", "depthwise", True),
        ("bias", "kernel", False),
        ("gamma", "gamma", True),
    ],
)
def test_fields_mean_weights(short, stem, expected):
    assert is_weight_of(short, stem) is expected
