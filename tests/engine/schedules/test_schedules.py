"""Each schedule against Keras, step by step."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from layersmith.engine.schedules import SCHEDULES, resolve_schedule
from layersmith.engine.unsupported import Unsupported
from layersmith.schedules import cosine_warmup, one_cycle, triangular

schedules = keras.optimizers.schedules

STEPS = np.r_[np.arange(0, 45), 60, 99, 100, 101, 250]

CASES = [
    pytest.param(schedules.ExponentialDecay(0.1, 7, 0.8), id="exponential"),
    pytest.param(schedules.ExponentialDecay(0.1, 8, 0.8, staircase=True), id="exponential-staircase"),
    pytest.param(schedules.ExponentialDecay(0.02, 5, 1.1), id="exponential-growing"),
    pytest.param(schedules.PiecewiseConstantDecay([10], [0.1, 0.01]), id="piecewise-one"),
    pytest.param(schedules.PiecewiseConstantDecay([3, 10, 40], [0.1, 0.05, 0.2, 0.01]), id="piecewise-three"),
    pytest.param(schedules.PiecewiseConstantDecay([3.7, 10.2], [0.1, 0.05, 0.01]), id="piecewise-fractions"),
    pytest.param(schedules.PolynomialDecay(0.1, 30), id="polynomial"),
    pytest.param(schedules.PolynomialDecay(0.1, 30, 0.01, power=2.0), id="polynomial-square"),
    pytest.param(schedules.PolynomialDecay(0.1, 30, 0.01, power=0.5), id="polynomial-root"),
    pytest.param(schedules.PolynomialDecay(0.1, 8, 0.01, cycle=True), id="polynomial-cycle"),
    pytest.param(schedules.InverseTimeDecay(0.1, 4, 0.5), id="inverse-time"),
    pytest.param(schedules.InverseTimeDecay(0.1, 4, 0.5, staircase=True), id="inverse-time-staircase"),
    pytest.param(schedules.CosineDecay(0.1, 40), id="cosine"),
    pytest.param(schedules.CosineDecay(0.1, 40, alpha=0.1), id="cosine-alpha"),
    pytest.param(schedules.CosineDecay(0.0, 40, warmup_target=0.1, warmup_steps=10), id="cosine-warmup"),
    pytest.param(schedules.CosineDecay(0.01, 40, 0.2, warmup_target=0.1, warmup_steps=5), id="cosine-warmup-alpha"),
    pytest.param(schedules.CosineDecay(0.01, 40, warmup_target=0.1, warmup_steps=0), id="cosine-warmup-none"),
    pytest.param(triangular(0.1, 8), id="triangular"),
    pytest.param(triangular(0.1, 7, low=0.05), id="triangular-uneven"),
    pytest.param(triangular(0.1, 1000), id="triangular-rising"),
    pytest.param(one_cycle(0.1, 60), id="one-cycle"),
    pytest.param(cosine_warmup(0.1, 60), id="warmup-then-cosine"),
    pytest.param(schedules.CosineDecayRestarts(0.1, 7, t_mul=1.0), id="restarts-even"),
    pytest.param(schedules.CosineDecayRestarts(0.1, 7, t_mul=1.0, m_mul=0.8, alpha=0.05), id="restarts-even-lower"),
    pytest.param(schedules.CosineDecayRestarts(0.1, 7), id="restarts-double"),
    pytest.param(schedules.CosineDecayRestarts(0.1, 9, t_mul=1.5, m_mul=0.9, alpha=0.01), id="restarts-grow"),
]


def _numbers(numbers):
    return {name: jnp.float32(value) for name, value in numbers.items()}


def _rates(schedule, numbers, steps):
    """The rates at `steps`, one scalar call after the other: a division by a broadcast number is rounded otherwise."""
    with jax.numpy_dtype_promotion("strict"):
        compiled = jax.jit(schedule)
        return np.array([compiled(jnp.int32(step), _numbers(numbers)) for step in steps])


@pytest.mark.parametrize("theirs", CASES)
def test_it_follows_keras_at_every_step(theirs):
    schedule, numbers = resolve_schedule(schedules.serialize(theirs))
    # Keras' `cond` would be compiled at every call; the others, if compiled, divide by a constant: other rounding.
    reference = jax.jit(theirs.__call__) if "cosine" in schedule.__name__ or "restarts" in schedule.__name__ else theirs
    expected = np.array([float(reference(jnp.int32(step))) for step in STEPS])
    atol = (
        2e-7 if "restart" in schedule.__name__ else 3e-9
    )  # the fraction of a restart is a difference of larger numbers
    np.testing.assert_allclose(_rates(schedule, numbers, STEPS), expected, rtol=2e-6, atol=atol)


@pytest.mark.parametrize("theirs", CASES)
def test_its_rate_is_a_float32_scalar_inside_a_scan(theirs):
    schedule, numbers = resolve_schedule(schedules.serialize(theirs))

    def body(step, _):
        return step + 1, schedule(step, _numbers(numbers))

    with jax.numpy_dtype_promotion("strict"):
        _, rates = jax.jit(lambda: jax.lax.scan(body, jnp.int32(0), None, length=12))()
    assert rates.dtype == jnp.float32
    assert rates.shape == (12,)
    np.testing.assert_allclose(rates, _rates(schedule, numbers, np.arange(12)), rtol=2e-6, atol=3e-9)


def test_every_schedule_of_keras_is_in_the_table():
    base = schedules.LearningRateSchedule
    theirs = {
        name
        for name, value in vars(schedules).items()
        if isinstance(value, type) and issubclass(value, base) and value is not base
    }
    assert theirs == set(SCHEDULES) - {"layersmith>Triangular"}


def test_all_numbers_are_floats_and_none_is_a_switch():
    for case in CASES:
        _, numbers = resolve_schedule(schedules.serialize(case.values[0]))
        assert all(type(value) is float for value in numbers.values())


def test_schedules_that_differ_in_numbers_share_their_function_and_its_program():
    first, fast = resolve_schedule(schedules.serialize(schedules.CosineDecay(0.1, 40)))
    second, slow = resolve_schedule(schedules.serialize(schedules.CosineDecay(0.01, 400, alpha=0.5)))
    assert first is second
    traces = []

    @jax.jit
    def rate(step, numbers):
        traces.append(1)
        return first(step, numbers)

    assert float(rate(jnp.int32(0), _numbers(fast))) == pytest.approx(0.1)
    assert float(rate(jnp.int32(400), _numbers(slow))) == pytest.approx(0.005)
    assert len(traces) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (schedules.ExponentialDecay(0.1, 7, 0.8), schedules.ExponentialDecay(0.1, 7, 0.8, staircase=True)),
        (schedules.InverseTimeDecay(0.1, 7, 0.8), schedules.InverseTimeDecay(0.1, 7, 0.8, staircase=True)),
        (schedules.PolynomialDecay(0.1, 7), schedules.PolynomialDecay(0.1, 7, cycle=True)),
        (schedules.CosineDecay(0.1, 7), schedules.CosineDecay(0.1, 7, warmup_target=0.2, warmup_steps=2)),
        (schedules.CosineDecayRestarts(0.1, 7), schedules.CosineDecayRestarts(0.1, 7, t_mul=1.0)),
    ],
)
def test_a_switch_picks_another_function(one, other):
    assert resolve_schedule(schedules.serialize(one))[0] is not resolve_schedule(schedules.serialize(other))[0]


def test_warmup_of_no_steps_never_gives_nan():
    schedule, numbers = resolve_schedule(
        schedules.serialize(schedules.CosineDecay(0.1, 10, warmup_target=0.2, warmup_steps=0))
    )
    assert float(schedule(jnp.int32(0), _numbers(numbers))) == pytest.approx(0.2)


def test_a_boundary_belongs_to_the_rate_before_it():
    schedule, numbers = resolve_schedule(schedules.serialize(schedules.PiecewiseConstantDecay([5, 9], [3.0, 2.0, 1.0])))
    assert _rates(schedule, numbers, [0, 5, 6, 9, 10]).tolist() == [3.0, 3.0, 2.0, 2.0, 1.0]


@keras.saving.register_keras_serializable(package="tests")
class Halving(schedules.LearningRateSchedule):
    def __call__(self, step):
        return 0.5**step

    def get_config(self):
        return {}


@keras.saving.register_keras_serializable(package="tests", name="CosineDecay")
class OwnCosine(schedules.CosineDecay):
    pass


@pytest.mark.parametrize(
    "serialized",
    [
        None,
        "cosine",
        0.1,
        {"class_name": "Unheard", "config": {}},
        schedules.serialize(Halving()),
        schedules.serialize(OwnCosine(0.1, 10)),
        {**schedules.serialize(triangular(0.1, 10)), "registered_name": None},
        schedules.serialize(schedules.PiecewiseConstantDecay([9, 5], [0.3, 0.2, 0.1])),
        schedules.serialize(schedules.PiecewiseConstantDecay([5], [1, 0])),
        schedules.serialize(schedules.ExponentialDecay(1, 10, 0.5)),
        schedules.serialize(schedules.CosineDecay(1, 10)),
    ],
    ids=str,
)
def test_what_has_no_compiled_form_says_so(serialized):
    with pytest.raises(Unsupported, match="has no compiled form") as error:
        resolve_schedule(serialized)
    assert "schedule" in error.value.part
    assert "native" in error.value.fix
