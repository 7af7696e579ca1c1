import keras
import pytest

from layersmith.keras_tuner.engine.model_checks import check_model, maybe_distribute, num_params, recompile
from layersmith.keras_tuner.errors import FailedTrialError, FatalTypeError, OversizedModelError


def model(compiled=True):
    made = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    if compiled:
        made.compile("sgd", "mse", metrics=["mae"], loss_weights=[0.5])
    return made


def test_only_a_keras_model_will_do():
    with pytest.raises(FatalTypeError, match="returned None"):
        check_model(None, None)
    with pytest.raises(TypeError, match=r"a keras\.Model"):
        check_model(keras.layers.Dense(2), None)
    check_model(model(), None)


def test_a_model_may_have_so_many_parameters():
    check_model(model(), 8)
    with pytest.raises(OversizedModelError, match=r"has 8 parameters\n.*at most 7"):
        check_model(model(), 7)
    assert issubclass(OversizedModelError, FailedTrialError)


def test_parameters_that_train_count():
    made = keras.Sequential([keras.Input((3,)), keras.layers.BatchNormalization(), keras.layers.Dense(2)])
    assert num_params(made) == 6 + 8
    assert num_params(keras.Sequential([keras.layers.Dense(2)])) == 0


def test_what_is_given_takes_the_place_of_the_models_own():
    made, optimizer = model(), keras.optimizers.Adam(0.5)
    recompile(made, optimizer=optimizer)
    assert isinstance(made.optimizer, keras.optimizers.Adam)
    assert (float(made.optimizer.learning_rate), made.loss) == (0.5, "mse")
    assert made.optimizer is not optimizer
    config = made.get_compile_config()
    assert (config["metrics"], config["loss_weights"]) == (["mae"], [0.5])
    recompile(made, loss="mae", metrics=["mse"])
    assert isinstance(made.optimizer, keras.optimizers.Adam)
    assert (made.loss, made.get_compile_config()["metrics"]) == ("mae", ["mse"])
    recompile(made, optimizer="rmsprop")
    assert isinstance(made.optimizer, keras.optimizers.RMSprop)


def test_a_model_that_is_not_compiled_is():
    made = model(compiled=False)
    recompile(made)
    assert not made.compiled
    recompile(made, optimizer="adam", loss="mse")
    assert made.compiled


def test_a_strategy_is_entered():
    entered = []

    class Strategy:
        def scope(self):
            entered.append(self)
            return maybe_distribute(None)

    with maybe_distribute(Strategy()):
        pass
    assert len(entered) == 1
