"""NumPy archives (`.npz`): `x` and `y` with the user's own split, or `x_train ... y_test`."""

import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layersmith.data.arrays import check_indices, check_lengths, to_array
from layersmith.data.material import Material
from layersmith.errors import DataError

__all__ = ["read_archive"]

_EXPECTED = "keys x and y, or x_train, y_train, x_test and y_test"


def read_archive(path: Path) -> Material:
    """Read an archive of arrays.

    Keys: `x` and `y`, optionally `train` and `test` row indices (`test` becomes the holdout) and `classes`, the names
    of integer labels; or `x_train`, `y_train`, `x_test`, `y_test`, where the test arrays become the holdout.

    Raises:
        DataError: If the keys are others, an array holds Python objects, or the indices are wrong.
    """
    arrays = _load(path)
    if "x" in arrays:
        return _plain(arrays, path)
    if {"x_train", "y_train"} <= set(arrays):
        return _train_and_test(arrays, path)
    got = f"{path.name!r} holds {', '.join(sorted(arrays)) or 'nothing'}"
    raise DataError(got, expected=_EXPECTED, fix="np.savez(path, x=features, y=target)")


def _load(path: Path) -> dict[str, NDArray[Any]]:
    if not zipfile.is_zipfile(path):
        raise DataError(f"{path.name!r} is no NumPy archive", expected=_EXPECTED, fix="write it with np.savez")
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {key: archive[key] for key in archive.files}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        got = f"{path.name!r} cannot be read as a NumPy archive: {error}"
        raise DataError(got, expected=_EXPECTED, fix="write it again with np.savez") from error
    except ValueError as error:
        got = f"{path.name!r} holds pickled Python objects ({error})"
        fix = "save plain arrays of numbers; text as dtype str, not object"
        raise DataError(got, expected="arrays that load without pickle", fix=fix) from error


def _plain(arrays: dict[str, NDArray[Any]], path: Path) -> Material:
    x = to_array(arrays["x"], "x")
    if "y" in arrays:
        check_lengths(len(x), len(np.atleast_1d(arrays["y"])))
    classes = tuple(str(name) for name in np.atleast_1d(arrays.get("classes", np.array([], dtype=str))))
    material = Material(x=x, y=arrays.get("y"), source=path.name, classes=classes)
    if "test" not in arrays:
        return material
    test = check_indices(arrays["test"], len(x), "test")
    if "train" in arrays:
        train = check_indices(arrays["train"], len(x), "train")
        _check_disjoint(train, test)
        unused = len(x) - len(train) - len(test)
        if unused:
            material = material.noting(f"{unused} rows are in neither train nor test: the search may use them")
    return material.holding_out(test).noting(f"holdout: the {len(test)} rows of the key 'test'")


def _check_disjoint(train: NDArray[np.int64], test: NDArray[np.int64]) -> None:
    both = np.intersect1d(train, test)
    if len(both):
        got = f"train and test overlap in {len(both)} row(s), the first is row {both[0]}"
        raise DataError(got, expected="disjoint row indices", fix="remove the test rows from train")


def _train_and_test(arrays: dict[str, NDArray[Any]], path: Path) -> Material:
    x, y = to_array(arrays["x_train"], "x_train"), to_array(arrays["y_train"], "y_train")
    check_lengths(len(x), len(y), "y_train")
    if "x_test" not in arrays or "y_test" not in arrays:
        return Material(x=x, y=y, source=path.name)
    x_test, y_test = to_array(arrays["x_test"], "x_test"), to_array(arrays["y_test"], "y_test")
    check_lengths(len(x_test), len(y_test), "y_test")
    if x.shape[1:] != x_test.shape[1:] or y.shape[1:] != y_test.shape[1:]:
        got = f"x_train rows of shape {x.shape[1:]} and x_test rows of {x_test.shape[1:]}"
        raise DataError(got, expected="rows of one shape", fix="prepare both alike")
    material = Material(x=np.concatenate([x, x_test]), y=np.concatenate([y, y_test]), source=path.name)
    rows = len(x) + np.arange(len(x_test))
    return material.holding_out(rows).noting(f"holdout: the {len(rows)} rows of x_test")
