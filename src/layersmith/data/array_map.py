"""Fitted images and series: the shape and type that new rows must have."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layersmith.data.images import decode_images, image_files
from layersmith.data.kinds import shape_array
from layersmith.data.spec import Kind
from layersmith.errors import DataError

__all__ = ["ArrayMap", "pixel_range"]

_RANGES = (1.0, 15.0, 16.0, 255.0, 1023.0, 4095.0, 65535.0)


@dataclass(frozen=True, kw_only=True)
class ArrayMap:
    """How images and series become arrays.

    Attributes:
        kind: `image` or `series`.
        shape: Shape of one row.
    """

    kind: Kind
    shape: tuple[int, ...]

    def arrays(self, array: NDArray[Any]) -> dict[str, NDArray[Any]]:
        """Return `"image"` or `"series"`, `(rows, *shape)`.

        Args:
            array: Rows of this shape, or a single one.

        Raises:
            DataError: If rows have another shape, or values are missing or infinite.
        """
        single = array.shape == self.shape or (array.ndim == len(self.shape) - 1 and array.shape == self.shape[:-1])
        x: NDArray[Any] = shape_array(array[np.newaxis] if single else array, self.kind).x
        if x.shape[1:] != self.shape:
            got = f"rows of shape {x.shape[1:]}"
            raise DataError(got, expected=f"rows of shape {self.shape}", fix="resize or cut them to that shape")
        return {str(self.kind): x}

    def decode_files(self, files: list[Path]) -> dict[str, NDArray[Any]]:
        """Return `"image"` of files, resized to the shape.

        Raises:
            DataError: If a file cannot be decoded.
        """
        return {str(self.kind): decode_images(files, shape=self.shape)[0]}

    def decode_folder(self, folder: Path) -> dict[str, NDArray[Any]]:
        """Return `"image"` of all image files in a folder and below, in order of their paths.

        Raises:
            DataError: If there is none.
        """
        files = image_files(folder)
        if not files:
            got = f"folder {str(folder)!r} holds no images"
            raise DataError(got, expected="PNG, JPEG, BMP or GIF files", fix="name the folder they are in")
        return self.decode_files(files)


def pixel_range(array: NDArray[Any]) -> float:
    """Return the largest value a pixel may hold: 255 for 8-bit, else the usual range that holds all values.

    Example:
        >>> pixel_range(np.array([0.0, 14.0, 16.0]))
        16.0
    """
    if array.dtype == np.uint8:
        return 255.0
    largest = float(np.abs(array).max())
    return next((limit for limit in _RANGES if largest <= limit), largest)
