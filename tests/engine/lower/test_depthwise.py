import jax
import jax.numpy as jnp
import pytest
from keras import layers

from layersmith.engine.lower import conv, depthwise
from layersmith.engine.lower.env import Env
from layersmith.engine.unsupported import Unsupported
from layersmith.testing.lowerings import check_lowering, lowered

pytestmark = pytest.mark.usefixtures("plain")

CASES = {
    "depthwise 1d": (
        (6, 3),
        lambda: [
            layers.DepthwiseConv1D(3),
            layers.DepthwiseConv1D(2, strides=2, padding="same", depth_multiplier=2, activation="relu"),
            layers.DepthwiseConv1D(3, dilation_rate=2, use_bias=False),
        ],
    ),
    "depthwise 2d": (
        (5, 6, 2),
        lambda: [
            layers.DepthwiseConv2D(3, padding="same"),
            layers.DepthwiseConv2D((1, 2), strides=2, depth_multiplier=3, use_bias=False),
            layers.DepthwiseConv2D(2, dilation_rate=2, activation="tanh"),
        ],
    ),
    "separable 1d": (
        (6, 3),
        lambda: [
            layers.SeparableConv1D(2, 3, activation="relu"),
            layers.SeparableConv1D(4, 2, strides=2, padding="same", depth_multiplier=2),
            layers.SeparableConv1D(2, 3, dilation_rate=2, use_bias=False),
        ],
    ),
    "separable 2d": (
        (5, 6, 2),
        lambda: [
            layers.SeparableConv2D(3, 3, padding="same", activation="gelu"),
            layers.SeparableConv2D(2, 2, strides=2, depth_multiplier=2, use_bias=False),
            layers.SeparableConv2D(2, 2, dilation_rate=2, padding="same"),
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_every_option_equals_keras(case, branches, numbers, strict):
    shape, made = CASES[case]
    check_lowering(branches(shape, *made()), [numbers(2, *shape)], atol=5e-6)


def test_inside_a_model_it_equals_keras(branches, numbers):
    path = [layers.Dense(2), layers.SeparableConv1D(2, 2), layers.DepthwiseConv1D(2), layers.Flatten(), layers.Dense(1)]
    model = branches((4, 2), path)
    check_lowering(model, [numbers(3, 4, 2)])


@pytest.mark.parametrize("case", CASES)
def test_the_form_for_accelerators_is_the_same(case, branches, numbers, monkeypatch):
    shape, made = CASES[case]
    network, weights = lowered(branches(shape, *made()))
    x = jnp.asarray(numbers(2, *shape))
    mine = jax.jit(lambda x: network.apply(weights, [x], Env(training=False)))(x)
    for module in (conv, depthwise):
        monkeypatch.setattr(module, "prefers_patches", lambda: False)
    theirs = jax.jit(lambda x: network.apply(weights, [x], Env(training=False)))(x)
    assert all(bool(jnp.allclose(a, b, rtol=1e-5, atol=1e-5)) for a, b in zip(mine, theirs, strict=True))
    program = jax.make_jaxpr(lambda x: network.apply(weights, [x], Env(training=False)))(x)
    assert "conv_general_dilated" in str(program)


@pytest.mark.parametrize("case", ["depthwise 1d", "separable 2d"])
def test_programs_for_the_cpu_hold_no_convolution(case, branches, numbers):
    shape, made = CASES[case]
    network, weights = lowered(branches(shape, *made()))

    def loss(weights, x):
        return sum(jnp.sum(jnp.square(y)) for y in network.apply(weights, [x], Env(training=True)))

    program = str(jax.make_jaxpr(jax.grad(loss, argnums=(0, 1)))(weights, numbers(2, *shape)))
    assert "conv_general_dilated" not in program


@pytest.mark.parametrize(
    ("layer", "why"),
    [
        (lambda: layers.DepthwiseConv1D(2, data_format="channels_first"), "channels_first"),
    ],
)
def test_what_is_not_covered_is_refused(layer, why, branches):
    with pytest.raises(Unsupported, match=why):
        lowered(branches((4, 4), layer()))
