"""Candidates in training, several at once: each is noted before it begins, and kept before the next is asked for."""

from collections.abc import Callable, Iterator, Sequence

from layersmith.executors import AHEAD, LocalExecutor
from layersmith.families import Established
from layersmith.records import Candidate, Phase, Split, Trial
from layersmith.study.bench import Allowance, Attempt
from layersmith.study.context import Context
from layersmith.study.laps import Laps
from layersmith.study.naming import name_of
from layersmith.study.progress import Step
from layersmith.study.race import Race

__all__ = ["Trainer"]


class Trainer:
    """Trains the candidates of a phase.

    Args:
        context: What the phases share.
        portfolio: Published architectures, for names.
    """

    def __init__(self, context: Context, portfolio: Sequence[Established]) -> None:
        self._context, self._portfolio = context, portfolio

    def name(self, candidate: Candidate) -> str:
        """Return what a candidate is called."""
        return name_of(candidate, self._portfolio)

    def train(
        self,
        following: Callable[[int], Candidate | None],
        splits: Sequence[Split],
        phase: Phase,
        *,
        seconds: Callable[[], float | None],
        done: Sequence[Trial],
        race: Race,
        may_go_on: Callable[[], bool],
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
            may_go_on: Whether there is time for those that wait at a rung.
        """
        context = self._context

        def begin(candidate: Candidate, pending: int) -> tuple[Attempt, Step]:
            title = self._title(candidate, phase, len(done) + pending)
            return self._begun(candidate, splits, phase, title, seconds(), done)

        with LocalExecutor(context.workers) as executor:
            laps = Laps(executor, race, begin, ordered=context.settings.budget.seconds is None)
            for trial, step in laps.run(following, may_go_on):
                if trial.state != "paused":
                    context.store.finish(trial)
                context.store.set_attributes({"seconds": context.clock.elapsed()})
                if step is not None:
                    step.end(trial, self._best([*done, trial]))
                if trial.state not in ("interrupted", "paused"):
                    yield trial

    def left(self, done: Sequence[Trial]) -> float | None:
        """Return the seconds left of the budget; where it counts trials, judged by those that are done."""
        context, budget = self._context, self._context.settings.budget
        if budget.seconds is not None:
            return max(0.0, budget.seconds - context.clock.elapsed())
        if not budget.trials or not done:
            return None
        return sum(trial.seconds for trial in done) / len(done) * max(0, budget.trials - len(done)) / context.workers

    def _begun(
        self,
        candidate: Candidate,
        splits: Sequence[Split],
        phase: Phase,
        title: str,
        seconds: float | None,
        done: Sequence[Trial],
    ) -> tuple[Attempt, Step]:
        """Return the training of a candidate, built and noted as begun, and what the user sees of it."""
        context = self._context
        context.store.start(candidate)
        step = context.progress.step(title, self.left(done))
        allowance = Allowance(
            seconds=seconds,
            should_stop=lambda: context.interrupt.requested,
            on_epoch=step.epoch,
            worst_of_best=self._worst_of_best(candidate, done) if phase == "search" else None,
        )
        return context.bench.begin(candidate, splits, allowance, phase=phase), step

    def _worst_of_best(self, candidate: Candidate, done: Sequence[Trial]) -> float | None:
        """Return the worst score of a fold of the best candidate that was known when this one was first asked for.

        What is known by now may be more, on other cores or after a resume, and would change the search.
        """
        known = [trial for trial in done if trial.state == "complete" and trial.number <= candidate.number - AHEAD]
        ranked = self._context.rank(known)
        scores = ranked[0].fold_scores if ranked else ()
        return (min if self._context.higher else max)(scores, default=None)

    def _title(self, candidate: Candidate, phase: Phase, done: int) -> str:
        if phase == "final":
            return f"final {done + 1} {self.name(candidate)}"
        trials = self._context.settings.budget.trials
        return f"trial {done + 1}{f'/{trials}' if trials else ''} {self.name(candidate)}"

    def _best(self, trials: Sequence[Trial]) -> str:
        ranked = self._context.rank(trials)
        return f"best {self._context.bench.metric.name} {ranked[0].score:.4g}" if ranked else ""
