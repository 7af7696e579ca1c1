import keras
import numpy as np
import pytest

from layersmith.keras_tuner.engine.best_weights import BestWeights
from layersmith.keras_tuner.engine.interruption import Interruption, Standing
from layersmith.keras_tuner.engine.objective import Objective

X, Y = np.linspace(-1, 1, 20).reshape(10, 2).astype("float32"), np.linspace(0, 1, 10).astype("float32")


def model(dtype="float32"):
    made = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, dtype=dtype), keras.layers.Dense(1)])
    made.compile("adam", "mse")
    made.optimizer.build(made.trainable_variables)
    return made


def values_of(made):
    return [np.asarray(variable.value) for variable in (*made.variables, *made.optimizer.variables)]


def test_best_weights_are_those_of_the_best_epoch(tmp_path):
    made, best = model(), BestWeights(Objective("val_loss", "min"))
    kept = {}
    for epoch, loss in enumerate([float("nan"), 0.5, 0.75]):
        made.set_weights([weight + epoch for weight in made.get_weights()])
        kept[epoch] = made.get_weights()
        if best.are_better({"val_loss": loss}):
            best.keep(made.get_weights(), {"val_loss": loss})
    assert best.value == 0.5
    best.write(made, tmp_path / "it.weights.h5")
    other = model()
    other.load_weights(tmp_path / "it.weights.h5")
    for one, expected in zip(other.get_weights(), kept[1], strict=True):
        np.testing.assert_array_equal(one, expected)
    (tmp_path / "it.weights.h5").unlink()
    assert not best.are_better({"val_loss": 0.6})
    best.write(made, tmp_path / "it.weights.h5")  # nothing better since
    assert not (tmp_path / "it.weights.h5").exists()


def test_where_epochs_do_not_tell_the_last_ones_are_kept():
    made, best = model(), BestWeights(Objective("mine", "min"))
    for _ in range(2):
        made.set_weights([weight + 1 for weight in made.get_weights()])
        assert best.are_better({"loss": 1.0})
        best.keep(made.get_weights(), {"loss": 1.0})
    for one, expected in zip(best.weights, made.get_weights(), strict=True):
        np.testing.assert_array_equal(one, expected)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_a_model_goes_on_with_weights_and_optimizer(tmp_path, dtype):
    made, best, interruption = model(dtype), BestWeights(Objective("loss", "min")), Interruption(tmp_path / "it.npz")
    made.set_weights([weight + 1 for weight in made.get_weights()])
    made.optimizer.iterations.assign(7)
    best.keep(made.get_weights(), {"loss": 0.25})
    standing = Standing(epochs=3, finished=[{"loss": [1.0]}], curves={"loss": [0.5, 0.25]}, best=0.25)
    assert interruption.read() is None
    interruption.write(made, best, standing)
    assert interruption.read() == standing
    other, other_best = model(dtype), BestWeights(Objective("loss", "min"))
    interruption.restore(other, other_best)
    for one, expected in zip(values_of(other), values_of(made), strict=True):
        np.testing.assert_array_equal(one, expected)
    assert other_best.value == 0.25
    assert len(other_best.weights) == len(best.weights)
    interruption.drop()
    assert interruption.read() is None


def test_it_is_not_written_all_the_time(tmp_path, monkeypatch):
    made, best, interruption = model(), BestWeights(Objective("loss", "min")), Interruption(tmp_path / "it.npz")
    times = iter([0.0, 0.0, 1.0, 15.0, 22.0])  # is it due, begin and end of writing, is it due, again
    monkeypatch.setattr("layersmith.keras_tuner.engine.interruption.time.monotonic", lambda: next(times))
    assert interruption.is_due
    interruption.write(made, best, Standing(epochs=1))
    assert [interruption.is_due, interruption.is_due] == [False, True]
