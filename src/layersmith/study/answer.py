"""What a finished run says: the winner, its honest test score, and what that has to beat."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from layersmith.records import Interval, Score, Training, Trial

__all__ = ["Answer", "Baseline"]


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """A simple model's score on the same holdout.

    Attributes:
        name: What it is.
        score: Its score.
    """

    name: str
    score: Score


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The end of a run.

    Attributes:
        title: The winner's name, a published one where it has one.
        source: Where that architecture was published; empty for one the search found.
        winner: The trial that named it: on fresh splits, or of the search where there were no finalists.
        found_by: Number of the search's trial it goes back to.
        refit: Its training on everything but the holdout.
        test: Its score on the holdout, the only time that was looked at.
        baselines: What the score has to beat, on the same rows.
        train_rows: Rows it was refitted on.
        num_trials: Candidates the search tried.
        seconds: Wall-clock seconds of the whole run.
        interrupted: Whether the user ended the search early.
        versions: Versions of what it ran on.
        facts: Further facts for the report, JSON-ready.
    """

    title: str
    source: str
    winner: Trial
    found_by: int
    refit: Training
    test: Score
    baselines: tuple[Baseline, ...]
    train_rows: int
    num_trials: int
    seconds: float
    interrupted: bool = False
    versions: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON-ready data."""
        plain = ("title", "source", "found_by", "train_rows", "num_trials", "seconds", "interrupted")
        return {
            **{name: getattr(self, name) for name in plain},
            "winner": self.winner.to_dict(),
            "refit": self.refit.to_dict(),
            "test": asdict(self.test),
            "baselines": [asdict(baseline) for baseline in self.baselines],
            "versions": dict(self.versions),
            "facts": dict(self.facts),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Answer":
        """Rebuild from `to_dict`."""
        return cls(
            **{
                **data,
                "winner": Trial.from_dict(data["winner"]),
                "refit": Training.from_dict(data["refit"]),
                "test": _score(data["test"]),
                "baselines": tuple(
                    Baseline(name=entry["name"], score=_score(entry["score"])) for entry in data["baselines"]
                ),
            }
        )


def _score(data: Mapping[str, Any]) -> Score:
    interval = data["interval"] and Interval(**data["interval"])
    return Score(**{**data, "interval": interval})
