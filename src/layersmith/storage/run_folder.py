"""A run is a folder: where its files are, and who may write there."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from layersmith.errors import RunFolderError
from layersmith.exporters.atomic import write_text

__all__ = ["RunFolder", "check_file"]

_Parsed = TypeVar("_Parsed")

_MARKER = "config.json"


class RunFolder:
    """The files of one run.

    Args:
        path: The folder.

    Example:
        >>> RunFolder("runs/digits").model.name
        'model.keras'
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.study = self.path / "study.db"
        self.model = self.path / "model.keras"
        self.source = self.path / "model.py"
        self.preprocess = self.path / "preprocess.json"
        self.report = self.path / "report.html"
        self.trials = self.path / "trials.csv"
        self.test = self.path / "test.npz"
        self.checkpoints = self.path / "checkpoints"

    @classmethod
    def check_free(cls, path: str | Path) -> "RunFolder":
        """Return the folder if a new run may be written there, without writing anything yet.

        Raises:
            RunFolderError: If it is a file, holds a run, or holds anything else.
        """
        folder = cls(path)
        existing = next(place for place in (folder.path.absolute(), *folder.path.absolute().parents) if place.exists())
        if not existing.is_dir():
            got = f"{existing} is a file"
            raise RunFolderError(got, expected="a folder that is new or empty", fix="name another folder with --out")
        if (folder.path / _MARKER).exists():
            raise RunFolderError(
                f"{folder.path} holds another run",
                expected="a folder that is new or empty",
                fix=f"go on with `layersmith resume {folder.path}`, or name another folder with --out",
            )
        if folder.path.is_dir() and any(folder.path.iterdir()):
            got = f"{folder.path} is not empty and holds no run"
            raise RunFolderError(got, expected="a folder that is new or empty", fix="name another folder with --out")
        return folder

    @classmethod
    def open(cls, path: str | Path) -> "RunFolder":
        """Return the folder of an existing run.

        Raises:
            RunFolderError: If there is none.
        """
        folder = cls(path)
        if (folder.path / _MARKER).is_file():
            return folder
        got = f"{folder.path} holds no run" if folder.path.exists() else f"there is no folder {folder.path}"
        raise RunFolderError(
            got, expected="a folder written by `layersmith search`", fix="name the folder that --out named"
        )

    def create(self) -> None:
        """Make the folder.

        Raises:
            RunFolderError: If the system does not let it.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            got = f"the folder {self.path} cannot be made ({error})"
            fix = "name another folder with --out"
            raise RunFolderError(got, expected="a place that can be written", fix=fix) from error

    def write(self, name: str, data: Mapping[str, Any]) -> None:
        """Write `data` as JSON to the file `name`, whole or not at all."""
        write_text(self.path / name, json.dumps(data, indent=2, ensure_ascii=False, allow_nan=True) + "\n")

    def read(self, name: str) -> dict[str, Any]:
        """Return the JSON of the file `name`.

        Raises:
            RunFolderError: If it is missing or damaged.
        """
        path = self.path / name
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            got = f"{path} is missing"
            fix = f"finish the run with `layersmith resume {self.path}`"
            raise RunFolderError(got, expected="a finished run", fix=fix) from error
        except ValueError as error:
            raise _damaged(path, str(error)) from error
        if not isinstance(found, dict):
            raise _damaged(path, f"it holds a {type(found).__name__}")
        return found

    def read_as(self, name: str, parse: Callable[[dict[str, Any]], _Parsed]) -> _Parsed:
        """Return what `parse` makes of the JSON of the file `name`.

        Args:
            name: The file.
            parse: Rebuilds an object from plain data.

        Raises:
            RunFolderError: If it is missing, damaged, or not what `parse` takes.
        """
        found = self.read(name)
        try:
            return parse(found)
        except (AttributeError, KeyError, TypeError) as error:
            raise _damaged(self.path / name, f"{type(error).__name__}: {error}") from error


def check_file(path: str | Path) -> Path:
    """Return the path if a file may be written there.

    Args:
        path: A file, there already or not.

    Raises:
        RunFolderError: If it is a folder, or lies below a file.

    Example:
        >>> check_file("predictions.csv").name
        'predictions.csv'
    """
    whole = Path(path).absolute()
    if whole.is_dir():
        fix = f"name a file in it, such as {Path(path) / 'output'}"
        raise RunFolderError(f"{path} is a folder", expected="the name of a file", fix=fix)
    above = next(place for place in whole.parents if place.exists())
    if not above.is_dir():
        raise RunFolderError(f"{above} is a file", expected="a folder to write into", fix="name another place")
    return Path(path)


def _damaged(path: Path, why: str) -> RunFolderError:
    return RunFolderError(f"{path} is damaged ({why})", expected="the JSON a search wrote", fix="run the search again")
