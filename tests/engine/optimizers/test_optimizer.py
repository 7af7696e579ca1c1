"""The wrapper around every rule: the order of its parts, schedules, accumulation, numbers at run time."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from layersmith.engine.optimizers import changed, resolve_optimizer, to_runtime

optimizers, schedules = keras.optimizers, keras.optimizers.schedules

WRAPPED = {
    "sgd": lambda **options: optimizers.SGD(options.pop("learning_rate", 0.05), momentum=0.9, **options),
    "adam": lambda **options: optimizers.Adam(options.pop("learning_rate", 0.02), **options),
    "nadam": lambda **options: optimizers.Nadam(options.pop("learning_rate", 0.02), **options),
}
OPTIONS = {
    "decay-clipnorm": {"weight_decay": 0.1, "clipnorm": 0.5},
    "decay-global-clipnorm": {"weight_decay": 0.1, "global_clipnorm": 0.5},
    "accumulation-decay-clipvalue": {"gradient_accumulation_steps": 2, "weight_decay": 0.1, "clipvalue": 0.3},
    "accumulation-ema": {"gradient_accumulation_steps": 2, "use_ema": True, "ema_overwrite_frequency": 3},
    "everything": {
        "gradient_accumulation_steps": 2,
        "use_ema": True,
        "ema_momentum": 0.8,
        "ema_overwrite_frequency": 2,
        "weight_decay": 0.05,
        "global_clipnorm": 1.0,
    },
}
RATES = {
    "cosine": schedules.CosineDecay(0.0, 15, warmup_target=0.05, warmup_steps=4),
    "piecewise": schedules.PiecewiseConstantDecay([4, 9], [0.05, 0.02, 0.01]),
    "staircase": schedules.ExponentialDecay(0.05, 3, 0.5, staircase=True),
}


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("rule", WRAPPED)
def test_options_together_follow_keras(rule, option, both):
    both(WRAPPED[rule](**OPTIONS[option]), steps=7, jit="gradient_accumulation_steps" in OPTIONS[option])


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("rule", WRAPPED)
def test_a_schedule_inside_the_optimizer_follows_keras(rule, rate, both):
    compiled, _ = both(WRAPPED[rule](learning_rate=RATES[rate]), steps=12, jit=False)
    assert "learning_rate" not in compiled.numbers
    assert any(name.startswith("schedule.") for name in compiled.numbers)


def test_a_schedule_counts_batches_while_adam_counts_updates(both):
    both(optimizers.Adam(RATES["cosine"], gradient_accumulation_steps=3, weight_decay=0.1), steps=13)


def test_the_learning_rate_is_the_schedules(compiled, params):
    ours = compiled(optimizers.SGD(RATES["piecewise"]), params)
    hyper = to_runtime(ours.numbers)
    rates = [float(ours.optimizer.learning_rate(jnp.int32(step), hyper)) for step in (0, 4, 5, 10)]
    assert rates == pytest.approx([0.05, 0.05, 0.02, 0.01])


def test_the_learning_rate_is_the_number_without_a_schedule(compiled, params):
    ours = compiled(optimizers.SGD(0.25), params)
    assert float(ours.optimizer.learning_rate(jnp.int32(7), to_runtime(ours.numbers))) == 0.25


def test_weights_move_only_at_every_third_call_when_three_are_accumulated(compiled, params, gradients):
    ours = compiled(optimizers.Adam(0.1, gradient_accumulation_steps=3), params)
    moved = []
    for batch in gradients(6):
        before = ours.weights()["dense/kernel"]
        moved.append(bool((ours.step(batch)["dense/kernel"] != before).any()))
    assert moved == [False, False, True, False, False, True]


def test_accumulated_calls_equal_one_call_with_the_mean(compiled, params, gradients, same):
    batches = gradients(4)
    ours = compiled(optimizers.Adam(0.1, gradient_accumulation_steps=4), params)
    for batch in batches:
        got = ours.step(batch)
    mean = {name: np.mean([batch[name] for batch in batches], axis=0, dtype=np.float32) for name in params}
    same(got, compiled(optimizers.Adam(0.1), params).step(mean))


def test_the_counter_is_an_int32_that_counts_calls(compiled, params, gradients):
    ours = compiled(optimizers.Adam(gradient_accumulation_steps=2), params)
    for batch in gradients(5):
        ours.step(batch)
    assert ours.state["iterations"].dtype == jnp.int32
    assert int(ours.state["iterations"]) == 5


NUMBERS = {
    "sgd": (optimizers.SGD(0.1, momentum=0.9, nesterov=True), optimizers.SGD(0.02, momentum=0.3, nesterov=True)),
    "rmsprop": (optimizers.RMSprop(0.1, momentum=0.5), optimizers.RMSprop(0.01, rho=0.6, momentum=0.9, epsilon=1e-3)),
    "adam": (optimizers.Adam(0.1), optimizers.Adam(0.01, beta_1=0.5, beta_2=0.9, epsilon=1e-4)),
    "decay": (optimizers.Adam(0.1, weight_decay=0.0), optimizers.Adam(0.01, weight_decay=0.3)),
    "clipnorm": (optimizers.SGD(0.1, clipnorm=1.0), optimizers.SGD(0.1, clipnorm=0.1)),
    "clipvalue": (optimizers.SGD(0.1, clipvalue=1.0), optimizers.SGD(0.1, clipvalue=0.1)),
    "global-clipnorm": (optimizers.SGD(0.1, global_clipnorm=1.0), optimizers.SGD(0.1, global_clipnorm=0.1)),
    "ema": (optimizers.SGD(0.1, use_ema=True), optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5)),
    "ftrl": (optimizers.Ftrl(0.1), optimizers.Ftrl(0.2, l1_regularization_strength=0.1, beta=0.2)),
    "schedule": (
        optimizers.SGD(schedules.PolynomialDecay(0.1, 10)),
        optimizers.SGD(schedules.PolynomialDecay(0.2, 5, 0.01, power=2.0)),
    ),
}


@pytest.mark.parametrize("case", NUMBERS)
def test_other_numbers_are_served_by_the_same_program(case, compiled, reference, params, gradients, same):
    first, second = NUMBERS[case]
    ours, other = compiled(first, params), compiled(second, params, jit=False)
    assert ours.optimizer == other.optimizer
    ours.step(gradients(1)[0])
    ours.params, ours.state, ours.numbers = other.params, other.state, other.numbers
    theirs = reference(type(second).from_config(second.get_config()), params)
    for batch in gradients(5):
        same(ours.step(batch), theirs.step(batch))
    assert ours.traces == 1


def test_a_new_learning_rate_between_epochs_needs_no_new_program(compiled, reference, params, gradients, same):
    ours, theirs = compiled(optimizers.Adam(0.1), params), reference(optimizers.Adam(0.1), params)
    batches = gradients(6)
    for batch in batches[:3]:
        same(ours.step(batch), theirs.step(batch))
    ours.numbers = changed(ours.numbers, {"learning_rate": 0.004})
    theirs.optimizer.learning_rate = 0.004
    for batch in batches[3:]:
        same(ours.step(batch), theirs.step(batch))
    assert ours.traces == 1


def test_candidates_with_other_numbers_run_under_vmap(compiled, params, gradients, same):
    one, other = (
        compiled(optimizers.Adam(0.1, clipnorm=1.0), params),
        compiled(optimizers.Adam(0.01, clipnorm=0.2), params),
    )
    pair = jax.tree.map(lambda *leaves: jnp.stack(leaves), to_runtime(one.numbers), to_runtime(other.numbers))
    batch = {name: jnp.asarray(value) for name, value in gradients(1)[0].items()}
    update = jax.vmap(one.optimizer.update, in_axes=(None, None, None, 0))
    weights, _ = jax.jit(update)(one.params, batch, one.state, pair)
    same({name: value[0] for name, value in weights.items()}, one.step(batch))
    same({name: value[1] for name, value in weights.items()}, other.step(batch))


def test_an_update_can_be_differentiated_through():
    optimizer, numbers = resolve_optimizer(optimizers.serialize(optimizers.SGD(0.1, momentum=0.9)))
    params = {"w": jnp.float32(2.0)}

    def final(rate):
        hyper, weights, state = {**to_runtime(numbers), "learning_rate": rate}, params, optimizer.init(params)
        for _ in range(2):
            weights, state = optimizer.update(weights, {"w": 2.0 * weights["w"]}, state, hyper)
        return weights["w"]

    step = 1e-2
    slope = (final(jnp.float32(0.1 + step)) - final(jnp.float32(0.1 - step))) / (2 * step)
    assert float(jax.grad(final)(jnp.float32(0.1))) == pytest.approx(float(slope), rel=1e-3)


def test_the_state_keeps_its_structure_and_dtypes(compiled, params, gradients):
    ours = compiled(WRAPPED["nadam"](**OPTIONS["everything"]), params)
    before = jax.tree.map(lambda leaf: (leaf.shape, leaf.dtype), ours.state)
    ours.step(gradients(1)[0])
    assert jax.tree.map(lambda leaf: (leaf.shape, leaf.dtype), ours.state) == before


@pytest.mark.parametrize("rule", WRAPPED)
def test_the_parts_run_in_the_order_decay_then_step(rule, compiled, params, gradients):
    """With a gradient of zero and no momentum yet, only decay is left."""
    ours = compiled(WRAPPED[rule](weight_decay=0.5), params, jit=False)
    weights = ours.step({name: np.zeros_like(value) for name, value in params.items()})
    rate = ours.numbers["learning_rate"]
    for name, value in params.items():
        np.testing.assert_allclose(weights[name], value * (1 - 0.5 * rate), rtol=1e-6)
