"""Any source the library understands, opened."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layersmith.data.arrays import to_array
from layersmith.data.material import Material
from layersmith.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["open_source", "plain_frame"]

_EXPECTED = (
    "an array, a DataFrame, a path to CSV, TSV, Parquet, .npz or a folder of images, a loader of batches, "
    "or 'sklearn:digits'"
)


def open_source(source: Any, y: Any = None, *, max_bytes: int) -> Material:
    """Open a source, whatever it is; nothing is inferred yet.

    Args:
        source: What the user gave.
        y: Targets, where they are apart from the source.
        max_bytes: Bytes at most that a loader or a folder of images is materialised to.

    Raises:
        SourceNotFoundError: If a path does not exist.
        DataError: If the source is nothing of the above, or broken.

    Example:
        >>> open_source("sklearn:wine", max_bytes=10**6).num_rows
        178
    """
    if source is None or isinstance(source, bytes | bytearray | bool | int | float | complex):
        shown = "None" if source is None else f"a {type(source).__name__}"
        raise DataError(f"the source is {shown}", expected=_EXPECTED, fix="pass the data or its path")
    if isinstance(source, str | os.PathLike):
        if not os.fspath(source):
            raise DataError("the source is an empty text", expected=_EXPECTED, fix="pass the data or its path")
        return _with_targets(_open_path(os.fspath(source), max_bytes), y)
    if _is_polars(source) or _is_pandas(source):
        return Material(x=plain_frame(source), y=_plain_targets(y), source="DataFrame")
    if isinstance(source, dict | set):
        fix = "use pandas.DataFrame(source), or pass x and y as arrays"
        raise DataError(f"the source is a {type(source).__name__}", expected=_EXPECTED, fix=fix)
    return _open_object(source, y, max_bytes)


def _open_object(source: Any, y: Any, max_bytes: int) -> Material:
    from layersmith.data.loaders import is_loader, read_loader

    if hasattr(source, "toarray"):
        raise DataError(f"a sparse {type(source).__name__}", expected="a dense array", fix="pass source.toarray()")
    if isinstance(source, tuple) and len(source) == 2 and all(hasattr(part, "shape") for part in source):
        raise DataError("a pair of arrays as the source", expected="x and y apart", fix="pass x, y as two arguments")
    if not is_loader(source):
        if not hasattr(source, "__array__") and not isinstance(source, list | tuple):
            raise DataError(f"the source is a {type(source).__name__}", expected=_EXPECTED, fix="pass arrays x and y")
        return Material(x=to_array(source, "x"), y=_plain_targets(y))
    if y is not None:
        got = f"a loader {type(source).__name__} and y besides"
        raise DataError(got, expected="targets inside the loader", fix="let the loader hand out (x, y), leave y out")
    return read_loader(source, max_bytes=max_bytes)


def _open_path(path: str, max_bytes: int) -> Material:
    if path.startswith("sklearn:"):
        from layersmith.data.samples import read_sample

        return read_sample(path)
    if Path(path).is_dir():
        from layersmith.data.images import read_image_folder

        return read_image_folder(Path(path), max_bytes=max_bytes)
    from layersmith.data.files import read_file

    return read_file(Path(path))


def _with_targets(material: Material, y: Any) -> Material:
    from dataclasses import replace

    if y is None:
        return material
    if material.y is not None:
        got = f"y was given, and {material.source} holds targets of its own"
        raise DataError(got, expected="targets from one place", fix="leave y out")
    return replace(material, y=_plain_targets(y))


def _is_polars(source: Any) -> bool:
    """Whether this is a polars object, without importing polars."""
    return type(source).__module__.split(".")[0] == "polars"


def _is_pandas(source: Any) -> bool:
    return type(source).__module__.split(".")[0] == "pandas"


def plain_frame(source: Any) -> "pd.DataFrame":
    """Return a pandas frame with text names and rows numbered from 0; an index of dates is kept.

    Raises:
        DataError: If it has no rows, or two columns of one name.
    """
    import pandas as pd

    if _is_polars(source):
        collected = source.collect() if hasattr(source, "collect") else source
        source = collected.to_pandas()
    frame = source.to_frame() if isinstance(source, pd.Series) else source
    frame = frame.set_axis([str(name) for name in frame.columns], axis=1)
    if not isinstance(frame.index, pd.DatetimeIndex | pd.PeriodIndex):
        frame = frame.reset_index(drop=True)
    if frame.shape[0] == 0 or frame.shape[1] == 0:
        got = f"the DataFrame has shape {frame.shape}"
        raise DataError(got, expected="at least one row and one column", fix="check how it was filtered")
    repeated = frame.columns[frame.columns.duplicated()]
    if len(repeated):
        got = f"the DataFrame has several columns {str(repeated[0])!r}"
        raise DataError(got, expected="distinct column names", fix="rename or drop one of them")
    return frame


def _plain_targets(y: Any) -> Any:
    """Return targets as pandas or NumPy has them; polars is converted.

    Raises:
        DataError: If they are the name of a column.
    """
    if isinstance(y, str):
        got = f"y is the text {y!r}"
        raise DataError(got, expected="an array of targets", fix=f"pass target={y!r} to name a column")
    return y.to_pandas() if _is_polars(y) else y
