"""What is read of a configuration, and what is refused."""

import keras
import numpy as np
import pytest

from layersmith.engine.optimizers import resolve_optimizer
from layersmith.engine.unsupported import Unsupported
from layersmith.graph.compiled import read_compiled

optimizers, schedules = keras.optimizers, keras.optimizers.schedules


def resolve(optimizer, **options):
    return resolve_optimizer(optimizers.serialize(optimizer), **options)


@pytest.mark.parametrize(
    ("optimizer", "expected"),
    [
        (optimizers.SGD(0.5), {"learning_rate": 0.5}),
        (optimizers.SGD(0.5, momentum=0.25), {"learning_rate": 0.5, "momentum": 0.25}),
        (optimizers.SGD(0.5, weight_decay=0.25), {"learning_rate": 0.5, "weight_decay": 0.25}),
        (optimizers.SGD(0.5, clipnorm=2.0), {"learning_rate": 0.5, "clipnorm": 2.0}),
        (optimizers.SGD(0.5, clipvalue=2.0), {"learning_rate": 0.5, "clipvalue": 2.0}),
        (optimizers.SGD(0.5, global_clipnorm=2.0), {"learning_rate": 0.5, "global_clipnorm": 2.0}),
        (optimizers.SGD(0.5, use_ema=True, ema_momentum=0.75), {"learning_rate": 0.5, "ema_momentum": 0.75}),
        (optimizers.SGD(0.5, ema_momentum=0.75), {"learning_rate": 0.5}),
        (optimizers.Lion(0.5, beta_1=0.25, beta_2=0.75), {"learning_rate": 0.5, "beta_1": 0.25, "beta_2": 0.75}),
        (
            optimizers.RMSprop(0.5, rho=0.75, epsilon=0.125),
            {"learning_rate": 0.5, "rho": 0.75, "one_minus_rho": 0.25, "epsilon": 0.125},
        ),
        (
            optimizers.SGD(schedules.ExponentialDecay(0.5, 10, 0.25)),
            {"schedule.initial_learning_rate": 0.5, "schedule.decay_steps": 10.0, "schedule.decay_rate": 0.25},
        ),
    ],
)
def test_the_numbers_are_those_that_are_on(optimizer, expected):
    assert resolve(optimizer)[1] == expected


def test_a_complement_is_that_of_double_precision():
    numbers = resolve(optimizers.Adam(beta_2=0.999))[1]
    assert numbers["one_minus_beta_2"] == 1 - 0.999
    assert abs(np.float32(1) - np.float32(0.999) - np.float32(1 - 0.999)) > 1e-8


def test_a_limit_of_zero_clips_nothing():
    assert resolve(optimizers.SGD(clipnorm=0.0))[0].clipping is None


def test_names_without_decay_matter_only_where_weights_decay():
    plain = resolve(optimizers.SGD(), no_decay=["bias"])[0]
    decaying = resolve(optimizers.SGD(weight_decay=0.1), no_decay=["bias"])[0]
    assert plain.no_decay == frozenset()
    assert decaying.no_decay == {"bias"}


def test_an_integer_learning_rate_in_a_config_is_a_number():
    serialized = optimizers.serialize(optimizers.SGD(0.5))
    serialized["config"]["learning_rate"] = 1
    assert resolve_optimizer(serialized)[1] == {"learning_rate": 1.0}


def test_what_a_model_was_compiled_with_resolves():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(optimizer=optimizers.Adam(schedules.CosineDecay(0.1, 10), weight_decay=0.1), loss="mse")
    optimizer, numbers = resolve_optimizer(read_compiled(model).optimizer)
    assert optimizer.name == "Adam"
    assert optimizer.decays
    assert numbers["schedule.decay_steps"] == 10.0


@pytest.mark.parametrize(
    "name", ["sgd", "rmsprop", "adam", "adamw", "nadam", "adamax", "adagrad", "adadelta", "lion", "ftrl"]
)
def test_every_optimizer_by_its_name_resolves_with_the_defaults_of_keras(name):
    theirs = optimizers.get(name)
    optimizer, numbers = resolve(theirs)
    assert optimizer.name == type(theirs).__name__
    assert numbers["learning_rate"] == float(theirs.learning_rate.numpy())


def test_the_forms_that_keras_has_for_another_backend_are_its_own():
    serialized = {**optimizers.serialize(optimizers.SGD(0.5)), "registered_name": "SGD"}
    serialized["module"] = "keras.src.backend.torch.optimizers.torch_sgd"
    assert resolve_optimizer(serialized)[0].name == "SGD"


@keras.saving.register_keras_serializable(package="tests", name="Adam")
class OwnAdam(optimizers.Adam):
    pass


class UnregisteredAdam(optimizers.Adam):
    pass


def _rate():
    return 0.1


@pytest.mark.parametrize(
    ("serialized", "part", "why"),
    [
        (None, "optimizer None", ""),
        ("adam", "optimizer 'adam'", ""),
        ({"class_name": "Unheard", "config": {}}, "Unheard", ""),
        (optimizers.serialize(optimizers.Adafactor()), "Adafactor", ""),
        (optimizers.serialize(optimizers.Lamb()), "Lamb", ""),
        (optimizers.serialize(optimizers.Muon()), "Muon", ""),
        (optimizers.serialize(optimizers.LossScaleOptimizer(optimizers.SGD())), "LossScaleOptimizer", ""),
        (optimizers.serialize(OwnAdam()), "tests>Adam", ""),
        (optimizers.serialize(UnregisteredAdam()), "UnregisteredAdam", ""),
        (optimizers.serialize(optimizers.SGD(loss_scale_factor=8.0)), "SGD", "loss_scale_factor=8.0"),
        (optimizers.serialize(optimizers.SGD(_rate)), "SGD", "learning rate"),
        (optimizers.serialize(optimizers.SGD(schedules.CosineDecay(1, 10))), "schedule", "integer"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_has_no_compiled_form_says_which_part(serialized, part, why):
    with pytest.raises(Unsupported) as error:
        resolve_optimizer(serialized)
    assert part in error.value.part
    assert why in error.value.why
    assert "native" in error.value.fix
