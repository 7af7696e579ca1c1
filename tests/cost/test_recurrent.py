import keras
import pytest
from tests.cost.xla import assert_counted, build

from layersmith.cost import cost_of
from layersmith.graph import view

layers = keras.layers


@pytest.mark.parametrize(
    "layer",
    [
        lambda: layers.LSTM(32, unroll=True),
        lambda: layers.GRU(32, unroll=True),
        lambda: layers.GRU(32, unroll=True, reset_after=False),
        lambda: layers.SimpleRNN(32, unroll=True),
        lambda: layers.RNN([layers.LSTMCell(32), layers.GRUCell(24)], unroll=True),
        lambda: layers.Bidirectional(layers.LSTM(32, unroll=True)),
        lambda: layers.Bidirectional(layers.GRU(32, unroll=True), merge_mode="sum"),
    ],
)
def test_recurrent_layers(layer):
    assert_counted(layer(), (4, 16))


def test_a_scan_counts_every_step():
    once, often = (cost_of(view(build(layers.LSTM(8), (steps, 3)))).macs for steps in (1, 50))
    assert often == 50 * once == 50 * 4 * 8 * (3 + 8)


def test_a_cell_is_one_step():
    model = build(lambda x, h, c: layers.LSTMCell(8)(x, [h, c])[0], (3,), (8,), (8,))
    assert cost_of(view(model)).macs == 4 * 8 * (3 + 8)


def test_an_initial_state_adds_no_work():
    model = build(lambda x, state: layers.GRU(8)(x, initial_state=state), (5, 3), (8,))
    assert cost_of(view(model)).macs == 5 * 3 * 8 * (3 + 8)


def test_gates_and_states_exist_once_and_are_stored_for_each_step():
    cost = cost_of(view(build(layers.LSTM(8), (50, 3))))
    assert cost.activation_bytes == 4 * (150 + 8 + 6 * 8)
    assert cost.training_bytes == 4 * (150 + 8 + 50 * 6 * 8)


@pytest.mark.parametrize(("merge_mode", "copies", "outputs"), [("concat", 16, 16), ("sum", 16, 8), (None, 0, 16)])
def test_both_directions_exist_beside_what_they_merge_to(merge_mode, copies, outputs):
    cost = cost_of(view(build(layers.Bidirectional(layers.GRU(8), merge_mode=merge_mode), (5, 3))))
    assert cost.activation_bytes == 4 * (15 + outputs + copies + 2 * 4 * 8)


@keras.saving.register_keras_serializable("tests")
class LSTMCell(keras.layers.LSTMCell):
    pass


@pytest.mark.parametrize("around", [lambda rnn: rnn, layers.Bidirectional])
def test_a_cell_of_a_users_own_is_unknown(around):
    cost = cost_of(view(build(around(layers.RNN(LSTMCell(8))), (5, 3))))
    assert len(cost.unknown) == 1
