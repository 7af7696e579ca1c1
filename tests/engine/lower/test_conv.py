import jax
import jax.numpy as jnp
import numpy as np
import pytest
from keras import layers

from layersmith.engine.lower import conv
from layersmith.engine.lower.env import Env
from layersmith.engine.lower.windows import Window
from layersmith.engine.unsupported import Unsupported
from layersmith.testing.lowerings import check_lowering, check_row_mask, lowered

pytestmark = pytest.mark.usefixtures("plain")

CASES = {
    "1d plain": ((7, 2), lambda: [layers.Conv1D(3, 3), layers.Conv1D(2, 1, activation="relu"), layers.Conv1D(2, 7)]),
    "1d same": (
        (7, 2),
        lambda: [layers.Conv1D(3, k, strides=s, padding="same") for k, s in ((2, 1), (3, 2), (4, 3), (1, 2))],
    ),
    "1d causal": (
        (7, 2),
        lambda: [
            layers.Conv1D(3, 3, padding="causal"),
            layers.Conv1D(3, 3, padding="causal", dilation_rate=2, use_bias=False),
            layers.Conv1D(3, 4, padding="causal", strides=2, activation="tanh"),
        ],
    ),
    "1d dilated": (
        (9, 2),
        lambda: [layers.Conv1D(2, 3, dilation_rate=2), layers.Conv1D(2, 3, dilation_rate=3, padding="same")],
    ),
    "1d long": ((45, 3), lambda: [layers.Conv1D(2, 40), layers.Conv1D(2, 40, padding="same", strides=4)]),
    "1d groups": ((6, 4), lambda: [layers.Conv1D(4, 3, groups=2), layers.Conv1D(8, 2, groups=4, padding="causal")]),
    "2d plain": (
        (5, 6, 2),
        lambda: [layers.Conv2D(3, 3), layers.Conv2D(2, (1, 3), activation="gelu"), layers.Conv2D(2, 1, use_bias=False)],
    ),
    "2d same": (
        (5, 6, 2),
        lambda: [
            layers.Conv2D(2, 3, padding="same"),
            layers.Conv2D(2, 3, padding="same", strides=2),
            layers.Conv2D(2, (4, 2), padding="same", strides=(3, 1)),
        ],
    ),
    "2d strided": ((5, 7, 2), lambda: [layers.Conv2D(2, 2, strides=2), layers.Conv2D(2, (3, 2), strides=(1, 3))]),
    "2d dilated": (
        (6, 7, 2),
        lambda: [layers.Conv2D(2, 3, dilation_rate=2), layers.Conv2D(2, 2, dilation_rate=(1, 3), padding="same")],
    ),
    "2d groups": (
        (5, 5, 6),
        lambda: [
            layers.Conv2D(4, 3, groups=2, padding="same"),
            layers.Conv2D(6, 2, groups=6, strides=2),
            layers.Conv2D(3, 2, groups=3, dilation_rate=2, use_bias=False, activation="relu"),
        ],
    ),
    "3d": (
        (3, 4, 5, 2),
        lambda: [
            layers.Conv3D(2, 2),
            layers.Conv3D(2, (2, 3, 1), padding="same", strides=(1, 2, 2)),
            layers.Conv3D(2, 2, groups=2, dilation_rate=(1, 2, 1)),
        ],
    ),
    "penalised": (
        (4, 4, 1),
        lambda: [
            layers.Conv2D(2, 2, kernel_regularizer="l2", bias_regularizer="l1"),
            layers.Conv2D(2, 2, activity_regularizer="l2"),
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_every_option_equals_keras(case, branches, numbers, strict):
    shape, made = CASES[case]
    check_lowering(branches(shape, *made()), [numbers(3, *shape)], atol=5e-6)


def test_convolutions_in_a_row_equal_keras(branches, numbers):
    path = [layers.Conv2D(3, 3, padding="same", activation="relu"), layers.Conv2D(2, 2, strides=2)]
    model = branches((6, 6, 1), [*path, layers.Flatten(), layers.Dense(2)])
    check_lowering(model, [numbers(2, 6, 6, 1)], atol=5e-6)


def test_a_penalty_counts_only_rows_that_exist(branches, numbers):
    check_row_mask(branches((5, 2), layers.Conv1D(2, 2, activity_regularizer="l1")), [numbers(3, 5, 2)])


@pytest.mark.parametrize("case", ["1d causal", "1d same", "2d same", "2d dilated", "2d groups", "3d"])
def test_the_form_for_accelerators_is_the_same(case, branches, numbers, monkeypatch):
    shape, made = CASES[case]
    network, weights = lowered(branches(shape, *made()))
    x = jnp.asarray(numbers(2, *shape))
    mine = jax.jit(lambda x: network.apply(weights, [x], Env(training=False)))(x)
    monkeypatch.setattr(conv, "prefers_patches", lambda: False)
    theirs = jax.jit(lambda x: network.apply(weights, [x], Env(training=False)))(x)
    assert all(bool(jnp.allclose(a, b, rtol=1e-5, atol=1e-5)) for a, b in zip(mine, theirs, strict=True))
    program = jax.make_jaxpr(lambda x: network.apply(weights, [x], Env(training=False)))(x)
    assert "conv_general_dilated" in str(program)


def test_programs_for_the_cpu_hold_no_convolution_not_even_for_gradients(branches, numbers):
    for case in ("1d long", "2d same", "2d groups", "3d"):
        shape, made = CASES[case]
        assert "conv_general_dilated" not in _program(branches(shape, *made()), numbers(2, *shape))


def test_a_convolution_is_one_matmul(branches, numbers):
    network, weights = lowered(branches((6, 6, 2), layers.Conv2D(3, 3)))
    forward = jax.make_jaxpr(lambda x: network.apply(weights, [x], Env(training=True)))(numbers(2, 6, 6, 2))
    assert str(forward).count("dot_general") == 1


def test_the_default_device_decides(monkeypatch):
    monkeypatch.setattr(jax, "default_backend", lambda: "cpu")
    assert conv.prefers_patches()
    monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
    assert not conv.prefers_patches()


def test_integers_become_numbers_of_the_kernel():
    window = Window(size=(2,), strides=(1,), dilation=(1,), padding="valid")
    output = conv.convolve(jnp.arange(4, dtype=jnp.uint8).reshape(1, 4, 1), jnp.ones((2, 1, 1)), window)
    assert output.dtype == jnp.float32
    np.testing.assert_allclose(output.ravel(), [1.0, 3.0, 5.0])


def test_channels_first_and_lora_are_refused(branches):
    with pytest.raises(Unsupported, match="channels_first"):
        lowered(branches((2, 5), layers.Conv1D(2, 2, data_format="channels_first")))
    with pytest.raises(Unsupported, match="LoRA"):
        lowered(branches((5, 2), layers.Conv1D(2, 2, lora_rank=1)))


def _program(model, x):
    """Return the program of values and gradients as text."""
    network, weights = lowered(model)

    def loss(weights, x):
        return sum(jnp.sum(jnp.square(y)) for y in network.apply(weights, [x], Env(training=True)))

    return str(jax.make_jaxpr(jax.grad(loss, argnums=(0, 1)))(weights, x))
