import keras
import pytest
from keras import layers, ops

from layersmith.engine.lower.activations import ACTIVATIONS
from layersmith.engine.lower.own_activations import require_own_activations
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import view
from layersmith.testing.lowerings import lowered


def relu(x):
    return ops.sin(x)


def _node(layer):
    entry = keras.Input((3, 2))
    return view(keras.Model(entry, layer(entry))).nodes[-1]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_functions_of_keras_pass(name):
    require_own_activations(_node(layers.Activation(name)))


@pytest.mark.parametrize(
    "make",
    [
        lambda: layers.Activation(relu),
        lambda: layers.Dense(2, activation=relu),
        lambda: layers.LSTM(2, recurrent_activation=relu),
        lambda: layers.TimeDistributed(layers.Dense(2, activation=relu)),
        lambda: layers.RNN(layers.SimpleRNNCell(2, activation=relu)),
    ],
)
def test_a_users_function_of_that_name_does_not(make):
    with pytest.raises(Unsupported, match="'relu' is not Keras' own"):
        require_own_activations(_node(make()))


@pytest.mark.filterwarnings("ignore:.*lambda")
def test_functions_without_a_name_are_refused():
    with pytest.raises(Unsupported, match="lambda"):
        lowered(keras.Sequential([keras.Input((2,)), layers.Dense(2, activation=lambda x: ops.sin(x) + 1.0)]))
