"""Which callbacks epochs can serve, and what each one sees of the model."""

import keras
import numpy as np
import pytest
from keras import callbacks

from layersmith.engine.fit import fit
from layersmith.engine.fitting.reader import Reader
from layersmith.engine.fitting.watchers import (
    Reach,
    are_read,
    asks_for_metrics,
    keep_best,
    reach_of,
    report_batch,
    require_epochs_only,
)
from layersmith.engine.unsupported import Unsupported


class OwnStopping(callbacks.EarlyStopping):
    """Derived: what it does is not known."""


class OnTestBatches(callbacks.Callback):
    def on_test_batch_end(self, batch, logs=None):
        """Looks at validation batches."""


OF_KERAS = [
    (lambda folder: callbacks.History(), Reach.LOGS),
    (lambda folder: callbacks.CSVLogger(str(folder / "log.csv")), Reach.LOGS),
    (lambda folder: callbacks.EarlyStopping(restore_best_weights=True), Reach.LOGS),
    (lambda folder: callbacks.TerminateOnNaN(), Reach.LOGS),
    (lambda folder: callbacks.ReduceLROnPlateau(), Reach.RATE),
    (lambda folder: callbacks.LearningRateScheduler(lambda epoch: 0.1), Reach.RATE),
    (lambda folder: callbacks.ModelCheckpoint(str(folder / "best.keras")), Reach.WEIGHTS),
    (lambda folder: callbacks.BackupAndRestore(str(folder)), Reach.WEIGHTS),
    (lambda folder: callbacks.SwapEMAWeights(), Reach.MODEL),
    (lambda folder: callbacks.LambdaCallback(on_epoch_end=print), Reach.MODEL),
    (lambda folder: OwnStopping(), Reach.MODEL),
]


@pytest.mark.parametrize(("make", "reach"), OF_KERAS)
def test_each_callback_has_its_reach(make, reach, tmp_path):
    callback = make(tmp_path)
    require_epochs_only(callback)
    assert reach_of([callback]) is reach


class OnOddEpochs(Reader):
    def __init__(self):
        super().__init__()
        self.seen = {}

    def reads(self, epoch, logs):
        return epoch % 2 == 1

    def on_epoch_end(self, epoch, logs=None):
        self.seen[epoch] = self.weights()[0].copy(), self.model.get_weights()[0].copy()
        self.steps = int(self.model.optimizer.iterations)


def test_a_reader_says_when_it_reads():
    reader = OnOddEpochs()
    require_epochs_only(reader)
    assert reach_of([reader]) is Reach.LOGS
    assert not are_read([callbacks.History(), reader], 0, {})
    assert are_read([callbacks.History(), reader], 1, {})
    with pytest.raises(NotImplementedError, match="`reads`"):
        are_read([Reader()], 0, {})


def test_a_reader_sees_the_epochs_it_reads():
    seen, steps = {}, set()
    for train in (fit, keras.Model.fit):
        keras.utils.set_random_seed(1)
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        model.compile("adam", "mse")
        reader = OnOddEpochs()
        train(model, np.ones((8, 2)), np.zeros(8), epochs=4, batch_size=4, verbose=0, callbacks=[reader])
        seen[train] = reader.seen
        steps.add(reader.steps)
        assert reader.source is None
    assert steps == {8}
    for epoch in range(4):
        np.testing.assert_allclose(seen[fit][epoch][0], seen[keras.Model.fit][epoch][0], rtol=1e-5)
    for epoch in (1, 3):
        np.testing.assert_array_equal(*seen[fit][epoch])
    assert not np.array_equal(*seen[fit][2])  # the model was not read


def test_the_furthest_reach_counts():
    assert reach_of([]) is Reach.LOGS
    assert reach_of([callbacks.History(), callbacks.Callback(), callbacks.ReduceLROnPlateau()]) is Reach.MODEL


@pytest.mark.parametrize(
    "make",
    [
        lambda folder: callbacks.LambdaCallback(on_train_batch_end=print),
        lambda folder: callbacks.LambdaCallback(on_batch_begin=print),
        lambda folder: callbacks.ModelCheckpoint(str(folder / "{batch}.keras"), save_freq=5),
        lambda folder: callbacks.BackupAndRestore(str(folder), save_freq=5),
        lambda folder: callbacks.TensorBoard(str(folder)),
        lambda folder: OnTestBatches(),
    ],
)
def test_what_acts_on_batches_is_refused(make, tmp_path):
    with pytest.raises(Unsupported, match="callback"):
        require_epochs_only(make(tmp_path))


def test_a_direction_is_looked_up_for_metrics_in_auto_mode_only():
    assert asks_for_metrics(callbacks.EarlyStopping("val_accuracy"))
    assert not asks_for_metrics(callbacks.EarlyStopping("val_accuracy", mode="max"))
    assert not asks_for_metrics(callbacks.EarlyStopping())
    assert not asks_for_metrics(callbacks.History())


@pytest.mark.parametrize(("loss", "stops"), [(1.0, False), (np.nan, True), (np.inf, True)])
def test_a_loss_that_is_no_number_is_reported(loss, stops, capsys):
    model, watch = keras.Sequential(), callbacks.TerminateOnNaN()
    model.stop_training = False
    watch.set_model(model)
    report_batch([watch, callbacks.History()], 4, {"loss": loss})
    assert model.stop_training is stops
    assert ("Batch 4: Invalid loss" in capsys.readouterr().out) is stops


def test_a_loss_that_is_no_number_may_raise():
    with pytest.raises(RuntimeError, match="NaN or Inf"):
        report_batch([callbacks.TerminateOnNaN(raise_error=True)], 4, {"loss": np.nan})


def test_the_best_weights_are_those_of_the_epoch_that_was_kept():
    watch = callbacks.EarlyStopping(restore_best_weights=True)
    watch.on_train_begin()
    keep_best([watch], 0, lambda: ["never"])
    assert watch.best_weights is None
    watch.best_weights, watch.best_epoch = ["stale"], 3
    keep_best([watch, callbacks.History()], 4, lambda: ["later"])
    assert watch.best_weights == ["stale"]
    keep_best([watch], 3, lambda: ["present"])
    assert watch.best_weights == ["present"]
