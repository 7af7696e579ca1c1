"""A layer that applies to each image one transform, picked at random."""

from collections.abc import Callable, Mapping
from typing import Any

import keras
from keras import layers

__all__ = ["RandomTransform", "transform_layer"]

_TRANSFORMS: Mapping[str, Callable[[float], Any]] = {
    "contrast": layers.RandomContrast,
    "rotate": layers.RandomRotation,
    "translate_x": lambda factor: layers.RandomTranslation(height_factor=0, width_factor=factor),
    "translate_y": lambda factor: layers.RandomTranslation(height_factor=factor, width_factor=0),
}


def transform_layer(name: str, factor: float) -> Any:
    """Return the Keras layer of a transform.

    Args:
        name: `contrast`, `rotate`, `translate_x` or `translate_y`.
        factor: Its strength, from 0 to 1.
    """
    return _TRANSFORMS[name](factor)


@keras.saving.register_keras_serializable(package="layersmith")
class RandomTransform(layers.Layer):  # type: ignore[misc]
    """Applies one of several transforms to each image while training; a transform of strength 0 does nothing.

    Args:
        factors: Transform to strength.
        **kwargs: The arguments of a Keras layer.

    Example:
        >>> import numpy as np
        >>> layer = RandomTransform({"rotate": 0.5, "contrast": 0.0})
        >>> tuple(layer(np.ones((2, 4, 4, 3)), training=False).shape)
        (2, 4, 4, 3)
    """

    def __init__(self, factors: Mapping[str, float], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.factors = dict(factors)
        self._layers_by_place = [transform_layer(name, factor) if factor else None for name, factor in factors.items()]
        self._random = keras.random.SeedGenerator()

    def build(self, input_shape: Any) -> None:
        """Build the transforms."""
        for layer in filter(None, self._layers_by_place):
            layer.build(input_shape)

    def call(self, images: Any, training: bool = False) -> Any:
        """Return the images `(batch, height, width, channels)`, transformed while training."""
        if not training:
            return images
        shape = (keras.ops.shape(images)[0], 1, 1, 1)
        picked = keras.random.randint(shape, 0, len(self.factors), seed=self._random)
        found = images
        for place, layer in enumerate(self._layers_by_place):
            if layer is not None:
                found = keras.ops.where(keras.ops.equal(picked, place), layer(images, training=True), found)
        return found

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the images."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return plain JSON-ready data."""
        return {**super().get_config(), "factors": self.factors}
