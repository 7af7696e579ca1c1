"""Small data sets that come with scikit-learn, by name: `sklearn:digits`."""

import numpy as np
import pandas as pd

from layersmith.data.material import Material
from layersmith.errors import DataError, nearest

__all__ = ["PREFIX", "SAMPLES", "read_sample"]

PREFIX = "sklearn:"
SAMPLES = {
    "breast_cancer": "load_breast_cancer",
    "diabetes": "load_diabetes",
    "digits": "load_digits",
    "iris": "load_iris",
    "wine": "load_wine",
}


def read_sample(source: str) -> Material:
    """Read `sklearn:NAME`; digits gives images `(1797, 8, 8)`, the others tables.

    Raises:
        DataError: If there is no such data set.

    Example:
        >>> read_sample("sklearn:iris").x.shape
        (150, 4)
    """
    name = source.removeprefix(PREFIX)
    if name not in SAMPLES:
        close = nearest(name, SAMPLES)
        fix = f"use '{PREFIX}{close}'" if close else f"use '{PREFIX}digits'"
        raise DataError(f"no data set {name!r} in scikit-learn", expected=f"one of: {', '.join(SAMPLES)}", fix=fix)
    import sklearn.datasets

    bunch = getattr(sklearn.datasets, SAMPLES[name])()
    if name == "digits":
        return Material(x=bunch.images.astype(np.float32), y=bunch.target, source=source)
    frame = pd.DataFrame(bunch.data, columns=[str(feature) for feature in bunch.feature_names])
    classes = tuple(str(label) for label in bunch.get("target_names", ()))
    return Material(x=frame, y=bunch.target, source=source, classes=classes)
