"""What a trial needs to go on after its process was stopped: the model and its optimizer after the last epoch.

It is written after an epoch, so seldom that writing takes a twentieth of the time, and when the user interrupts.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layersmith.exporters.atomic import replacing
from layersmith.keras_tuner.engine.best_weights import BestWeights
from layersmith.keras_tuner.engine.trial import Curves

__all__ = ["Interruption", "Standing"]

_SHARE = 20  # times as long as the last writing took, at least, between two


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far a trial has come.

    Attributes:
        epochs: Epochs of the present execution that are done.
        finished: Curves of the executions that are done.
        curves: Those of the present one so far.
        best: The best objective so far.
    """

    epochs: int
    finished: list[Curves] = field(default_factory=list)
    curves: Curves = field(default_factory=dict)
    best: float | None = None


class Interruption:
    """The file a trial goes on from.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._next = 0.0

    def read(self) -> Standing | None:
        """Return how far the trial had come, or None where nothing was written."""
        if not self._path.is_file():
            return None
        with np.load(self._path, allow_pickle=False) as kept:
            return Standing(**json.loads(str(kept["standing"])))

    @property
    def is_due(self) -> bool:
        """Whether it is time to write."""
        return time.monotonic() >= self._next

    def write(self, model: Any, best: BestWeights, standing: Standing) -> None:
        """Write how far a trial has come.

        Args:
            model: As it is after the last epoch.
            best: The best weights so far.
            standing: How far the trial has come.
        """
        started = time.monotonic()
        arrays = {
            **_named("variable", model.variables),
            **_named("optimizer", model.optimizer.variables),
            **_named("best", best.weights or ()),
        }
        with replacing(self._path) as temporary, temporary.open("wb") as file:
            np.savez(file, allow_pickle=False, standing=np.array(json.dumps(asdict(standing))), **arrays)
        now = time.monotonic()
        self._next = now + _SHARE * (now - started)

    def restore(self, model: Any, best: BestWeights) -> None:
        """Give a model and its optimizer what was written.

        Args:
            model: A model like the one that was written.
            best: Takes over the best weights.
        """
        model.optimizer.build(model.trainable_variables)
        with np.load(self._path, allow_pickle=False) as kept:
            for name, variables in (("variable", model.variables), ("optimizer", model.optimizer.variables)):
                for variable, value in zip(variables, _in_order(kept, name), strict=True):
                    variable.assign(value)
            best.value = Standing(**json.loads(str(kept["standing"]))).best
            best.weights = _in_order(kept, "best") or None

    def drop(self) -> None:
        """Remove the file."""
        self._path.unlink(missing_ok=True)


def _named(kind: str, values: Sequence[Any]) -> dict[str, NDArray[Any]]:
    return {f"{kind}_{place}": _plain(value) for place, value in enumerate(values)}


def _plain(value: Any) -> NDArray[Any]:
    """Return a variable as an array of NumPy's own types; bfloat16 is none of them."""
    import keras

    array = np.asarray(keras.ops.convert_to_numpy(value))
    return array.astype(np.float32) if array.dtype.kind == "V" else array


def _in_order(kept: Any, kind: str) -> list[NDArray[Any]]:
    count = sum(name.startswith(f"{kind}_") for name in kept.files)
    return [kept[f"{kind}_{place}"] for place in range(count)]
