"""Folders of images: one sub-folder per class, decoded to one array."""

import statistics
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from layersmith.data.material import Material
from layersmith.errors import DataError, SourceNotFoundError
from layersmith.records import Indices

__all__ = ["SUFFIXES", "decode_images", "image_files", "read_image_folder"]

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif")
_MAX_SIDE = 128
_TRAIN_NAMES = {"train", "training", "val", "valid", "validation"}
_TEST_NAMES = {"test", "testing"}
_LAYOUT = "one sub-folder per class with PNG, JPEG, BMP or GIF files in it"


def image_files(folder: Path) -> list[Path]:
    """Return the image files in a folder and below, sorted by path."""
    return sorted(file for file in folder.rglob("*") if file.suffix.casefold() in SUFFIXES and file.is_file())


def read_image_folder(folder: Path, *, max_bytes: int) -> Material:
    """Read a folder with one sub-folder per class, or with `train` and `test` folders of such.

    Images of different sizes are resized to their median size, at most 128 a side. Grey images keep one channel; as
    soon as one image is in colour all are RGB.

    Args:
        folder: The folder.
        max_bytes: Bytes at most that the decoded images may take.

    Raises:
        DataError: If the layout is another, a class is empty, or a file cannot be decoded.
    """
    parts = _sub_folders(folder)
    split = {part.name.casefold() for part in parts}
    if split & _TRAIN_NAMES and split & _TEST_NAMES and split <= _TRAIN_NAMES | _TEST_NAMES:
        return _read_split(folder, parts, max_bytes)
    files, names = _by_class(folder, parts)
    return _material(folder, files, names, None, max_bytes)


def _sub_folders(folder: Path) -> list[Path]:
    parts = sorted(part for part in folder.iterdir() if part.is_dir() and not part.name.startswith("."))
    if not image_files(folder):
        raise DataError(f"folder {str(folder)!r} holds no images", expected=_LAYOUT, fix="name the folder above them")
    if not parts:
        got = f"folder {str(folder)!r} holds images, but no sub-folders"
        raise DataError(got, expected=_LAYOUT, fix="move the images of each class into a folder of its own")
    return parts


def _by_class(folder: Path, parts: list[Path]) -> tuple[list[Path], list[str]]:
    if len(parts) == 1:
        got = f"folder {str(folder)!r} holds one class only: {parts[0].name!r}"
        raise DataError(got, expected="two classes or more", fix="add a sub-folder for another class")
    files: list[Path] = []
    names: list[str] = []
    for part in parts:
        found = image_files(part)
        if not found:
            got = f"class folder {part.name!r} holds no images"
            raise DataError(got, expected="images in every class folder", fix="fill it or remove it")
        files += found
        names += [part.name] * len(found)
    return files, names


def _read_split(folder: Path, parts: list[Path], max_bytes: int) -> Material:
    files: list[Path] = []
    names: list[str] = []
    tested: list[bool] = []
    for part in parts:
        found, labels = _by_class(part, _sub_folders(part))
        files, names = files + found, names + labels
        tested += [part.name.casefold() in _TEST_NAMES] * len(found)
    test: Indices = np.flatnonzero(tested).astype(np.int64)
    trained = {name for name, is_test in zip(names, tested, strict=True) if not is_test}
    unknown = sorted(set(names) - trained)
    if unknown:
        got = f"class {unknown[0]!r} is in the test folder, but not in the train folder"
        raise DataError(got, expected="the same classes in both", fix="add training images of it, or remove it")
    material = _material(folder, files, names, test, max_bytes)
    return material.noting(f"holdout: the {len(test)} images of the test folder")


def _material(folder: Path, files: list[Path], names: list[str], test: Indices | None, max_bytes: int) -> Material:
    array, notes = decode_images(files, max_bytes=max_bytes)
    source = f"folder {folder.name} ({len(files)} images)"
    return Material(x=array, y=np.array(names), source=source, holdout=test, target_names=("class",), notes=notes)


def decode_images(
    files: list[Path], *, shape: tuple[int, ...] | None = None, max_bytes: int | None = None
) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """Decode files to `(files, height, width, channels)` uint8.

    Args:
        files: Image files.
        shape: Height, width and channels wanted; found from the files if not given.
        max_bytes: Bytes at most.

    Returns:
        The array, and notes on what was resized.

    Raises:
        DataError: If a file cannot be decoded, or all together are larger than `max_bytes`.
    """
    notes: tuple[str, ...] = ()
    if shape is None:
        shape, notes = _common_shape(files)
    needed = len(files) * int(np.prod(shape))
    if max_bytes is not None and needed > max_bytes:
        got = f"{len(files)} images of {shape} take {needed:,} bytes"
        raise DataError(got, expected=f"at most max_bytes = {max_bytes:,}", fix="raise max_bytes, or use fewer images")
    array = np.empty((len(files), *shape), dtype=np.uint8)
    for i, file in enumerate(files):
        array[i] = _decode(file, shape)
    return array, notes


def _common_shape(files: list[Path]) -> tuple[tuple[int, int, int], tuple[str, ...]]:
    facts = [_facts(file) for file in files]
    channels = 1 if all(grey for _, _, grey in facts) else 3
    sizes = sorted({(height, width) for height, width, _ in facts})
    height, width = (min(_MAX_SIDE, int(statistics.median(fact[axis] for fact in facts))) for axis in (0, 1))
    if sizes == [(height, width)]:
        return (height, width, channels), ()
    (low_h, low_w), (high_h, high_w) = sizes[0], sizes[-1]
    note = f"images of {len(sizes)} size(s), {low_h}×{low_w} to {high_h}×{high_w}, were resized to {height}×{width}"
    return (height, width, channels), (note,)


def _facts(file: Path) -> tuple[int, int, bool]:
    """Return height, width and whether the image is grey, from its header alone."""
    try:
        with Image.open(file) as image:
            return image.height, image.width, image.mode in ("1", "L", "LA")
    except FileNotFoundError as error:
        raise SourceNotFoundError(f"no file {str(file)!r}", expected="an image file", fix="check the path") from error
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _corrupt(file, error) from error


def _decode(file: Path, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    height, width, channels = shape
    try:
        with Image.open(file) as image:
            plain = image.convert("L" if channels == 1 else "RGB")
    except FileNotFoundError as error:
        raise SourceNotFoundError(f"no file {str(file)!r}", expected="an image file", fix="check the path") from error
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _corrupt(file, error) from error
    if plain.size != (width, height):
        plain = plain.resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(plain, dtype=np.uint8).reshape(shape)


def _corrupt(file: Path, error: Exception) -> DataError:
    got = f"image {str(file)!r} cannot be decoded ({error})"
    return DataError(got, expected="a whole PNG, JPEG, BMP or GIF file", fix="replace that file or remove it")
