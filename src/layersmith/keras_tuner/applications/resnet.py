"""Residual networks as a hypermodel: ResNet, ResNet with pre-activation, ResNeXt."""

from typing import Any

import keras
from keras import layers

from layersmith.keras_tuner.applications.image_inputs import ImageHyperModel, compiled, image_inputs, pooled
from layersmith.keras_tuner.applications.resnet_stacks import STACKS, norm_relu
from layersmith.space import HyperParameters

__all__ = ["HyperResNet"]


class HyperResNet(ImageHyperModel):
    """Classifies images by a residual network: `v1` (arXiv 1512.03385), `v2` (1603.05027) or `next` (1611.05431).

    The space: `version`, `conv3_depth`, `conv4_depth`, `pooling`, `optimizer`, `learning_rate`.

    Args:
        include_top: Whether the model ends in classes; else in features, and is not compiled.
        input_shape: Shape of an image, `(height, width, channels)`.
        input_tensor: A Keras tensor of images, in place of `input_shape`.
        classes: Number of classes; targets are one-hot.
        **kwargs: `name` and `tunable`; see `HyperModel`.

    Raises:
        FatalValueError: If the images are not known, or the classes are not where they are needed.

    Example:
        >>> HyperResNet(input_shape=(32, 32, 3), classes=10).build(HyperParameters()).output_shape
        (None, 10)
    """

    def build(self, hp: HyperParameters) -> Any:
        """Return the network of some values; see `HyperModel.build`."""
        version = hp.Choice("version", ["v1", "v2", "next"], default="v2")
        depths = (3, hp.Choice("conv3_depth", [4, 8]), hp.Choice("conv4_depth", [6, 23, 36]), 3)
        inputs, x = image_inputs(self.input_shape, self.input_tensor)
        x = _stem(x, version)
        for number, depth in enumerate(depths):
            x = STACKS[version](x, number, depth, f"conv{number + 2}")
        if version == "v2":
            x = norm_relu(x, "post")
        x = pooled(x, hp.Choice("pooling", ["avg", "max"], default="avg"))
        if not self.include_top:
            return keras.Model(inputs, x, name="ResNet")
        outputs = layers.Dense(self.classes, activation="softmax", name="probs")(x)
        optimizer = keras.optimizers.get(hp.Choice("optimizer", ["adam", "rmsprop", "sgd"], default="adam"))
        optimizer.learning_rate = hp.Choice("learning_rate", [0.1, 0.01, 0.001], default=0.01)
        return compiled(keras.Model(inputs, outputs, name="ResNet"), optimizer)


def _stem(x: Any, version: str) -> Any:
    x = layers.ZeroPadding2D(3, name="conv1_pad")(x)
    x = layers.Conv2D(64, 7, strides=2, use_bias=version != "next", name="conv1_conv")(x)
    if version != "v2":
        x = norm_relu(x, "conv1")
    x = layers.ZeroPadding2D(1, name="pool1_pad")(x)
    return layers.MaxPooling2D(3, strides=2, name="pool1_pool")(x)
