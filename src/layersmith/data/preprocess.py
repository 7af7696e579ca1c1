"""From raw new rows to model inputs, and from model outputs to the user's own words.

Everything fitted is plain values, written as JSON: no pickle.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layersmith.data.array_map import ArrayMap
from layersmith.data.arrays import to_array
from layersmith.data.categories import CategoryMap
from layersmith.data.dates import DateMap
from layersmith.data.decode import OutputMap
from layersmith.data.forecast import array_frame
from layersmith.data.images import SUFFIXES
from layersmith.data.sources import open_source
from layersmith.data.spec import DataSpec, Kind, Task
from layersmith.data.table_map import TableMap
from layersmith.data.window_map import WindowMap
from layersmith.errors import DataError

if TYPE_CHECKING:
    from layersmith.data.material import Material

__all__ = ["Preprocess"]

_VERSION = 1
_MAX_BYTES = 16 * 1024**3


@dataclass(frozen=True, kw_only=True)
class Preprocess:
    """What was fitted on the training rows.

    Attributes:
        spec: Shapes of what a model takes and gives.
        inputs: How raw rows become arrays.
        outputs: How model outputs become a frame.
    """

    spec: DataSpec
    inputs: TableMap | ArrayMap | WindowMap
    outputs: OutputMap

    def transform(self, source: Any) -> dict[str, NDArray[Any]]:
        """Return model inputs for new rows.

        Args:
            source: Rows as any source `read` understands, the target present or not; images also as one file, a list
                of files or a folder without classes; for a forecast the history up to now, which gives one window.

        Raises:
            SourceNotFoundError: If a path does not exist.
            DataError: If columns are missing, or shapes differ from the training data.
        """
        if isinstance(self.inputs, ArrayMap) and self.inputs.kind is Kind.IMAGE:
            files = _image_paths(source)
            if files is not None:
                return self.inputs.decode_folder(files[0]) if files[0].is_dir() else self.inputs.decode_files(files)
        material = open_source(_as_rows(source), max_bytes=_MAX_BYTES)
        if isinstance(self.inputs, TableMap):
            return self.inputs.arrays(self.inputs.frame_of(material))
        if isinstance(self.inputs, WindowMap):
            return self.inputs.arrays(self._history(material))
        return self.inputs.arrays(self._plain_array(material, self.inputs))

    def _plain_array(self, material: "Material", inputs: ArrayMap) -> NDArray[Any]:
        """A frame of numbers serves as series of one channel."""
        if not isinstance(material.x, pd.DataFrame):
            return material.x
        num_steps = inputs.shape[0]
        numeric = material.x.select_dtypes("number")
        if numeric.shape[1] < num_steps:
            got = f"a frame with {numeric.shape[1]} numeric columns"
            raise DataError(got, expected=f"rows of shape {inputs.shape}", fix="pass an array of that shape")
        return numeric.iloc[:, :num_steps].to_numpy(dtype=np.float64)

    def _history(self, material: "Material") -> pd.DataFrame:
        if isinstance(material.x, pd.DataFrame):
            return material.x
        frame = array_frame(material.x)
        names = self.inputs.names if isinstance(self.inputs, WindowMap) else ()
        return frame.set_axis(list(names), axis=1) if frame.shape[1] == len(names) else frame

    def decode(self, outputs: Any, *, history: Any = None) -> pd.DataFrame:
        """Return predictions as a frame.

        Classification has `prediction` and `probability_<class>`; several targets a column each; a forecast one row
        per step with `date` (or `step`) and the series' name.

        Args:
            outputs: What the model gives, `(rows, num_outputs)`.
            history: For a forecast, the history it was made from; its dates are continued.

        Raises:
            DataError: If outputs have another shape.
        """
        array = to_array(outputs, "outputs")
        if not isinstance(self.inputs, WindowMap):
            return self.outputs.frame(array)
        frame = None if history is None else self._history(open_source(history, max_bytes=_MAX_BYTES))
        return self.outputs.steps(array, self.inputs.dates_after(frame))

    def to_json(self) -> str:
        """Return it as JSON text; `from_json` reads it back."""
        return json.dumps({"version": _VERSION, **asdict(self)}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> "Preprocess":
        """Rebuild from `to_json`.

        Raises:
            DataError: If the text is something else.
        """
        try:
            data = json.loads(text)
            kind, task = Kind(data["spec"]["kind"]), Task(data["spec"]["task"])
            spec = DataSpec(**{**_tupled(data["spec"]), "kind": kind, "task": task})
            outputs = OutputMap(**{**_tupled(data["outputs"]), "task": task})
            return cls(spec=spec, inputs=_inputs(kind, data["inputs"]), outputs=outputs)
        except (ValueError, TypeError, KeyError) as error:
            got = f"text that is no preprocessing ({type(error).__name__}: {error})"
            raise DataError(got, expected="JSON as Preprocess.to_json writes it", fix="use preprocess.json") from error


def _tupled(data: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}


def _inputs(kind: Kind, data: dict[str, Any]) -> TableMap | ArrayMap | WindowMap:
    if kind is Kind.FORECAST:
        return WindowMap(**_tupled(data))
    if kind is not Kind.TABLE:
        return ArrayMap(kind=kind, shape=tuple(data["shape"]))
    dates = tuple(DateMap(**_tupled(date)) for date in data["dates"])
    categories = tuple(CategoryMap(**_tupled(category)) for category in data["categories"])
    return TableMap(**{**_tupled(data), "dates": dates, "categories": categories})


def _image_paths(source: Any) -> list[Path] | None:
    """Return the image files, or the one folder, that a source names; `None` if it names none."""
    if isinstance(source, str | os.PathLike):
        path = Path(os.fspath(source))
        return [path] if path.is_dir() or path.suffix.casefold() in SUFFIXES else None
    if isinstance(source, list | tuple) and source and all(isinstance(entry, str | os.PathLike) for entry in source):
        return [Path(os.fspath(entry)) for entry in source]
    return None


def _as_rows(source: Any) -> Any:
    """A list of dictionaries, or a dictionary of columns, is what people have for a few new rows."""
    if isinstance(source, dict):
        scalar = all(np.ndim(value) == 0 for value in source.values())
        return pd.DataFrame([source] if scalar else source)
    if isinstance(source, list) and source and isinstance(source[0], dict):
        return pd.DataFrame(source)
    return source
