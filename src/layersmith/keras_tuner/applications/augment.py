"""Augmentation of images as a hypermodel."""

from collections.abc import Sequence
from typing import Any

import keras

from layersmith.keras_tuner.applications.image_inputs import check_images, image_inputs
from layersmith.keras_tuner.applications.random_transform import RandomTransform, transform_layer
from layersmith.keras_tuner.engine.hypermodel import HyperModel
from layersmith.keras_tuner.errors import FatalValueError
from layersmith.space import HyperParameters

__all__ = ["HyperImageAugment"]

_STEP = 0.05


class HyperImageAugment(HyperModel):
    """Turns, shifts and changes the contrast of images at random while a model trains.

    Each transform has a strength, `factor_rotate` and its like, which is searched between 0 and what is given here, or
    between two values. With `augment_layers`, as in RandAugment (arXiv 1909.13719), each layer applies to each image
    one transform picked at random, and their number is searched from 1 on, or between two values; with 0 all
    transforms follow each other.

    Args:
        input_shape: Shape of an image, `(height, width, channels)`.
        input_tensor: A Keras tensor of images, in place of `input_shape`.
        rotate: Part of a full turn, in either direction, at most; a pair searches between two values, 0 or None leaves
            the transform out.
        translate_x: Part of the width, likewise.
        translate_y: Part of the height, likewise.
        contrast: Part of the contrast, likewise.
        augment_layers: Most layers, the fewest and the most, or 0.
        **kwargs: `name` and `tunable`; see `HyperModel`.

    Raises:
        FatalValueError: If the images are not known, or a strength is no number and no pair of numbers.

    Example:
        >>> hp = HyperParameters()
        >>> _ = HyperImageAugment(input_shape=(8, 8, 3), translate_x=None, contrast=[0.1, 0.2]).build(hp)
        >>> hp.values
        {'augment_layers': 1, 'factor_rotate': 0.0, 'factor_translate_y': 0.0, 'factor_contrast': 0.1}
    """

    def __init__(
        self,
        input_shape: Any = None,
        input_tensor: Any = None,
        rotate: Any = 0.5,
        translate_x: Any = 0.4,
        translate_y: Any = 0.4,
        contrast: Any = 0.3,
        augment_layers: Any = 3,
        **kwargs: Any,
    ) -> None:
        check_images(input_shape, input_tensor, include_top=False, classes=None)
        given = {"rotate": rotate, "translate_x": translate_x, "translate_y": translate_y, "contrast": contrast}
        self.transforms = [(name, _range(name, value, 0, (int, float))) for name, value in given.items() if value]
        self.input_shape, self.input_tensor = input_shape, input_tensor
        self.augment_layers = _range("augment_layers", augment_layers, 1, (int,)) if augment_layers else None
        super().__init__(**kwargs)

    def build(self, hp: HyperParameters) -> Any:
        """Return the augmentation of some values; see `HyperModel.build`."""
        inputs, x = image_inputs(self.input_shape, self.input_tensor)
        if self.augment_layers is None:
            return keras.Model(inputs, self._all(x, hp), name="image_augment")
        fewest, most = self.augment_layers
        for _ in range(hp.Int("augment_layers", fewest, most, default=fewest)):
            x = RandomTransform({name: self._factor(name, between, hp) for name, between in self.transforms})(x)
        return keras.Model(inputs, x, name="image_rand_augment")

    def _all(self, x: Any, hp: HyperParameters) -> Any:
        for name, between in self.transforms:
            factor = self._factor(name, between, hp, step=_STEP)
            x = transform_layer(name, factor)(x) if factor else x
        return x

    def _factor(self, name: str, between: tuple[Any, Any], hp: HyperParameters, step: float | None = None) -> float:
        return float(hp.Float(f"factor_{name}", *between, step=step, default=between[0]))


def _range(name: str, given: Any, least: int, kinds: tuple[type, ...]) -> tuple[Any, Any]:
    """Return the two values that an argument means."""
    pair = tuple(given) if isinstance(given, Sequence) and not isinstance(given, str) else (least, given)
    if len(pair) != 2 or not all(isinstance(value, kinds) for value in pair):
        expected = f"a number, or two, of {' or '.join(kind.__name__ for kind in kinds)}"
        raise FatalValueError(f"{name}={given!r}", expected=expected, fix=f"for example {name}={least + 1}")
    return pair[0], pair[1]
