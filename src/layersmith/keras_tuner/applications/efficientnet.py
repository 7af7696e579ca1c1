"""EfficientNet as a hypermodel (Tan and Le 2019, arXiv 1905.11946)."""

from typing import Any

import keras
from keras import layers

from layersmith.keras_tuner.applications.image_inputs import check_images, compiled, image_inputs, pooled
from layersmith.keras_tuner.engine.hypermodel import HyperModel
from layersmith.keras_tuner.errors import FatalValueError
from layersmith.space import HyperParameters

__all__ = ["HyperEfficientNet"]

_IMAGE_SIZES = {"B0": 224, "B1": 240, "B2": 260, "B3": 300, "B4": 380, "B5": 456, "B6": 528, "B7": 600}


class HyperEfficientNet(HyperModel):
    """Classifies images by one of the EfficientNets, trained on ImageNet.

    Images are resized to what the network was made for. The space: `version`, `pooling`, `top_dropout_rate`,
    `learning_rate`, and that of the augmentation.

    Args:
        input_shape: Shape of an image, `(height, width, channels)`.
        input_tensor: A Keras tensor of images, in place of `input_shape`.
        classes: Number of classes; targets are one-hot.
        augmentation_model: A Keras model or a `HyperModel` that images pass through first.
        **kwargs: `name` and `tunable`; see `HyperModel`. `weights` as `keras.applications` takes them: `imagenet`
            (fetched by Keras) unless given, or None for random ones.

    Raises:
        FatalValueError: If the images or the classes are not known, or the augmentation is no model.

    Example:
        >>> HyperEfficientNet(input_shape=(32, 32, 3), classes=10, weights=None).classes
        10
    """

    def __init__(
        self,
        input_shape: Any = None,
        input_tensor: Any = None,
        classes: int | None = None,
        augmentation_model: Any = None,
        **kwargs: Any,
    ) -> None:
        self._weights = kwargs.pop("weights", "imagenet")
        if not isinstance(augmentation_model, HyperModel | keras.Model | None):
            raise FatalValueError(
                f"augmentation_model is {augmentation_model!r}",
                expected="a HyperModel or a Keras model",
                fix="for example HyperImageAugment(input_shape=...)",
            )
        check_images(input_shape, input_tensor, classes=classes)
        self.input_shape, self.input_tensor = input_shape, input_tensor
        self.classes, self.augmentation_model = classes, augmentation_model
        super().__init__(**kwargs)

    def build(self, hp: HyperParameters) -> Any:
        """Return the network of some values; see `HyperModel.build`."""
        inputs, x = image_inputs(self.input_shape, self.input_tensor)
        augment = self.augmentation_model
        if augment is not None:
            x = (augment.build(hp) if isinstance(augment, HyperModel) else augment)(x)
        version = hp.Choice("version", list(_IMAGE_SIZES), default="B0")
        x = layers.Resizing(_IMAGE_SIZES[version], _IMAGE_SIZES[version], interpolation="bilinear")(x)
        network = getattr(keras.applications, f"EfficientNet{version}")
        x = network(include_top=False, input_tensor=x, weights=self._weights).output
        x = pooled(x, hp.Choice("pooling", ["avg", "max"], default="avg"))
        rate = hp.Float("top_dropout_rate", min_value=0.2, max_value=0.8, step=0.2, default=0.2)
        x = layers.Dropout(rate, name="top_dropout")(x)
        outputs = layers.Dense(self.classes, activation="softmax", name="probs")(x)
        model = keras.Model(inputs, outputs, name="EfficientNet")
        self._compile(model, hp)
        return model

    def _compile(self, model: Any, hp: HyperParameters) -> None:
        """Compile the network; a subclass may do it otherwise."""
        rate = hp.Choice("learning_rate", [0.1, 0.01, 0.001], default=0.01)
        compiled(model, keras.optimizers.SGD(learning_rate=rate, momentum=0.1))
