import threading

import keras
import pytest

from layersmith.keras_tuner.engine.callbacks import AtEpochEnd, copied, hooks


class Locked(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()


def test_callbacks_are_copied_for_each_execution():
    stopping = keras.callbacks.EarlyStopping("loss", patience=3)
    [own] = copied([stopping], "00/execution0")
    assert own is not stopping
    assert own.patience == 3
    assert copied(None, "00") == []


def test_those_that_cannot_be_copied_are_shared():
    locked = Locked()
    assert copied([locked], "00") == [locked]


def test_a_tensorboard_has_a_folder_for_each_execution():
    board = keras.callbacks.TensorBoard("logs")
    [own] = copied([board], "0003/execution1")
    assert (own.log_dir, board.log_dir) == ("logs/0003/execution1", "logs")


class Base:
    def on_epoch_begin(self, *args, **kwargs): ...
    def on_epoch_end(self, *args, **kwargs): ...
    def on_batch_begin(self, *args): ...
    def on_batch_end(self, *args): ...


class OnEpochs(Base):
    def __init__(self):
        self.said = []

    def on_epoch_end(self, trial, model, epoch, logs=None):
        self.said.append((trial, model, epoch, logs))


class OnBatches(OnEpochs):
    def on_batch_end(self, trial, model, batch, logs=None):
        self.said.append(("batch", batch))


def test_hooks_that_nobody_overrides_cost_nothing():
    assert hooks(Base(), "trial", Base) == []


def test_epoch_hooks_are_called():
    tuner = OnEpochs()
    [callback] = hooks(tuner, "trial", Base)
    callback.set_model("model")
    callback.on_epoch_begin(3)
    callback.on_epoch_end(3, {"loss": 0.5})
    assert tuner.said == [("trial", "model", 3, {"loss": 0.5})]
    assert type(callback).on_train_batch_end is keras.callbacks.Callback.on_train_batch_end


def test_batch_hooks_are_called():
    tuner = OnBatches()
    [callback] = hooks(tuner, "trial", Base)
    callback.on_train_batch_begin(7)
    callback.on_train_batch_end(7)
    assert tuner.said == [("batch", 7)]


class Notes:
    """An observer that looks at the model every other time; it is asked once for each epoch."""

    def __init__(self):
        self.asked, self.seen = 0, []

    def wants_model(self):
        self.asked += 1
        return self.asked == 2

    def observe(self, epoch, logs, callback, *, look):
        self.seen.append((callback.model, epoch, dict(logs), look))


@pytest.mark.parametrize("asks_before", [True, False])
def test_the_end_of_an_epoch_is_observed(asks_before):
    notes = Notes()
    callback = AtEpochEnd(notes)
    callback.set_model("model")
    for epoch, logs in ((1, {}), (2, {"loss": 0.5})):
        if asks_before:  # as compiled epochs do
            assert callback.reads(epoch, logs) is (epoch == 2)
        callback.on_epoch_end(epoch, logs)
    assert notes.seen == [("model", 1, {}, False), ("model", 2, {"loss": 0.5}, True)]
    assert notes.asked == 2
