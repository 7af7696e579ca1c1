import jax
import pytest
from keras import layers

from layersmith.engine.lower.env import Env
from layersmith.engine.unsupported import Unsupported
from layersmith.testing.lowerings import check_lowering, lowered

pytestmark = pytest.mark.usefixtures("plain")

CASES = {
    "1d": (
        (5, 2),
        lambda: [
            *(layers.ZeroPadding1D(amount) for amount in (1, (0, 2), (3, 0))),
            *(layers.Cropping1D(amount) for amount in (1, (0, 2), (3, 0), (0, 0))),
            *(layers.UpSampling1D(size) for size in (1, 2, 3)),
        ],
    ),
    "2d": (
        (4, 5, 2),
        lambda: [
            *(layers.ZeroPadding2D(amount) for amount in (1, (0, 2), ((1, 0), (0, 3)))),
            *(layers.Cropping2D(amount) for amount in (1, (0, 2), ((1, 0), (0, 3)))),
            *(layers.UpSampling2D(size) for size in (2, (3, 1))),
        ],
    ),
    "3d": (
        (3, 2, 4, 1),
        lambda: [
            *(layers.ZeroPadding3D(amount) for amount in (1, (0, 2, 1), ((1, 0), (0, 0), (0, 2)))),
            *(layers.Cropping3D(amount) for amount in ((1, 0, 1), ((1, 0), (0, 0), (0, 2)))),
            *(layers.UpSampling3D(size) for size in (2, (1, 3, 2))),
        ],
    ),
    "smooth": (
        (3, 4, 2),
        lambda: [
            layers.UpSampling2D(2, interpolation="bilinear"),
            layers.UpSampling2D((3, 1), interpolation="bilinear"),
            layers.UpSampling2D(2, interpolation="bicubic"),
            layers.UpSampling2D((1, 2), interpolation="lanczos3"),
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_every_option_equals_keras(case, branches, numbers, strict):
    shape, made = CASES[case]
    check_lowering(branches(shape, *made()), [numbers(2, *shape)])


def test_inside_a_model_they_equal_keras(branches, numbers):
    path = [layers.ZeroPadding1D(1), layers.Conv1D(2, 2), layers.UpSampling1D(2), layers.Cropping1D((1, 2))]
    model = branches((4, 2), [*path, layers.Dense(1)])
    check_lowering(model, [numbers(3, 4, 2)])


def test_repeating_needs_no_gather(branches, numbers):
    network, _ = lowered(branches((4, 2), layers.UpSampling1D(3)))
    program = str(jax.make_jaxpr(lambda x: network.apply({}, [x], Env(training=True)))(numbers(2, 4, 2)))
    assert "gather" not in program


@pytest.mark.parametrize("name", ["ZeroPadding2D", "Cropping2D", "UpSampling2D"])
def test_channels_first_is_refused(name, branches):
    with pytest.raises(Unsupported, match="channels_first"):
        lowered(branches((2, 4, 4), getattr(layers, name)(1, data_format="channels_first")))
