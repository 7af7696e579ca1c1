"""What the hypermodels of images have in common: where images come in, and where classes come out."""

from typing import Any

import keras

from layersmith.keras_tuner.engine.hypermodel import HyperModel
from layersmith.keras_tuner.errors import FatalValueError

__all__ = ["ImageHyperModel", "channel_axis", "check_images", "compiled", "image_inputs", "pooled"]


def check_images(input_shape: Any, input_tensor: Any, *, include_top: bool = True, classes: int | None) -> None:
    """Refuse a hypermodel that does not know its images or its classes.

    Args:
        input_shape: Shape of an image `(height, width, channels)`.
        input_tensor: A Keras tensor of images.
        include_top: Whether classes come out.
        classes: Their number.

    Raises:
        FatalValueError: If the images are not known, or the classes are not where they are needed.
    """
    if include_top and not classes:
        raise FatalValueError(f"classes={classes}", expected="the number of classes", fix="give `classes`")
    if input_shape is None and input_tensor is None:
        got = "neither input_shape nor input_tensor"
        raise FatalValueError(got, expected="one of the two", fix="for example input_shape=(32, 32, 3)")


class ImageHyperModel(HyperModel):
    """A hypermodel that makes its own network of images; a subclass says in `build` which.

    Args:
        include_top: Whether the model ends in classes; else in features, and is not compiled.
        input_shape: Shape of an image, `(height, width, channels)`.
        input_tensor: A Keras tensor of images, in place of `input_shape`.
        classes: Number of classes; targets are one-hot.
        **kwargs: `name` and `tunable`; see `HyperModel`.

    Raises:
        FatalValueError: If the images are not known, or the classes are not where they are needed.
    """

    def __init__(
        self,
        include_top: bool = True,
        input_shape: Any = None,
        input_tensor: Any = None,
        classes: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_images(input_shape, input_tensor, include_top=include_top, classes=classes)
        self.include_top, self.classes = include_top, classes
        self.input_shape, self.input_tensor = input_shape, input_tensor


def image_inputs(input_shape: Any, input_tensor: Any) -> tuple[Any, Any]:
    """Return the inputs of a model, and the tensor of images it begins with."""
    if input_tensor is not None:
        return keras.utils.get_source_inputs(input_tensor), input_tensor
    images = keras.Input(shape=input_shape)
    return images, images


def channel_axis() -> int:
    """Return the axis of the channels in a batch of images."""
    return 3 if keras.config.image_data_format() == "channels_last" else 1


def pooled(x: Any, pooling: str) -> Any:
    """Return one row per image: `avg` or `max` over places, or all of them (`flatten`)."""
    layers = {
        "avg": keras.layers.GlobalAveragePooling2D,
        "max": keras.layers.GlobalMaxPooling2D,
        "flatten": keras.layers.Flatten,
    }
    return layers[pooling](name=f"{pooling}_pool")(x)


def compiled(model: Any, optimizer: Any) -> Any:
    """Compile a classifier of one-hot classes, and return it."""
    model.compile(optimizer=optimizer, loss="categorical_crossentropy", metrics=["accuracy"])
    return model
