"""Searches in this process whose trainings last a few epochs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from layersmith.data import ReadOptions
from layersmith.engine.job import Begun
from layersmith.records import Candidate, Training, Trial
from layersmith.storage.run_folder import RunFolder
from layersmith.study.budget import Budget
from layersmith.study.outcome import Outcome
from layersmith.study.progress import SilentProgress
from layersmith.study.settings import Settings


class Diary(SilentProgress):
    """Progress that is written down: `(what, text)` in order."""

    def __init__(self, hear: Callable[[str, str], None] = lambda what, text: None) -> None:
        self.lines: list[tuple[str, str]] = []
        self._hear = hear

    def note(self, what: str, text: str) -> None:
        self.lines.append((what, text))
        self._hear(what, text)

    def say(self, text: str) -> None:
        self.note("say", text)

    def step(self, title: str, left: float | None) -> "Entry":
        return Entry(self, title)

    def titles(self) -> list[str]:
        return [text for what, text in self.lines if what == "begin"]


class Entry:
    """A step that is written down: `begin`, `epoch` and `end`, each with its title."""

    def __init__(self, diary: Diary, title: str) -> None:
        self._diary, self._title = diary, title

    def begin(self) -> None:
        self._diary.note("begin", self._title)

    def epoch(self, epoch: int, metrics: Any) -> None:
        self._diary.note("epoch", self._title)

    def end(self, trial: Trial | None, best: str) -> None:
        self._diary.note("end", self._title)


def rows(num_rows: int = 640, *, seed: int = 0) -> pd.DataFrame:
    """Two amounts, a town, and a class that depends on them; the last 100 rows are the test's."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(num_rows, 2)), columns=["a", "b"])
    frame["town"] = rng.choice(["north", "south"], num_rows)
    frame["label"] = np.where(frame.a + (frame.town == "north") + rng.normal(0, 0.3, num_rows) > 0.5, "yes", "no")
    frame["split"] = ["train"] * (num_rows - 100) + ["test"] * 100
    return frame


@pytest.fixture(scope="module")
def short_trainings() -> Iterator[None]:
    """Let every training of a file be short; see `shortened`."""
    with shortened():
        yield


@contextmanager
def shortened() -> Iterator[None]:
    """Let every training last four epochs at most, and the search know two published architectures."""
    from layersmith.engine.auto import AutoEngine
    from layersmith.families import trunk

    published = trunk.portfolio
    whole = AutoEngine.begin

    def begin(self: AutoEngine, model: Any, job: Any) -> Begun:
        return whole(self, model, replace(job, recipe=replace(job.recipe, epochs=min(4, job.recipe.epochs))))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AutoEngine, "begin", begin)
        patch.setattr(trunk, "portfolio", lambda spec: published(spec)[:2])  # so that the strategy has its turn
        yield


def asked(trials: int | None = 4, seconds: float | None = None, **changes: Any) -> Settings:
    given: dict[str, Any] = {"source": "arrays", "budget": Budget(trials=trials, seconds=seconds), **changes}
    return Settings(read={"target": "label", "split_column": "auto"}, **given)


def run(
    folder: Path, frame: pd.DataFrame, *, settings: Settings | None = None, progress: SilentProgress | None = None
) -> Outcome:
    """Search `frame` for its column `label`."""
    from layersmith.study.search import search

    return search(
        frame,
        None,
        options=ReadOptions(target="label"),
        settings=settings or asked(),
        folder=RunFolder(folder),
        progress=progress or SilentProgress(),
    )


def resume(folder: Path, frame: pd.DataFrame | None, *, progress: SilentProgress | None = None) -> Outcome:
    """Go on with a search of `frame`."""
    from layersmith.study.search import resume

    return resume(folder, frame, None, options=None, progress=progress or SilentProgress())


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A finished run of four trials on `rows`; not to be written to."""
    with shortened():
        return run(tmp_path_factory.mktemp("study") / "run", rows())


def training(best_epoch: int = 5, planned_epochs: int = 10) -> Training:
    curves = {"loss": (1.0, 0.5), "val_loss": (1.0, 0.6)}
    return Training(
        curves=curves, best_epoch=best_epoch, planned_epochs=planned_epochs, seconds=1.0, stopped="finished"
    )


def trial(number: int, score: float, **changes: Any) -> Trial:
    candidate = Candidate(values={"units": number}, origin="tpe", number=number)
    return Trial(**{"candidate": candidate, "score": score, "loss": 0.5, "seconds": 2.0, **changes})


@pytest.fixture
def make_run(short_trainings: None, tmp_path: Path) -> Callable[..., Outcome]:
    """Search `rows`, or another frame, in a fresh folder `run`."""

    def make(frame: pd.DataFrame | None = None, **given: Any) -> Outcome:
        return run(tmp_path / "run", rows() if frame is None else frame, **given)

    return make


@pytest.fixture
def make_rows() -> Callable[..., pd.DataFrame]:
    return rows


@pytest.fixture
def go_on() -> Callable[..., Outcome]:
    return resume


@pytest.fixture
def ask() -> Callable[..., Settings]:
    return asked


@pytest.fixture
def diary() -> type[Diary]:
    return Diary


@pytest.fixture
def make_trial() -> Callable[..., Trial]:
    return trial


@pytest.fixture
def make_training() -> Callable[..., Training]:
    return training
