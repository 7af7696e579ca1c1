import keras
import numpy as np
import pytest

from layersmith.families.convolution import activated, average, convolved, normalized, shortcut, thinned, unit
from layersmith.families.kernels import KernelOptions

OPTIONS = KernelOptions()
SERIES, IMAGE = (10, 3), (10, 6, 3)
shapes = pytest.mark.parametrize("shape", [SERIES, IMAGE], ids=["series", "image"])
pytestmark = pytest.mark.usefixtures("weightless")


def layers_of(features, result):
    return [type(layer).__name__ for layer in keras.Model(features, result).layers[1:]]


@shapes
@pytest.mark.parametrize("kernel_size", [1, 2, 3, 8, 11])
def test_a_convolution_keeps_the_size(shape, kernel_size):
    features = keras.Input(shape)
    assert convolved(features, 5, OPTIONS, kernel_size=kernel_size).shape == (None, *shape[:-1], 5)


@shapes
@pytest.mark.parametrize(("strides", "sizes"), [(2, (5, 3)), (4, (3, 2))])
def test_strides_round_up(shape, strides, sizes):
    result = convolved(keras.Input(shape), 5, OPTIONS, kernel_size=3, strides=strides)
    assert result.shape == (None, *sizes[: len(shape) - 1], 5)


def test_causal_convolution_keeps_the_steps_at_any_dilation():
    result = convolved(keras.Input(SERIES), 5, OPTIONS, kernel_size=3, dilation=16, causal=True)
    assert result.shape == (None, 10, 5)


@shapes
def test_kernel_options_reach_the_layer(shape):
    options = KernelOptions(use_bias=True, initializer="lecun_normal", l1=0.25, l2=0.5)
    features = keras.Input(shape)
    config = keras.Model(features, convolved(features, 5, options, kernel_size=3)).layers[1].get_config()
    assert config["use_bias"] is True
    assert config["kernel_initializer"]["class_name"] == "LecunNormal"
    assert config["kernel_regularizer"]["config"] == {"l1": 0.25, "l2": 0.5}


@pytest.mark.parametrize(
    ("normalization", "names"), [("batch", ["BatchNormalization"]), ("layer", ["LayerNormalization"]), ("none", [])]
)
@shapes
def test_normalisations(shape, normalization, names):
    features = keras.Input(shape)
    assert layers_of(features, normalized(features, KernelOptions(normalization=normalization))) == names


@shapes
def test_layer_normalisation_is_over_channels_of_each_position(shape):
    features = keras.Input(shape)
    layer = keras.Model(features, normalized(features, KernelOptions(normalization="layer"))).layers[1]
    assert layer.gamma.shape == (3,)


@shapes
def test_unit_is_convolution_normalisation_activation_dropout(shape):
    rank = len(shape) - 1
    features = keras.Input(shape)
    names = layers_of(features, unit(features, 4, KernelOptions(spatial_dropout=0.1), kernel_size=3))
    assert names == [f"Conv{rank}D", "BatchNormalization", "Activation", f"SpatialDropout{rank}D"]


@shapes
def test_shortcut_is_free_where_the_shape_fits(shape):
    features = keras.Input(shape)
    assert shortcut(features, 3, OPTIONS) is features
    assert shortcut(features, 4, OPTIONS).shape == (None, *shape[:-1], 4)
    assert shortcut(features, 3, OPTIONS, strides=2).shape[1] == 5


@shapes
def test_no_dropout_is_no_layer(shape):
    features = keras.Input(shape)
    assert thinned(features, 0.0) is features


@shapes
def test_average_is_the_mean_over_positions(shape):
    features = keras.Input(shape)
    model = keras.Model(features, average(features))
    x = np.random.default_rng(0).random((2, *shape), dtype="float32")
    positions = tuple(range(1, len(shape)))
    np.testing.assert_allclose(np.asarray(model(x)), x.mean(axis=positions), rtol=1e-5)


@pytest.mark.parametrize(("name", "expected"), [("relu", [0.0, 1.0]), ("elu", [np.expm1(-1.0), 1.0])])
def test_activations(name, expected):
    features = keras.Input((1, 2))
    model = keras.Model(features, activated(features, KernelOptions(activation=name)))
    np.testing.assert_allclose(np.asarray(model(np.array([[[-1.0, 1.0]]], "float32")))[0, 0], expected, rtol=1e-5)


@shapes
def test_batch_statistics_settle_within_fifty_updates(shape):
    features = keras.Input(shape)
    layer = keras.Model(features, normalized(features, OPTIONS)).layers[1]
    assert layer.momentum**50 < 0.01
