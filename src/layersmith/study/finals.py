"""The finals: the best few of the search, trained again on fresh splits until they are told apart."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from layersmith.records import Candidate, Trial
from layersmith.schedulers import NoScheduler
from layersmith.study.context import Context
from layersmith.study.finalists import shortlist
from layersmith.study.race import Race
from layersmith.study.selection import contenders, pooled, winner_of
from layersmith.study.trainer import Trainer
from layersmith.validation.resampled import held_per_train

__all__ = ["Finals"]

_SHARE = 0.6  # of the time after the search that finalists may take; the rest is for the refit
_ROUNDS, _ROUNDS_IN_TIME = 3, 5  # at most, without a limit of time and with one


class Finals:
    """Decides between the best few of a search.

    Args:
        context: What the phases share.
        trainer: What trains them.
    """

    def __init__(self, context: Context, trainer: Trainer) -> None:
        self._context, self._trainer = context, trainer

    def run(self, found: Sequence[Trial]) -> list[Trial]:
        """Return the finalists' fresh trials, best first, and the search's own; only those where nothing is to decide.

        Args:
            found: The trials of the search.
        """
        context = self._context
        ranked, left = context.rank(found), context.seconds_left
        seconds = None if left is None else left * _SHARE * context.workers
        chosen = self._shortlist(found, seconds)
        if len(chosen) < 2:
            return ranked
        first, done = max(trial.number for trial in found) + 1, context.trials("final")
        share = seconds and seconds / len(chosen)
        entrants = {f"final of trial {trial.number}": trial.candidate for trial in chosen}
        held = held_per_train(context.splits(1))
        for place in range(_ROUNDS if left is None else _ROUNDS_IN_TIME):
            self._round(place, entrants, first, share, done)
            tied = contenders(pooled(done, rounds=place + 1), higher_is_better=context.higher, held_per_train=held)
            entrants = {trial.candidate.origin: entrants[trial.candidate.origin] for trial in tied}
            if len(entrants) < 2 or not self._has_time_to_train_again(tied, place + 1):
                break
        best = context.settings.best_score
        fresh = winner_of(pooled(done), higher_is_better=context.higher, held_per_train=held, best_score=best)
        return fresh + ranked  # a finalist that fails its refit is followed by the next

    def _shortlist(self, found: Sequence[Trial], seconds: float | None) -> list[Trial]:
        """Return the finalists; a resumed run keeps those it had chosen."""
        context = self._context
        known = context.store.attributes.get("finalists")
        if known is not None:
            return [trial for number in known for trial in found if trial.number == number]
        chosen = shortlist(found, higher_is_better=context.higher, seconds=seconds)
        if not context.interrupt.requested:
            context.store.set_attributes({"finalists": [trial.number for trial in chosen]})
        return chosen

    def _round(
        self, place: int, entrants: Mapping[str, Candidate], first: int, share: float | None, done: list[Trial]
    ) -> None:
        """Train finalists on fresh splits with fresh seeds, but for those that a session before this one did.

        Args:
            place: Which round it is, from 0.
            entrants: Origin to candidate.
            first: The number of the first final.
            share: Seconds of one of them.
            done: The finals so far, to which those of this round are added.
        """
        interrupt = self._context.interrupt
        trained = Counter(trial.candidate.origin for trial in done)
        left_over = [origin for origin in entrants if trained[origin] <= place]

        def following(pending: int) -> Candidate | None:
            if interrupt.requested or not left_over:
                return None
            origin = left_over.pop(0)
            return replace(entrants[origin], origin=origin, number=first + len(done) + pending)

        for final in self._trainer.train(
            following,
            self._context.splits(1 + place),
            "final",
            seconds=lambda: share,
            done=done,
            race=Race(NoScheduler(), max_epochs=1, num_candidates=None),
            may_go_on=lambda: not interrupt.requested,
        ):
            done.append(final)

    def _has_time_to_train_again(self, tied: Sequence[Trial], rounds: int) -> bool:
        """Return whether finalists that cannot be told apart after so many rounds may have another before the refit."""
        left = self._context.seconds_left
        if left is None or self._context.interrupt.requested:
            return not self._context.interrupt.requested
        once = [replace(trial, seconds=trial.seconds / rounds) for trial in tied]
        return self._context.needed(once) < left
