import keras
import numpy as np
import pytest
from keras import layers, ops
from tests.engine.lower.layers import Block, Centred, Noisy, Penalised, Untraceable

from layersmith.engine.lower.env import Env
from layersmith.engine.lower.opaque import further_state, is_traceable
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import view
from layersmith.testing.lowerings import check_lowering, lowered

pytestmark = pytest.mark.usefixtures("plain")

_X = np.random.default_rng(0).normal(size=(6, 4)).astype("float32")
_IDS = np.array([[1, 2, 0], [3, 0, 4], [0, 0, 0]], "int32")
_QUIET = {"kernel_initializer": "ones", "recurrent_initializer": "zeros"}


class Attending(keras.layers.Layer):
    def __init__(self, **options):
        super().__init__(**options)
        self.attention = layers.MultiHeadAttention(1, 2, kernel_initializer="ones")
        self.supports_masking = True

    def build(self, shape):
        self.attention.build(shape, shape)

    def call(self, x):
        return x + self.attention(x, x)


def _check(*made, x=_X, **options):
    entry = keras.Input(x.shape[1:], dtype=str(x.dtype))
    check_lowering(keras.Sequential([entry, *made]), [x], traces=True, **options)


def test_weights_penalties_state_and_draws_equal_keras():
    _check(Penalised(3), Centred(), Noisy(), Block(2, "tanh"))


def test_functions_of_the_user_equal_keras():
    def relu(x):
        return ops.sin(x)

    _check(
        layers.Lambda(lambda x: ops.cos(x) * 2.0),
        layers.Dense(3, activation=relu, kernel_regularizer=keras.regularizers.OrthogonalRegularizer(0.3), **_ones()),
        layers.TimeDistributed(layers.Dense(2, activation=relu, **_ones())),
        x=_X.reshape(3, 2, 4),
    )


def _ones():
    return {"kernel_initializer": "ones"}


def test_layers_of_keras_that_the_table_lacks_equal_keras():
    _check(
        layers.SpectralNormalization(layers.Dense(4, **_ones())),
        layers.RNN([layers.LSTMCell(2, **_QUIET), layers.GRUCell(3, **_QUIET)]),
        x=_X.reshape(3, 2, 4),
    )


def test_operations_that_mix_rows_equal_keras():
    entry = keras.Input((4,))
    mixed = entry - ops.mean(entry, axis=0, keepdims=True)
    network, _ = lowered(keras.Model(entry, mixed), traces=True)
    assert network.is_whole
    check_lowering(keras.Model(entry, mixed), [_X], traces=True)


def test_masks_enter_and_leave():
    start = {"embeddings_initializer": "uniform", "mask_zero": True}
    made = [Attending(), layers.Lambda(lambda x: x + 1.0, mask=lambda x, mask: mask), layers.GRU(2, **_QUIET)]
    _check(layers.Embedding(5, 4, **start), *made, x=_IDS, atol=1e-5)
    as_it_came = layers.Lambda(lambda x: x)  # the very tensor, and so its mask
    with pytest.warns(UserWarning, match="does not support masking"):
        _check(layers.Embedding(5, 4, **start), as_it_came, layers.SimpleRNN(2, **_QUIET), x=_IDS)


def test_a_shared_layer_goes_on_from_call_to_call():
    shared = Centred()
    entry = keras.Input((4,))
    check_lowering(keras.Model(entry, shared(shared(entry))), [_X], traces=True)


def test_losses_of_a_shared_layer_are_refused():
    shared, entry = Penalised(4), keras.Input((4,))
    network, weights = lowered(keras.Model(entry, shared(shared(entry))), traces=True)
    with pytest.raises(Unsupported, match="several times"):
        network.apply(weights, [_X], Env(training=True))


def test_frozen_layers_equal_keras():
    model = keras.Sequential([keras.Input((4,)), Penalised(3), Block(2)])
    model.layers[0].trainable = False
    check_lowering(model, [_X], traces=True)


def test_what_cannot_be_traced_says_why():
    import jax

    network, weights = lowered(keras.Sequential([keras.Input((4,)), Untraceable()]), traces=True)
    with pytest.raises(Unsupported, match=r"Untraceable.*cannot be traced: \w*Error"):
        jax.eval_shape(lambda x: network.apply(weights, [x], Env(training=True)), _X)


def test_only_the_jax_backend_traces(monkeypatch):
    node = view(keras.Sequential([keras.Input((4,)), Centred()])).nodes[-1]
    assert is_traceable(node)
    monkeypatch.setattr(keras.backend, "backend", lambda: "tensorflow")
    assert not is_traceable(node)


def test_layers_with_metrics_are_not_traced():
    class Measured(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.seen = keras.metrics.Mean()

        def call(self, x):
            return x

    assert not is_traceable(view(keras.Sequential([keras.Input((4,)), Measured()])).nodes[-1])


def test_seeds_are_further_state():
    model = keras.Sequential([keras.Input((4,)), Noisy(), Centred(), Block(2)])
    nodes = view(model).nodes[1:]
    assert [list(further_state(node)) for node in nodes] == [["state/0"], [], ["state/0"]]
    network, _ = lowered(model, traces=True)
    assert network.state == ("2/0", "1/state/0", "3/state/0")


def test_layers_of_the_table_are_never_traced():
    network, _ = lowered(keras.Sequential([keras.Input((4,)), layers.Dense(2)]), traces=True)
    assert not network.is_whole
    assert not network.depends_on_batches
