"""The features that the models of a fold see: what is fitted, is fitted on the fold's training rows."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import clone

from layersmith.data.arrays import check_finite, check_no_missing
from layersmith.errors import DataError
from layersmith.experiments.sample import Features, Sample
from layersmith.records import Indices, Split

__all__ = ["FoldFeatures"]


class FoldFeatures:
    """Features of all rows, fold by fold; what a fold needs is made once, for all models.

    Args:
        sample: The rows.
        splits: The folds.
        preprocessing: A scikit-learn transformer, fitted anew for each fold; None for none.

    Raises:
        DataError: If `preprocessing` is no transformer, or there are several arrays to fit it on.

    Example:
        >>> from sklearn.preprocessing import StandardScaler
        >>> from layersmith.experiments.sample import read_sample
        >>> sample = read_sample(np.arange(6.0)[:, None], [0, 1] * 3)
        >>> split = Split(train=np.arange(4), validation=np.arange(4, 6))
        >>> round(abs(float(FoldFeatures(sample, [split], StandardScaler()).of(0)["x"][:4].mean())), 6)
        0.0
    """

    def __init__(self, sample: Sample, splits: Sequence[Split], preprocessing: Any = None) -> None:
        _require_transformer(preprocessing, sample)
        self._sample, self._splits, self._preprocessing = sample, splits, preprocessing
        self._made: dict[int, Features] = {}

    def of(self, fold: int) -> Features:
        """Return the features of all rows `(rows, ...)` by input name, as a fold's models see them.

        Raises:
            DataError: If a number is missing or infinite, or preprocessing gives no array of numbers.
        """
        if fold not in self._made:
            self._made[fold] = self._fitted(self._splits[fold].train)
        return self._made[fold]

    def _fitted(self, rows: Indices) -> Features:
        sample = self._sample
        if self._preprocessing is None:
            found = sample.features(rows)
        else:
            transformer, raw = clone(self._preprocessing), sample.raw
            taken = raw.iloc[rows] if hasattr(raw, "iloc") else raw[rows]
            transformer.fit(taken, sample.targets[rows])
            found = {"x": _as_numbers(transformer.transform(raw), len(sample.targets))}
        for name, values in found.items():
            check_finite(values, name)
            check_no_missing(values, name)
        return found


def _as_numbers(values: Any, num_rows: int) -> Any:
    array = np.asarray(values.toarray() if hasattr(values, "toarray") else values)
    if array.dtype.kind not in "biuf" or len(array) != num_rows:
        got = f"preprocessing gives {array.dtype} of shape {array.shape}"
        raise DataError(got, expected=f"{num_rows} rows of numbers", fix="use a transformer that keeps rows")
    return array.astype(np.float32)


def _require_transformer(preprocessing: Any, sample: Sample) -> None:
    if preprocessing is None:
        return
    if not all(hasattr(preprocessing, name) for name in ("fit", "transform", "get_params")):
        got = f"preprocessing is {type(preprocessing).__name__}"
        raise DataError(got, expected="a scikit-learn transformer", fix="use StandardScaler(), or make_pipeline(...)")
    if sample.raw is None:
        got = "preprocessing for several arrays"
        raise DataError(got, expected="one array or frame", fix="put Normalization layers into the model instead")
