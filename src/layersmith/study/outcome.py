"""A finished run, as its folder holds it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from layersmith import backend
from layersmith.data import Preprocess
from layersmith.records import Trial
from layersmith.space import HyperParameters
from layersmith.storage.run_folder import RunFolder
from layersmith.storage.store import StudyStore
from layersmith.study.answer import Answer
from layersmith.study.holdout_rows import HoldoutRows, read_holdout

__all__ = ["Outcome", "load_outcome"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Outcome:
    """A finished run.

    Attributes:
        folder: Where its files are.
        answer: What it says.
        trials: Every trial, by number.
        data: What was inferred about the data: notes, warnings, counts.
        settings: What was asked for.
        space: What was searched.
    """

    folder: RunFolder
    answer: Answer
    trials: tuple[Trial, ...]
    data: Mapping[str, Any]
    settings: Mapping[str, Any]
    space: HyperParameters = field(default_factory=HyperParameters)

    @cached_property
    def model(self) -> Any:
        """The fitted `keras.Model`, on the backend this process runs."""
        backend.start()
        import keras

        return keras.saving.load_model(self.folder.model, safe_mode=True)

    @cached_property
    def preprocess(self) -> Preprocess:
        """From raw rows to model inputs, and back."""
        return Preprocess.from_json(self.folder.preprocess.read_text(encoding="utf-8"))

    @cached_property
    def holdout(self) -> HoldoutRows | None:
        """Truth and predictions of the test rows; None for a run that kept none."""
        return read_holdout(self.folder.test) if self.folder.test.is_file() else None

    @property
    def source(self) -> str:
        """Plain Keras source of the model."""
        return self.folder.source.read_text(encoding="utf-8")


def load_outcome(path: str | Path) -> Outcome:
    """Return the finished run in a folder.

    Args:
        path: The folder.

    Raises:
        RunFolderError: If it holds no run, or one that has not finished.
    """
    folder = RunFolder.open(path)
    answer = folder.read_as("result.json", Answer.from_dict)
    with StudyStore.open(folder.study) as store:
        trials, space = tuple(store.trials()), store.space
    return Outcome(
        folder=folder,
        answer=answer,
        trials=trials,
        data=folder.read("data.json"),
        settings=folder.read("config.json"),
        space=space,
    )
