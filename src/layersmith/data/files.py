"""Files of rows: CSV, TSV and Parquet."""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from layersmith.data.archives import read_archive
from layersmith.data.material import Material
from layersmith.data.missing import MARKS
from layersmith.errors import DataError, SourceNotFoundError

__all__ = ["READERS", "read_file"]

_DELIMITERS = (",", ";", "\t")
_DECIMAL_COMMA = re.compile(r"(?<![\d.,])\d+,\d+(?![\d.,])")
_SAMPLE_LINES = 50


def read_file(path: Path) -> Material:
    """Read one file by its extension.

    Raises:
        SourceNotFoundError: If it does not exist.
        DataError: If the extension is unknown, or the file is empty or broken.
    """
    if not path.exists():
        got = f"no file or folder {str(path)!r}"
        raise SourceNotFoundError(got, expected="an existing file or folder", fix="check the path")
    name = path.name.casefold()
    reader = next((reader for suffix, reader in READERS.items() if name.endswith(suffix)), None)
    if reader is None:
        got = f"unknown extension {path.suffix!r} of {path.name!r}"
        raise DataError(got, expected=f"one of: {', '.join(READERS)}", fix="convert the file to CSV or Parquet")
    if path.stat().st_size == 0:
        raise DataError(f"file {path.name!r} is empty", expected="a header and rows", fix="check how it was written")
    return reader(path)


def _read_text(path: Path) -> Material:
    lines = _first_lines(path)
    delimiter = _delimiter(lines)
    decimal = "," if delimiter == ";" and any(_DECIMAL_COMMA.search(line) for line in lines[1:]) else "."
    _check_header(lines[0], delimiter, path)
    try:
        frame = pd.read_csv(
            path, sep=delimiter, decimal=decimal, skipinitialspace=True, keep_default_na=False, na_values=list(MARKS),
            low_memory=False,
        )  # fmt: skip
    except (pd.errors.ParserError, UnicodeDecodeError, OSError, EOFError, zlib.error) as error:
        got = f"{path.name!r} cannot be read as a table: {error}"
        raise DataError(
            got, expected="UTF-8 text, as many cells in every row", fix="check that line, and that the file is whole"
        ) from error
    _check_rows(frame, path)
    said = [f"delimiter of {path.name}: {_in_words(delimiter)}"] if delimiter != "," else []
    said += ["decimal comma: 1,5 is read as 1.5"] if decimal == "," else []
    return Material(x=frame, source=path.name, notes=tuple(said))


def _first_lines(path: Path) -> list[str]:
    try:
        with path.open("rb") as raw, gzip.open(raw) if path.suffix == ".gz" else raw as packed:
            file = io.TextIOWrapper(packed, encoding="utf-8-sig")
            lines = [line.rstrip("\r\n") for _, line in zip(range(_SAMPLE_LINES), file, strict=False)]
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        got = f"{path.name!r} cannot be read as text: {error}"
        raise DataError(got, expected="a UTF-8 text file", fix="save it again as UTF-8 CSV") from error
    lines = [line for line in lines if line.strip()]
    if not lines:
        raise DataError(f"file {path.name!r} is empty", expected="a header and rows", fix="check how it was written")
    return lines


def _delimiter(lines: list[str]) -> str:
    """Return the delimiter that cuts header and first row into most cells; quoted ones do not count."""
    counts = {mark: min(len(_cells(line, mark)) for line in lines[:2]) for mark in _DELIMITERS}
    return max(counts, key=lambda mark: counts[mark])


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True))


def _check_header(header: str, delimiter: str, path: Path) -> None:
    """Pandas renames repeated columns in silence."""
    names = [name.strip() for name in _cells(header, delimiter)]
    repeated = sorted({name for name in names if names.count(name) > 1 and name})
    if repeated:
        got = f"{path.name!r} has several columns {repeated[0]!r}"
        raise DataError(got, expected="distinct column names", fix="rename or drop one of them")


def _in_words(delimiter: str) -> str:
    return {";": "semicolon", "\t": "tab"}[delimiter]


def _read_parquet(path: Path) -> Material:
    import pyarrow

    try:
        frame = pd.read_parquet(path)
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        got = f"{path.name!r} cannot be read as Parquet: {error}"
        raise DataError(got, expected="a Parquet file", fix="write it again with DataFrame.to_parquet") from error
    _check_rows(frame, path)
    return Material(x=frame, source=path.name)


def _check_rows(frame: pd.DataFrame, path: Path) -> None:
    if frame.shape[0] == 0:
        got = f"{path.name!r} has a header with {frame.shape[1]} column(s) and no rows"
        raise DataError(got, expected="at least one row", fix="check how it was written")


READERS: dict[str, Callable[[Path], Material]] = {
    ".csv": _read_text,
    ".csv.gz": _read_text,
    ".tsv": _read_text,
    ".tsv.gz": _read_text,
    ".parquet": _read_parquet,
    ".npz": read_archive,
}
