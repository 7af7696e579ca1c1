"""A run is a folder: where its files are, and who may write there."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from layersmith.errors import RunFolderError
from layersmith.exporters.atomic import write_text

__all__ = ["RunFolder"]

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
        self.checkpoints = self.path / "checkpoints"

    @classmethod
    def check_free(cls, path: str | Path) -> "RunFolder":
        """Return the folder if a new run may be written there, without writing anything yet.

        Raises:
            RunFolderError: If it is a file, holds a run, or holds anything else.
        """
        folder = cls(path)
        if folder.path.exists() and not folder.path.is_dir():
            got = f"{folder.path} is a file"
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
        except FileNotFoundError:
            found = None
        except ValueError as error:
            got = f"{path} is damaged ({error})"
            raise RunFolderError(got, expected="the JSON a search wrote", fix="run the search again") from error
        if not isinstance(found, dict):
            got = f"{path} is missing"
            fix = f"finish the run with `layersmith resume {self.path}`"
            raise RunFolderError(got, expected="a finished run", fix=fix)
        return found
