"""One run's phases in order: portfolio and strategy, finalists, winner, refit, test.

Every finished trial is in the study's database before the next begins, so a killed session is gone on with by another
that reads the same folder: finished trials count, the interrupted one is trained again, the budget goes on.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from layersmith.errors import TrainingError
from layersmith.families import Established
from layersmith.records import Candidate, Trial
from layersmith.schedulers import create_scheduler
from layersmith.space import fingerprint
from layersmith.study.bench import Allowance, Fitted
from layersmith.study.context import Context
from layersmith.study.finalists import best_share
from layersmith.study.finals import Finals
from layersmith.study.proposals import proposals
from layersmith.study.race import Race
from layersmith.study.splitting import num_folds
from layersmith.study.trainer import Trainer

__all__ = ["Session", "Winner"]

_STARVED = 0.4  # share of a trial's time below which another one is not begun
_REFUSED_AT_MOST = 100  # candidates over a limit for each that was trained, before the search gives up
_FAILED_AT_MOST = 10  # trials before the search gives up, if none of them could be trained
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
        context: What they share.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self.portfolio = self._scaled_portfolio()
        self._trainer = Trainer(context, self.portfolio)

    def _scaled_portfolio(self) -> tuple[Established, ...]:
        """Return the published architectures at the width the budget allows; the same ones after a resume."""
        context = self._context
        kept = context.store.attributes.get("portfolio")
        if kept is not None:
            return tuple(Established(**entry) for entry in kept)
        published = tuple(context.bench.architectures.portfolio)
        seconds = context.settings.budget.trial_seconds(len(published))
        if seconds is None or not published:
            return published
        rows = context.parts.search
        found = context.bench.architectures.fit_to_time(len(rows), seconds / num_folds(context.problem, rows))
        context.store.set_attributes({"portfolio": [asdict(entry) for entry in found]})
        return found

    def run(self) -> Winner:
        """Run what is left of the study and return the refitted winner.

        Raises:
            TrainingError: If no candidate could be trained.
        """
        context = self._context
        context.store.abandon_running()
        if not context.store.attributes.get("search_ended"):
            self._search()
            if not context.interrupt.requested:  # a run stopped by a second Ctrl-C goes on searching when resumed
                context.store.set_attributes({"search_ended": True})
        found = context.trials("search")
        if not context.rank(found):
            raise _interrupted_early() if context.interrupt.requested else _nothing_trained(found)
        return self._refit(Finals(context, self._trainer).run(found))

    def name(self, candidate: Candidate) -> str:
        """Return what a candidate is called."""
        return self._trainer.name(candidate)

    # The search.

    def _search(self) -> None:
        context = self._context
        strategy = proposals(context.settings, context.bench.architectures.space, higher_is_better=context.higher)
        for entry in self.portfolio:
            strategy.enqueue(entry.values, f"portfolio: {entry.name}")
        done = context.trials("search")
        strategy.tell(done)
        waiting = context.store.interrupted()
        strategy.tell([Trial(candidate=candidate, state="interrupted") for candidate in waiting])

        def following(pending: int) -> Candidate | None:
            if self._search_is_over(done, pending):
                return None
            asked = [waiting.pop(0)] if waiting else strategy.ask(1)
            if not asked and not pending:
                context.progress.say("Every candidate of the space was tried.")
            return asked[0] if asked else None

        for trial in self._trainer.train(
            following,
            context.splits(),
            "search",
            seconds=lambda: self._search_seconds(done),
            done=done,
            race=self._race(done),
            may_go_on=lambda: not self._is_late(done),
        ):
            done.append(trial)
            strategy.tell([trial])

    def _race(self, done: Sequence[Trial]) -> Race:
        """Return the rungs of the search, with what earlier sessions reported at them."""
        settings, architectures = self._context.settings, self._context.bench.architectures
        scheduler = create_scheduler(settings.scheduler, higher_is_better=self._context.higher)
        race = Race(scheduler, max_epochs=architectures.max_epochs, num_candidates=settings.budget.trials)
        for trial in done:
            if trial.state != "refused":
                race.restore(trial.number, trial.rungs or (trial.score,), ended=trial.state != "pruned")
        return race

    def _search_is_over(self, done: Sequence[Trial], pending: int) -> bool:
        budget = self._context.settings.budget
        if self._is_late(done, pending):
            return True
        trained = [trial for trial in done if trial.state != "refused"]
        if budget.trials is not None and len(trained) + pending >= budget.trials:
            return True
        if len(trained) >= _FAILED_AT_MOST and all(trial.state == "failed" for trial in trained):
            return True
        if len(done) - len(trained) >= _REFUSED_AT_MOST * (1 + len(trained)):
            got = f"{len(done) - len(trained)} candidates were over a limit"
            self._context.progress.say(f"{got}; the last: {done[-1].reason}")
            return True
        return False

    def _is_late(self, done: Sequence[Trial], pending: int = 0) -> bool:
        """Return whether no other training is to begin or go on, by the clock or by the user's wish."""
        context, budget = self._context, self._context.settings.budget
        ranked = context.rank(done)
        end = budget.search_end(context.needed(ranked))
        if context.interrupt.requested or end is None:
            return context.interrupt.requested
        if not ranked:  # something must come out, unless nothing can be trained
            return context.clock.elapsed() > (budget.seconds or math.inf) and len(done) + pending > 2
        return context.clock.elapsed() + _STARVED * (self._trial_seconds() or 0.0) > end

    def _search_seconds(self, done: Sequence[Trial]) -> float | None:
        """Return the time of the next trial: its share of the budget on all cores, but not beyond the search's end."""
        context, share = self._context, self._trial_seconds()
        end = context.settings.budget.search_end(context.needed(context.rank(done)))
        if share is None or end is None:
            return None
        return max(_STARVED * share, min(share * context.workers, end - context.clock.elapsed()))

    def _trial_seconds(self) -> float | None:
        return self._context.settings.budget.trial_seconds(len(self.portfolio))

    # The refit.

    def _refit(self, ranked: Sequence[Trial]) -> Winner:
        context = self._context
        trials, reasons = context.store.trials(), list[str]()
        for trial in _different(ranked)[:3]:
            key = fingerprint(trial.candidate.values)
            same = [other for other in trials if fingerprint(other.candidate.values) == key]
            title = f"refit {self.name(trial.candidate)}"
            step = context.progress.step(title, self._trainer.left([]))
            step.begin()
            allowance = Allowance(seconds=self._refit_seconds(), on_epoch=step.epoch)
            try:
                fitted = context.bench.refit(trial.candidate, context.parts.search, best_share(same), allowance)
            except Exception as error:  # noqa: BLE001 - the next best takes its place
                reasons.append(f"{title}: {type(error).__name__}: {error}")
                context.progress.say(reasons[-1])
                continue
            finally:
                step.end(None, "")
            if fitted.training.best_epoch:
                found_by = min(other.number for other in same)
                return Winner(trial=trial, found_by=found_by, fitted=fitted)
            reasons.append(f"{title}: the loss was not a number from the first epoch on")
        raise _nothing_refitted(reasons)

    def _refit_seconds(self) -> float | None:
        left = self._context.seconds_left
        return None if left is None else max(left, _REFIT_AT_LEAST * (self._context.settings.budget.seconds or 0.0))


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
