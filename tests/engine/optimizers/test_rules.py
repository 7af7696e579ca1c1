"""Every rule, with each of its options, against Keras update by update."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from layersmith.engine.optimizers import RULES, Rule

optimizers = keras.optimizers

CASES = {
    "sgd": lambda: optimizers.SGD(0.05),
    "sgd-nesterov-without-momentum": lambda: optimizers.SGD(0.05, nesterov=True),
    "sgd-momentum": lambda: optimizers.SGD(0.05, momentum=0.9),
    "sgd-nesterov": lambda: optimizers.SGD(0.05, momentum=0.9, nesterov=True),
    "rmsprop": lambda: optimizers.RMSprop(0.01),
    "rmsprop-rho": lambda: optimizers.RMSprop(0.01, rho=0.99, epsilon=1e-3),
    "rmsprop-momentum": lambda: optimizers.RMSprop(0.01, momentum=0.8),
    "rmsprop-centered": lambda: optimizers.RMSprop(0.01, centered=True),
    "rmsprop-centered-momentum": lambda: optimizers.RMSprop(0.01, centered=True, momentum=0.8, rho=0.95),
    "adam": lambda: optimizers.Adam(0.01),
    "adam-betas": lambda: optimizers.Adam(0.01, beta_1=0.7, beta_2=0.9, epsilon=1e-3),
    "adam-slow-beta": lambda: optimizers.Adam(0.01, beta_2=0.9999),
    "adam-amsgrad": lambda: optimizers.Adam(0.01, beta_2=0.6, amsgrad=True),
    "adamw": lambda: optimizers.AdamW(0.01, weight_decay=0.1),
    "adamw-amsgrad": lambda: optimizers.AdamW(0.01, amsgrad=True),
    "nadam": lambda: optimizers.Nadam(0.01),
    "nadam-betas": lambda: optimizers.Nadam(0.01, beta_1=0.6, beta_2=0.95),
    "adamax": lambda: optimizers.Adamax(0.01),
    "adamax-betas": lambda: optimizers.Adamax(0.01, beta_1=0.5, beta_2=0.7),
    "adagrad": lambda: optimizers.Adagrad(0.1),
    "adagrad-from-zero": lambda: optimizers.Adagrad(0.1, initial_accumulator_value=0.0, epsilon=1e-2),
    "adadelta": lambda: optimizers.Adadelta(1.0),
    "adadelta-rho": lambda: optimizers.Adadelta(0.5, rho=0.8, epsilon=1e-3),
    "lion": lambda: optimizers.Lion(0.01),
    "lion-betas": lambda: optimizers.Lion(0.01, beta_1=0.5, beta_2=0.7),
    "ftrl": lambda: optimizers.Ftrl(0.1),
    "ftrl-regularised": lambda: optimizers.Ftrl(
        0.1, l1_regularization_strength=0.02, l2_regularization_strength=0.1, l2_shrinkage_regularization_strength=0.05
    ),
    "ftrl-beta": lambda: optimizers.Ftrl(0.1, beta=0.5, learning_rate_power=-0.8, initial_accumulator_value=0.5),
}


@pytest.mark.parametrize("case", CASES)
def test_it_follows_keras_update_by_update(case, both):
    both(CASES[case](), steps=20)


def _pad(weights):
    return {name: np.pad(value, 2) if value.ndim else value for name, value in weights.items()}


def _live(weights):
    return {name: value[(slice(2, -2),) * value.ndim] for name, value in weights.items()}


@pytest.mark.parametrize("case", CASES)
def test_padding_stays_exactly_zero_and_changes_nothing_else(case, compiled, params, gradients, same):
    live, padded = (compiled(CASES[case](), weights, jit=False) for weights in (params, _pad(params)))
    for batch in gradients(5):
        expected, got = live.step(batch), padded.step(_pad(batch))
        same(_live(got), expected)
    for name, value in got.items():
        np.testing.assert_array_equal(value, _pad(_live(got))[name])


SCANNED = (
    "sgd-nesterov",
    "rmsprop-centered-momentum",
    "adam-amsgrad",
    "nadam",
    "adamax",
    "adadelta",
    "lion",
    "ftrl-beta",
)


@pytest.mark.parametrize("case", SCANNED)
def test_it_runs_inside_a_scan(case, compiled, params, gradients, same):
    batches = gradients(5)
    looped = compiled(CASES[case](), params)
    for batch in batches:
        expected = looped.step(batch)
    scanned = compiled(CASES[case](), params)
    hyper = {name: jnp.float32(value) for name, value in scanned.numbers.items()}

    def body(carry, batch):
        return scanned.optimizer.update(carry[0], batch, carry[1], hyper), None

    with jax.numpy_dtype_promotion("strict"):
        stacked = {name: jnp.stack([batch[name] for batch in batches]) for name in params}
        (weights, state), _ = jax.lax.scan(body, (scanned.params, scanned.state), stacked)
    same(weights, expected)
    assert int(state["iterations"]) == 5


def test_every_rule_of_the_table_is_tested():
    assert {type(case()).__name__ for case in CASES.values()} == set(RULES)


def test_what_is_not_in_the_table_is_known_to_be_missing():
    theirs = {
        name
        for name, value in vars(optimizers).items()
        if isinstance(value, type) and issubclass(value, optimizers.Optimizer)
    }
    missing = {"Adafactor", "Lamb", "LossScaleOptimizer", "MultiOptimizer", "Muon", "Optimizer", "ScheduleFreeAdamW"}
    assert theirs - set(RULES) <= missing


@pytest.mark.parametrize("case", CASES)
def test_the_numbers_are_plain_floats(case, compiled, params):
    numbers = compiled(CASES[case](), params).numbers
    assert "learning_rate" in numbers
    assert all(type(value) is float for value in numbers.values())


def test_the_structure_is_hashable_and_equal_where_only_numbers_differ(compiled, params):
    one = compiled(optimizers.Adam(0.1, beta_1=0.5), params).optimizer
    other = compiled(optimizers.Adam(0.2, beta_1=0.9, epsilon=1.0), params).optimizer
    assert one == other
    assert hash(one) == hash(other)


def test_adamw_is_adam_with_decay(compiled, params):
    assert (
        compiled(optimizers.AdamW(), params).optimizer == compiled(optimizers.Adam(weight_decay=0.3), params).optimizer
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (optimizers.SGD(), optimizers.SGD(momentum=0.9)),
        (optimizers.SGD(momentum=0.9), optimizers.SGD(momentum=0.9, nesterov=True)),
        (optimizers.Adam(), optimizers.Adam(amsgrad=True)),
        (optimizers.RMSprop(), optimizers.RMSprop(centered=True)),
        (optimizers.Adam(), optimizers.Adam(clipnorm=1.0)),
        (optimizers.Adam(clipvalue=1.0), optimizers.Adam(clipnorm=1.0)),
        (optimizers.Adam(), optimizers.Adam(weight_decay=0.1)),
        (optimizers.Adam(), optimizers.Adam(use_ema=True)),
        (optimizers.Adam(), optimizers.Adam(gradient_accumulation_steps=2)),
        (optimizers.Adagrad(), optimizers.Adagrad(initial_accumulator_value=0.5)),
    ],
)
def test_a_structural_option_makes_another_structure(one, other, compiled, params):
    assert compiled(one, params).optimizer != compiled(other, params).optimizer


def test_a_rule_lists_its_slots_flat():
    rule = Rule(step=lambda *_: None, slots=(("a", "b"), ("c",)))
    assert rule.slot_names == ("a", "b", "c")


def test_an_ftrl_weight_that_never_saw_a_gradient_stays_where_it_is(compiled, params, gradients):
    ours = compiled(optimizers.Ftrl(initial_accumulator_value=0.0), params, jit=False)
    weights = ours.step(gradients(1)[0])
    np.testing.assert_array_equal(weights["still"], params["still"])
    assert all(np.isfinite(value).all() for value in weights.values())
