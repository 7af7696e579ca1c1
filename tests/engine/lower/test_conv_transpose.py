import jax
import jax.numpy as jnp
import pytest
from keras import layers

from layersmith.engine.lower import conv_transpose
from layersmith.engine.lower.env import Env
from layersmith.engine.unsupported import Unsupported
from layersmith.testing.lowerings import check_lowering, lowered

pytestmark = pytest.mark.usefixtures("plain")

CASES = {
    "1d": (
        (4, 2),
        lambda: [
            layers.Conv1DTranspose(3, 3),
            layers.Conv1DTranspose(2, 2, strides=3, use_bias=False),
            layers.Conv1DTranspose(2, 4, strides=2, padding="same", activation="relu"),
            layers.Conv1DTranspose(2, 1, strides=3, padding="same"),
        ],
    ),
    "1d longer": (
        (4, 2),
        lambda: [
            layers.Conv1DTranspose(2, 3, strides=2, output_padding=1),
            layers.Conv1DTranspose(2, 3, strides=2, output_padding=1, padding="same"),
            layers.Conv1DTranspose(2, 3, strides=2, output_padding=0, padding="same"),
            layers.Conv1DTranspose(2, 2, strides=3, output_padding=2),
        ],
    ),
    "1d dilated": (
        (4, 2),
        lambda: [
            layers.Conv1DTranspose(2, 3, dilation_rate=2),
            layers.Conv1DTranspose(2, 3, dilation_rate=3, padding="same"),
        ],
    ),
    "2d": (
        (3, 4, 2),
        lambda: [
            layers.Conv2DTranspose(2, 2, strides=2, activation="tanh"),
            layers.Conv2DTranspose(3, (3, 2), strides=(2, 1), padding="same"),
        ],
    ),
    "3d": (
        (2, 2, 3, 1),
        lambda: [layers.Conv3DTranspose(2, 2, strides=(1, 2, 2), padding="same")],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_every_option_equals_keras(case, branches, numbers, strict):
    shape, made = CASES[case]
    check_lowering(branches(shape, *made()), [numbers(2, *shape)], atol=5e-6)


def test_inside_a_model_it_equals_keras(branches, numbers):
    path = [layers.Dense(2), layers.Conv1DTranspose(2, 2, strides=2, padding="same"), layers.Dense(1)]
    model = branches((3, 2), path)
    check_lowering(model, [numbers(3, 3, 2)])


@pytest.mark.parametrize("case", ["1d", "1d longer", "2d"])
def test_the_form_for_accelerators_is_the_same(case, branches, numbers, monkeypatch):
    shape, made = CASES[case]
    network, weights = lowered(branches(shape, *made()))
    x = jnp.asarray(numbers(2, *shape))
    mine = jax.jit(lambda x: network.apply(weights, [x], Env(training=False)))(x)
    monkeypatch.setattr(conv_transpose, "prefers_patches", lambda: False)
    theirs = jax.jit(lambda x: network.apply(weights, [x], Env(training=False)))(x)
    assert all(bool(jnp.allclose(a, b, rtol=1e-5, atol=1e-5)) for a, b in zip(mine, theirs, strict=True))


def test_programs_for_the_cpu_hold_no_convolution_not_even_for_gradients(branches, numbers):
    shape, made = CASES["2d"]
    network, weights = lowered(branches(shape, *made()))

    def loss(weights, x):
        return sum(jnp.sum(jnp.square(y)) for y in network.apply(weights, [x], Env(training=True)))

    program = str(jax.make_jaxpr(jax.grad(loss, argnums=(0, 1)))(weights, numbers(2, *shape)))
    assert "dot_general" in program
    assert "conv_general_dilated" not in program


def test_channels_first_is_refused(branches):
    with pytest.raises(Unsupported, match="channels_first"):
        lowered(branches((2, 5), layers.Conv1DTranspose(2, 2, data_format="channels_first")))
