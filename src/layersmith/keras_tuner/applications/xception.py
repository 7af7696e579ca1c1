"""Networks of separable convolutions as a hypermodel (Chollet 2016, arXiv 1610.02357)."""

from typing import Any

import keras
from keras import layers

from layersmith.keras_tuner.applications.image_inputs import (
    ImageHyperModel,
    channel_axis,
    compiled,
    image_inputs,
    pooled,
)
from layersmith.space import HyperParameters

__all__ = ["HyperXception"]

_NORMAL = "lecun_normal"  # for selu, arXiv 1706.02515


class HyperXception(ImageHyperModel):
    """Classifies images by residual blocks of separable convolutions.

    The space: `activation`, `conv2d_num_filters`, `kernel_size`, `initial_strides`, `sep_num_filters`,
    `num_residual_blocks`, `pooling`, `num_dense_layers`, `dropout_rate`, `dense_use_bn`, `learning_rate`.

    Args:
        include_top: Whether the model ends in classes; else in features, and is not compiled.
        input_shape: Shape of an image, `(height, width, channels)`.
        input_tensor: A Keras tensor of images, in place of `input_shape`.
        classes: Number of classes; targets are one-hot.
        **kwargs: `name` and `tunable`; see `HyperModel`.

    Raises:
        FatalValueError: If the images are not known, or the classes are not where they are needed.

    Example:
        >>> HyperXception(input_shape=(16, 16, 3), classes=10).build(HyperParameters()).output_shape
        (None, 10)
    """

    def build(self, hp: HyperParameters) -> Any:
        """Return the network of some values; see `HyperModel.build`."""
        activation = hp.Choice("activation", ["relu", "selu"])
        inputs, x = image_inputs(self.input_shape, self.input_tensor)
        filters = hp.Choice("conv2d_num_filters", [32, 64, 128], default=64)
        size, strides = hp.Choice("kernel_size", [3, 5]), hp.Choice("initial_strides", [2])
        x = _convolved(x, filters, size, strides, activation)
        filters = hp.Int("sep_num_filters", 128, 768, step=128, default=256)
        for _ in range(hp.Int("num_residual_blocks", 2, 8, default=4)):
            x = _residual(x, filters, activation)
        x = _residual_halved(x, 2 * filters, activation)
        x = pooled(x, hp.Choice("pooling", ["avg", "flatten", "max"]))
        if not self.include_top:
            return keras.Model(inputs, x, name="Xception")
        x = self._head(x, activation, hp)
        model = keras.Model(inputs, layers.Dense(self.classes, activation="softmax")(x), name="Xception")
        return compiled(model, keras.optimizers.Adam(hp.Choice("learning_rate", [1e-3, 1e-4, 1e-5])))

    def _head(self, x: Any, activation: str, hp: HyperParameters) -> Any:
        number = hp.Int("num_dense_layers", 1, 3)
        rate = hp.Float("dropout_rate", 0.0, 0.6, step=0.1, default=0.5)
        normalised = hp.Choice("dense_use_bn", [True, False])
        for _ in range(number):
            initial = {"kernel_initializer": _NORMAL} if activation == "selu" else {}
            x = layers.Dense(self.classes, activation=activation, **initial)(x)
            x = layers.BatchNormalization()(x) if normalised and activation == "relu" else x
            x = layers.Dropout(rate)(x) if rate else x
        return x


def _convolved(x: Any, filters: int, size: int, strides: int, activation: str) -> Any:
    settings = {"strides": strides, "padding": "same"}
    if activation == "selu":
        return layers.Conv2D(filters, size, activation="selu", kernel_initializer=_NORMAL, **settings)(x)
    return _norm_relu(layers.Conv2D(filters, size, use_bias=False, **settings)(x))


def _separated(x: Any, filters: int, activation: str) -> Any:
    if activation == "selu":
        initial = {"depthwise_initializer": _NORMAL, "pointwise_initializer": _NORMAL}
        return layers.SeparableConv2D(filters, 3, activation="selu", padding="same", **initial)(x)
    return _norm_relu(layers.SeparableConv2D(filters, 3, padding="same", use_bias=False)(x))


def _norm_relu(x: Any) -> Any:
    return layers.Activation("relu")(layers.BatchNormalization(axis=channel_axis())(x))


def _residual(x: Any, filters: int, activation: str) -> Any:
    shortcut = x if x.shape[channel_axis()] == filters else layers.Conv2D(filters, 1, padding="same")(x)
    x = _separated(_separated(x, filters, activation), filters, activation)
    return layers.Add()([x, shortcut])


def _residual_halved(x: Any, filters: int, activation: str) -> Any:
    shortcut = layers.Conv2D(filters, 1, strides=2, padding="same")(x)
    x = _separated(_separated(x, filters, activation), filters, activation)
    return layers.Add()([layers.MaxPooling2D(3, strides=2, padding="same")(x), shortcut])
