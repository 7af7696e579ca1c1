"""A bracket of Hyperband that is under way: which trials it has begun in each round, and who goes on."""

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from layersmith.keras_tuner.engine.trial import Trial, TrialStatus
from layersmith.schedulers import Bracket, Rung, Scheduler, limited
from layersmith.schedulers.protocol import Reports

__all__ = ["OpenBracket"]

_ENDED = (TrialStatus.COMPLETED, TrialStatus.FAILED)


class OpenBracket:
    """The trials of a bracket, by the set of values they are of.

    Args:
        rungs: The bracket.
        chains: For each set of values, the names of its trials so far, one per rung.
    """

    def __init__(self, rungs: Bracket, chains: list[list[str]] | None = None) -> None:
        self._rungs = rungs
        self._chains = chains or []

    @property
    def has_room(self) -> bool:
        """Whether it is to begin with further sets of values."""
        return len(self._chains) < (self._rungs[0].size or 0)

    def close(self) -> None:
        """Begin with no others: there are none."""
        self._rungs = limited(self._rungs, len(self._chains))

    def start(self, trial_id: str) -> None:
        """Begin with a set of values."""
        self._chains.append([trial_id])

    def promote(self, trial_id: str, trials: Mapping[str, Trial], scheduler: Scheduler) -> tuple[str, int] | None:
        """Let the best set of values that is sure to go on do so.

        Args:
            trial_id: The name of its next trial.
            trials: Name to trial.
            scheduler: Decides.

        Returns:
            The trial that it goes on from, and the rung that it goes to, from 0; None where nobody goes on now.
        """
        waiting = self._waiting(trials, scheduler)
        if not waiting:
            return None
        chain = self._chains[waiting[0]]
        chain.append(trial_id)
        return chain[-2], len(chain) - 1

    def is_complete(self, trials: Mapping[str, Trial], scheduler: Scheduler) -> bool:
        """Whether nobody runs in it, is to go on, or is to come."""
        running = any(len(values) < len(self._chains[place]) for place, values in self._reports(trials).items())
        return not (self.has_room or running or self._waiting(trials, scheduler))

    def _waiting(self, trials: Mapping[str, Trial], scheduler: Scheduler) -> list[int]:
        """Return the places of those that are to go on and have not begun to, from the first round up, best first."""
        reports = self._reports(trials)
        going_on = scheduler.decide(self._rungs, reports).go_on
        waiting = [place for place in going_on if len(self._chains[place]) == len(reports[place])]
        return sorted(waiting, key=lambda place: len(reports[place]))

    def _reports(self, trials: Mapping[str, Trial]) -> Reports:
        ended = {trial_id: trial for trial_id, trial in trials.items() if trial.status in _ENDED}
        return {
            place: [_value(ended[trial_id]) for trial_id in chain if trial_id in ended]
            for place, chain in enumerate(self._chains)
        }

    def notes(self, rung: int) -> dict[str, int]:
        """Return the values that tell a tuner how long to train at a rung, from 0."""
        return {
            "tuner/epochs": self._rungs[rung].epochs,
            "tuner/initial_epoch": self._rungs[rung - 1].epochs if rung else 0,
            "tuner/bracket": len(self._rungs) - 1,
            "tuner/round": rung,
        }

    def __contains__(self, trial_id: object) -> bool:
        return any(trial_id in chain for chain in self._chains)

    def get_state(self) -> dict[str, Any]:
        """Return plain JSON-ready data."""
        return {"rungs": [asdict(rung) for rung in self._rungs], "chains": self._chains}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "OpenBracket":
        """Rebuild from `get_state`.

        Example:
            >>> bracket = OpenBracket((Rung(epochs=1, size=2), Rung(epochs=3, size=1)))
            >>> bracket.start("0000")
            >>> OpenBracket.from_state(bracket.get_state()).has_room
            True
        """
        return cls(tuple(Rung(**rung) for rung in state["rungs"]), [list(chain) for chain in state["chains"]])


def _value(trial: Trial) -> float:
    return math.nan if trial.score is None or trial.status != TrialStatus.COMPLETED else trial.score
