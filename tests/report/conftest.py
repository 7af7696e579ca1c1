"""Finished runs made of records, without training."""

import json
import math
from collections.abc import Callable, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from layersmith.records import Candidate, Interval, Score, Training, Trial
from layersmith.storage.run_folder import RunFolder
from layersmith.study.answer import Answer, Baseline
from layersmith.study.outcome import Outcome


def training(epochs: int = 20, *, best_epoch: int = 15, start: float = 1.0) -> Training:
    loss = tuple(start * math.exp(-epoch / 10) for epoch in range(epochs))
    return Training(
        curves={"loss": loss, "val_loss": tuple(value + 0.1 for value in loss)},
        best_epoch=best_epoch,
        planned_epochs=epochs,
        seconds=1.5,
        stopped="patience",
    )


def searched(number: int, score: float, *, origin: str = "tpe", params: int = 1000, **values: Any) -> Trial:
    return Trial(
        candidate=Candidate(values=values, origin=origin, number=number),
        score=score,
        loss=0.2,
        trainings=(training(),),
        params=params,
        seconds=2.0,
    )


def final(number: int, of: int, score: float) -> Trial:
    return Trial(
        candidate=Candidate(values={}, origin=f"final of trial {of}", number=number),
        score=score,
        loss=0.2,
        trainings=(training(25), training(30)),
        params=1000,
        seconds=3.0,
        phase="final",
    )


def failed(number: int, reason: str, *, origin: str = "tpe") -> Trial:
    candidate = Candidate(values={"family": "dense"}, origin=origin, number=number)
    return Trial(candidate=candidate, state="failed", reason=reason)


def scored(
    value: float, interval: tuple[float, float] | None = None, *, metric: str = "accuracy", rows: int = 360
) -> Score:
    found = Interval(low=interval[0], high=interval[1]) if interval else None
    return Score(metric=metric, value=value, num_rows=rows, interval=found)


TRIALS = (
    searched(0, 0.90, origin="portfolio: small VGG", params=99_498, family="conv"),
    searched(1, 0.97, origin="portfolio: image MLP", params=301_066, family="dense", learning_rate=0.001234567),
    searched(2, 0.95, params=5000, **{"family": "conv", "conv/style": "resnet"}),
    failed(3, "out of memory\n  a traceback"),
    final(4, 1, 0.93),
    final(5, 2, 0.94),
)


@pytest.fixture
def make_outcome(tmp_path: Path) -> Callable[..., Outcome]:
    """Make an outcome of a search for digits whose trial 2 won its final; keywords replace parts of its answer."""

    def make(
        *,
        trials: Sequence[Trial] = TRIALS,
        data: dict[str, Any] | None = None,
        settings: dict[str, Any] | None = None,
        code: str | None = 'import keras\n\nprint("<tag>")\n',
        **changes: Any,
    ) -> Outcome:
        folder = RunFolder(tmp_path / "digits")
        folder.path.mkdir(exist_ok=True)
        if code is not None:
            folder.source.write_text(code, encoding="utf-8")
        answer: dict[str, Any] = {
            "title": "resnet conv network",
            "source": "",
            "winner": trials[-1],
            "found_by": 2,
            "refit": training(40),
            "test": scored(0.98889, (0.9718, 0.9957)),
            "baselines": (
                Baseline(name="a constant (the class shares)", score=scored(0.1028, (0.0755, 0.1385))),
                Baseline(name="logistic regression", score=scored(0.92, (0.89, 0.945))),
            ),
            "train_rows": 1437,
            "num_trials": 4,
            "seconds": 75.0,
            "versions": {"python": "3.11", "keras": "3.15"},
            "facts": {
                "layers": [
                    {"name": "image", "class": "InputLayer", "output_shape": [None, 8, 8, 1], "params": 0},
                    {"name": "output", "class": "Dense", "output_shape": [None, 10], "params": 4990},
                ],
                "total_params": 5001,
                "architecture": "Conv2D 32 → Dense 10",
            },
        }
        facts = {
            "source": "sklearn:digits",
            "kind": "image",
            "task": "multiclass",
            "rows": 1797,
            "search_rows": 1437,
            "test_rows": 360,
            "classes": [str(digit) for digit in range(10)],
            "notes": ["kind: image, because rows are square"],
            "warnings": ["3 rows are copies"],
        }
        asked = {
            "source": "sklearn:digits",
            "budget": {"seconds": 60.0, "trials": None},
            "read": {},
            "seed": 7,
            "holdout": 0.2,
            "objective": "accuracy",
            "strategy": "gp",
        }
        return Outcome(
            folder=folder,
            answer=Answer(**{**answer, **changes}),
            trials=tuple(trials),
            data=facts if data is None else data,
            settings=asked if settings is None else settings,
        )

    return make


@pytest.fixture
def outcome(make_outcome: Callable[..., Outcome]) -> Outcome:
    return make_outcome()


VOID = {"meta", "br", "input", "img"}


class PageReader(HTMLParser):
    """Collects ids, tags, text and the places a page would load from; unbalanced tags are `faults`."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.faults: list[str] = []
        self.loads: list[str] = []
        self.text = ""
        self.scripts: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self._open]

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id"]
        self.loads += [value for name, value in attrs if name in ("src", "href", "xlink:href")]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self._open.pop()

    def handle_endtag(self, tag):
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data):
        if self._open and self._open[-1] == "script":
            self.scripts.append(data)
        elif self._open and self._open[-1] != "style":
            self.text += data

    @property
    def data(self) -> dict:
        """What the page's script reads."""
        return json.loads(self.scripts[0])


@pytest.fixture
def read_page() -> type[PageReader]:
    return PageReader
