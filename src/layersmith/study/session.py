"""One run's phases in order: portfolio and strategy, finalists, winner, refit, test.

Every finished trial is in the study's database before the next begins, so a killed session is gone on with by another
that reads the same folder: finished trials count, the interrupted one is trained again, the budget goes on.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial

from layersmith.data.problem import Problem
from layersmith.errors import TrainingError
from layersmith.executors import AHEAD, LocalExecutor, count_cores
from layersmith.families import Established
from layersmith.records import Candidate, Phase, Split, Trial
from layersmith.schedulers import NoScheduler, create_scheduler
from layersmith.space import fingerprint
from layersmith.storage.store import StudyStore
from layersmith.study.bench import Allowance, Attempt, Bench, Fitted
from layersmith.study.budget import Clock
from layersmith.study.finalists import best_share, rank, shortlist
from layersmith.study.interrupt import Interrupt
from layersmith.study.laps import Laps
from layersmith.study.naming import name_of
from layersmith.study.progress import Progress, Step
from layersmith.study.proposals import proposals
from layersmith.study.race import Race
from layersmith.study.selection import contenders, pooled, winner_of
from layersmith.study.settings import Settings
from layersmith.study.splitting import num_folds, search_splits
from layersmith.validation.resampled import held_per_train
from layersmith.validation.splits import Holdout

__all__ = ["Session", "Winner"]

_STARVED = 0.4  # share of a trial's time below which another one is not begun
_FINALS = 0.6  # share of the time after the search that finalists may take; the rest is for the refit
_REFUSED_AT_MOST = 100  # candidates over a limit for each that was trained, before the search gives up
_ROUNDS, _ROUNDS_IN_TIME = 3, 5  # of finals at most, without a limit of time and with one
_REFIT_AT_LEAST = 0.1  # of the budget, even where finalists overran


@dataclass(frozen=True, kw_only=True, eq=False)
class Winner:
    """The candidate the finals named, refitted.

    Attributes:
        trial: The trial that named it.
        found_by: Number of the search's trial it goes back to.
        fitted: It, trained on everything but the holdout.
    """

    trial: Trial
    found_by: int
    fitted: Fitted


class Session:
    """Runs the phases of one study.

    Args:
        settings: What the user asked for.
        problem: The rows and what ties them.
        parts: Search rows and holdout rows.
        bench: Where candidates train.
        store: Where trials are kept.
        progress: What the user sees.
        clock: Seconds spent, those of earlier sessions included.
        interrupt: Whether the user asked to finish.
        workers: Candidates in training at once; None for one a core.
    """

    def __init__(
        self,
        settings: Settings,
        problem: Problem,
        parts: Holdout,
        *,
        bench: Bench,
        store: StudyStore,
        progress: Progress,
        clock: Clock,
        interrupt: Interrupt,
        workers: int | None = None,
    ) -> None:
        self._settings, self._problem, self._parts = settings, problem, parts
        self._bench, self._store = bench, store
        self._progress, self._clock, self._interrupt = progress, clock, interrupt
        self._workers = count_cores() if workers is None else workers
        self.portfolio = self._scaled_portfolio()

    def _scaled_portfolio(self) -> tuple[Established, ...]:
        """Return the published architectures at the width the budget allows; the same ones after a resume."""
        kept = self._store.attributes.get("portfolio")
        if kept is not None:
            return tuple(Established(**entry) for entry in kept)
        published = tuple(self._bench.architectures.portfolio)
        seconds = self._settings.budget.trial_seconds(len(published))
        if seconds is None or not published:
            return published
        fold = seconds / num_folds(self._problem, self._parts.search)
        found = self._bench.architectures.fit_to_time(len(self._parts.search), fold)
        self._store.set_attributes({"portfolio": [asdict(entry) for entry in found]})
        return found

    @property
    def _higher(self) -> bool:
        return self._bench.metric.higher_is_better

    def run(self) -> Winner:
        """Run what is left of the study and return the refitted winner.

        Raises:
            TrainingError: If no candidate could be trained.
        """
        self._store.abandon_running()
        if not self._store.attributes.get("search_ended"):
            self._search()
            if not self._interrupt.requested:  # a run stopped by a second Ctrl-C goes on searching when resumed
                self._store.set_attributes({"search_ended": True})
        found = self._trials("search")
        if not rank(found, higher_is_better=self._higher):
            raise _interrupted_early() if self._interrupt.requested else _nothing_trained(found)
        return self._refit(self._finals(found))

    def name(self, candidate: Candidate) -> str:
        """Return what a candidate is called."""
        return name_of(candidate, self.portfolio)

    def _trials(self, phase: Phase) -> list[Trial]:
        return [trial for trial in self._store.trials() if trial.phase == phase]

    # The search.

    def _search(self) -> None:
        space = self._bench.architectures.space
        strategy = proposals(self._settings, space, higher_is_better=self._higher)
        for entry in self.portfolio:
            strategy.enqueue(entry.values, f"portfolio: {entry.name}")
        done = self._trials("search")
        strategy.tell(done)
        waiting = self._store.interrupted()
        strategy.tell([Trial(candidate=candidate, state="interrupted") for candidate in waiting])
        splits = search_splits(self._problem, self._parts.search, seed=self._settings.seed)

        def following(pending: int) -> Candidate | None:
            if self._search_is_over(done, pending):
                return None
            asked = [waiting.pop(0)] if waiting else strategy.ask(1)
            if not asked and not pending:
                self._progress.say("Every candidate of the space was tried.")
            return asked[0] if asked else None

        seconds = partial(self._search_seconds, done)
        for trial in self._trained(following, splits, "search", seconds, done, self._race(done)):
            done.append(trial)
            strategy.tell([trial])

    def _race(self, done: Sequence[Trial]) -> Race:
        """Return the rungs of the search, with what earlier sessions reported at them."""
        scheduler = create_scheduler(self._settings.scheduler, higher_is_better=self._higher)
        trials = self._settings.budget.trials
        race = Race(scheduler, max_epochs=self._bench.architectures.max_epochs, num_candidates=trials)
        for trial in done:
            if trial.state != "refused":
                race.restore(trial.number, trial.rungs or (trial.score,), ended=trial.state != "pruned")
        return race

    def _search_is_over(self, done: Sequence[Trial], pending: int) -> bool:
        budget = self._settings.budget
        if self._is_late(done, pending):
            return True
        trained = [trial for trial in done if trial.state != "refused"]
        if budget.trials is not None and len(trained) + pending >= budget.trials:
            return True
        if len(done) - len(trained) >= _REFUSED_AT_MOST * (1 + len(trained)):
            self._progress.say(f"{len(done) - len(trained)} candidates were over a limit; the last: {done[-1].reason}")
            return True
        return False

    def _is_late(self, done: Sequence[Trial], pending: int = 0) -> bool:
        """Return whether no other training is to begin or go on, by the clock or by the user's wish."""
        budget = self._settings.budget
        end = budget.search_end(_needed(rank(done, higher_is_better=self._higher), self._workers))
        if self._interrupt.requested or end is None:
            return self._interrupt.requested
        if not rank(done, higher_is_better=self._higher):  # something must come out, unless nothing can be trained
            return self._clock.elapsed() > (budget.seconds or math.inf) and len(done) + pending > 2
        return self._clock.elapsed() + _STARVED * (self._trial_seconds() or 0.0) > end

    def _search_seconds(self, done: Sequence[Trial]) -> float | None:
        """Return the time of the next trial: its share of the budget on all cores, but not beyond the search's end."""
        share = self._trial_seconds()
        end = self._settings.budget.search_end(_needed(rank(done, higher_is_better=self._higher), self._workers))
        if share is None or end is None:
            return None
        return max(_STARVED * share, min(share * self._workers, end - self._clock.elapsed()))

    def _trial_seconds(self) -> float | None:
        return self._settings.budget.trial_seconds(len(self.portfolio))

    def _trained(
        self,
        following: Callable[[int], Candidate | None],
        splits: Sequence[Split],
        phase: Phase,
        seconds: Callable[[], float | None],
        done: Sequence[Trial],
        race: Race,
    ) -> Iterator[Trial]:
        """Yield the finished trials of the candidates that `following` gives, several of them in training at once.

        Candidates are built here, in order; they train in the executor's threads. Each trial is in the database before
        it is yielded. What the user interrupts is in the database as that, and is not yielded.

        Args:
            following: From the number of candidates that have begun and not ended to the next one, None where there is
                none now.
            splits: Rows to train and validate on.
            phase: What the trials are for.
            seconds: What bounds the next of them.
            done: The phase's finished trials, to which the caller adds those yielded.
            race: Who goes on at rungs.
        """

        def begin(candidate: Candidate, pending: int) -> tuple[Attempt, Step]:
            return self._begun(candidate, splits, phase, seconds(), len(done) + pending, done)

        with LocalExecutor(self._workers) as executor:
            laps = Laps(executor, race, begin, ordered=self._settings.budget.seconds is None)
            for trial, step in laps.run(following, lambda: not self._is_late(done)):
                if trial.state != "paused":
                    self._store.finish(trial)
                self._store.set_attributes({"seconds": self._clock.elapsed()})
                if step is not None:
                    step.end(trial, self._best([*done, trial]))
                if trial.state not in ("interrupted", "paused"):
                    yield trial

    def _begun(
        self,
        candidate: Candidate,
        splits: Sequence[Split],
        phase: Phase,
        seconds: float | None,
        number: int,
        done: Sequence[Trial],
    ) -> tuple[Attempt, Step]:
        """Return the training of a candidate, built and noted as begun, and what the user sees of it."""
        self._store.start(candidate)
        step = self._progress.step(self._title(candidate, phase, number), self._left(done))
        allowance = Allowance(
            seconds=seconds,
            should_stop=lambda: self._interrupt.requested,
            on_epoch=step.epoch,
            worst_of_best=self._worst_of_best(candidate, done) if phase == "search" else None,
        )
        return self._bench.begin(candidate, splits, allowance, phase=phase), step

    def _worst_of_best(self, candidate: Candidate, done: Sequence[Trial]) -> float | None:
        """Return the worst score of a fold of the best candidate that was known when this one was first asked for.

        What is known by now may be more, on other cores or after a resume, and would change the search.
        """
        known = [trial for trial in done if trial.state == "complete" and trial.number <= candidate.number - AHEAD]
        ranked = rank(known, higher_is_better=self._higher)
        scores = ranked[0].fold_scores if ranked else ()
        return (min if self._higher else max)(scores, default=None)

    def _title(self, candidate: Candidate, phase: Phase, done: int) -> str:
        if phase == "final":
            return f"final {done + 1} {self.name(candidate)}"
        trials = self._settings.budget.trials
        return f"trial {done + 1}{f'/{trials}' if trials else ''} {self.name(candidate)}"

    def _best(self, trials: Sequence[Trial]) -> str:
        ranked = rank(trials, higher_is_better=self._higher)
        return f"best {self._bench.metric.name} {ranked[0].score:.4g}" if ranked else ""

    def _left(self, done: Sequence[Trial]) -> float | None:
        budget = self._settings.budget
        if budget.seconds is not None:
            return max(0.0, budget.seconds - self._clock.elapsed())
        if not budget.trials or not done:
            return None
        return sum(trial.seconds for trial in done) / len(done) * max(0, budget.trials - len(done)) / self._workers

    # Finals and refit.

    def _finals(self, found: Sequence[Trial]) -> list[Trial]:
        """Return the finalists' fresh trials, best first; the search's own where there is nothing to decide."""
        ranked = rank(found, higher_is_better=self._higher)
        left = self._settings.budget.left(self._clock.elapsed())
        seconds = None if left is None else left * _FINALS
        chosen = self._shortlist(found, seconds and seconds * self._workers)
        if len(chosen) < 2:
            return ranked
        first, done = max(trial.number for trial in found) + 1, self._trials("final")
        share = seconds and seconds / len(chosen) * self._workers
        entrants = {f"final of trial {trial.number}": trial.candidate for trial in chosen}
        held = held_per_train(self._final_splits(0))
        for place in range(_ROUNDS if left is None else _ROUNDS_IN_TIME):
            self._round(place, entrants, first, share, done)
            tied = contenders(pooled(done, rounds=place + 1), higher_is_better=self._higher, held_per_train=held)
            entrants = {trial.candidate.origin: entrants[trial.candidate.origin] for trial in tied}
            if len(entrants) < 2 or not self._has_time_to_train_again(tied, place + 1):
                break
        best = self._settings.best_score
        fresh = winner_of(pooled(done), higher_is_better=self._higher, held_per_train=held, best_score=best)
        return fresh + ranked  # a finalist that fails its refit is followed by the next

    def _final_splits(self, place: int) -> Sequence[Split]:
        return search_splits(self._problem, self._parts.search, seed=self._settings.seed + 1 + place)

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
        trained = Counter(trial.candidate.origin for trial in done)
        left_over = [origin for origin in entrants if trained[origin] <= place]

        def following(pending: int) -> Candidate | None:
            if self._interrupt.requested or not left_over:
                return None
            origin = left_over.pop(0)
            return replace(entrants[origin], origin=origin, number=first + len(done) + pending)

        race = Race(NoScheduler(), max_epochs=1, num_candidates=None)
        for final in self._trained(following, self._final_splits(place), "final", lambda: share, done, race):
            done.append(final)

    def _has_time_to_train_again(self, tied: Sequence[Trial], rounds: int) -> bool:
        """Return whether finalists that cannot be told apart after so many rounds may have another before the refit."""
        left = self._settings.budget.left(self._clock.elapsed())
        if left is None or self._interrupt.requested:
            return not self._interrupt.requested
        once = [replace(trial, seconds=trial.seconds / rounds) for trial in tied]
        return _needed(once, self._workers) < left

    def _shortlist(self, found: Sequence[Trial], seconds: float | None) -> list[Trial]:
        """Return the finalists; a resumed run keeps those it had chosen."""
        known = self._store.attributes.get("finalists")
        if known is not None:
            return [trial for number in known for trial in found if trial.number == number]
        chosen = shortlist(found, higher_is_better=self._higher, seconds=seconds)
        if not self._interrupt.requested:
            self._store.set_attributes({"finalists": [trial.number for trial in chosen]})
        return chosen

    def _refit(self, ranked: Sequence[Trial]) -> Winner:
        trials, reasons = self._store.trials(), list[str]()
        for trial in _different(ranked)[:3]:
            key = fingerprint(trial.candidate.values)
            same = [other for other in trials if fingerprint(other.candidate.values) == key]
            title = f"refit {self.name(trial.candidate)}"
            step = self._progress.step(title, self._left([]))
            step.begin()
            allowance = Allowance(seconds=self._refit_seconds(), on_epoch=step.epoch)
            try:
                fitted = self._bench.refit(trial.candidate, self._parts.search, best_share(same), allowance)
            except Exception as error:  # noqa: BLE001 - the next best takes its place
                reasons.append(f"{title}: {type(error).__name__}: {error}")
                self._progress.say(reasons[-1])
                continue
            finally:
                step.end(None, "")
            if fitted.training.best_epoch:
                found_by = min(other.number for other in same)
                return Winner(trial=trial, found_by=found_by, fitted=fitted)
            reasons.append(f"{title}: the loss was not a number from the first epoch on")
        raise _nothing_refitted(reasons)

    def _refit_seconds(self) -> float | None:
        left = self._settings.budget.left(self._clock.elapsed())
        return None if left is None else max(left, _REFIT_AT_LEAST * (self._settings.budget.seconds or 0.0))


def _needed(ranked: Sequence[Trial], workers: int) -> float:
    """Return the seconds that finals and refit will take, judged by the best trials so far.

    A refit has more rows than a fold: half as much again as the slowest of one fold.
    """
    best = ranked[:3]
    folds = max((len(trial.trainings) for trial in best), default=1)
    slowest = max((trial.seconds for trial in best), default=0.0)
    return max(slowest, sum(trial.seconds for trial in best) / workers) + 1.5 * slowest / folds


def _different(ranked: Sequence[Trial]) -> list[Trial]:
    """Return the first trial of each candidate, in order."""
    first: dict[str, Trial] = {}
    for trial in ranked:
        first.setdefault(fingerprint(trial.candidate.values), trial)
    return list(first.values())


def _interrupted_early() -> TrainingError:
    return TrainingError(
        "the search was interrupted before a candidate was trained",
        expected="at least one complete trial",
        fix="go on with `layersmith resume` and the run folder",
    )


def _nothing_refitted(reasons: Sequence[str]) -> TrainingError:
    return TrainingError(
        f"none of the best {len(reasons)} candidates could be refitted: {'; '.join(reasons)}",
        expected="one that trains on all rows of the search",
        fix="go on with `layersmith resume` and the run folder, with more memory or a larger --budget",
    )


def _nothing_trained(trials: Sequence[Trial]) -> TrainingError:
    reasons = sorted({(trial.reason.splitlines() or [""])[0] for trial in trials if trial.reason})
    return TrainingError(
        f"none of {len(trials)} candidates could be trained: {'; '.join(reasons[:3]) or 'no trial ended'}",
        expected="at least one complete trial",
        fix="look at the reasons in trials.csv, or give a larger --budget",
    )
