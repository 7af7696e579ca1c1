"""Candidates in training, several at once, each from one rung to the next: laps.

Who is sure to go on does so before another candidate begins, with the weights and the optimizer's state it has.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeAlias

from layersmith.executors import Lineup, LocalExecutor
from layersmith.records import Candidate, Trial
from layersmith.study.bench import Attempt
from layersmith.study.progress import Step
from layersmith.study.race import Race

__all__ = ["Begin", "Laps"]

Begin: TypeAlias = Callable[[Candidate, int], tuple[Attempt, Step]]
"""Builds a candidate while so many others have begun and not ended; gives its training and what hears of it."""


class Laps:
    """The candidates of a phase in training.

    Args:
        executor: Where they train.
        race: Who goes on.
        begin: Makes a candidate ready, in the caller's thread.
        ordered: Whether results are taken in the order of the laps, so that the number of cores changes nothing.
    """

    def __init__(self, executor: LocalExecutor, race: Race, begin: Begin, *, ordered: bool) -> None:
        self._lineup = Lineup[tuple[Trial, Step]](executor, ordered=ordered)
        self._race, self._begin = race, begin
        self._open: dict[int, tuple[Attempt, Step]] = {}
        self._paused: dict[int, Trial] = {}
        self._promoted: list[int] = []

    def run(
        self, following: Callable[[int], Candidate | None], may_go_on: Callable[[], bool]
    ) -> Iterator[tuple[Trial, Step | None]]:
        """Yield what came of each lap, with its step, and of each candidate that is stopped after one, without.

        Args:
            following: From the number of candidates that have begun and not ended to the next one; None where there is
                none now.
            may_go_on: Whether there is time for those that wait.
        """
        while True:
            while self._lineup.has_room and self._add(following, may_go_on):
                pass
            if len(self._lineup):
                yield from self._take()
            elif self._paused and may_go_on():
                self._race.close()
                yield from self._decided()
                if not self._promoted:
                    break
            else:
                break
        for number in sorted(self._paused):
            yield self._stopped(number, "the search ended while it waited at a rung"), None

    def _add(self, following: Callable[[int], Candidate | None], may_go_on: Callable[[], bool]) -> bool:
        """Begin another lap, if there is one to begin."""
        if self._promoted and may_go_on():
            number = self._promoted.pop(0)
            self._paused.pop(number)
        else:
            candidate = following(len(self._open))
            if candidate is None:
                return False
            number = candidate.number
            self._race.enter(number)
            self._open[number] = self._begin(candidate, len(self._open))
        attempt, step = self._open[number]
        share = self._race.share(number)

        def lap() -> tuple[Trial, Step]:
            step.begin()
            return attempt(share), step

        self._lineup.add(lap)
        return True

    def _take(self) -> Iterator[tuple[Trial, Step | None]]:
        trial, step = self._lineup.take()
        number = trial.number
        if trial.state in ("refused", "interrupted"):
            self._race.withdraw(number)
        else:
            self._race.report(number, trial.score, ended=trial.state != "paused")
            trial = replace(trial, rungs=self._race.scores(number))
        if trial.state == "paused":
            self._paused[number] = trial
        else:
            del self._open[number]
        yield trial, step
        yield from self._decided()

    def _decided(self) -> Iterator[tuple[Trial, Step | None]]:
        decision = self._race.decide()
        self._promoted += decision.go_on
        for number in decision.stop:
            yield self._stopped(number, "others were better at its rung"), None

    def _stopped(self, number: int, reason: str) -> Trial:
        del self._open[number]
        return replace(self._paused.pop(number), state="pruned", reason=reason)
