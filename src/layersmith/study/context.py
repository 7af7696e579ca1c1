"""What the phases of a run share: the data, where models train, where trials are kept, what the user sees."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from layersmith.data.problem import Problem
from layersmith.executors import count_cores
from layersmith.records import Phase, Split, Trial
from layersmith.storage.store import StudyStore
from layersmith.study.bench import Bench
from layersmith.study.budget import Clock
from layersmith.study.finalists import rank
from layersmith.study.interrupt import Interrupt
from layersmith.study.progress import Progress
from layersmith.study.settings import Settings
from layersmith.study.splitting import search_splits
from layersmith.validation.splits import Holdout

__all__ = ["Context"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Context:
    """What a session works with.

    Attributes:
        settings: What the user asked for.
        problem: The rows and what ties them.
        parts: Search rows and holdout rows.
        bench: Where candidates train.
        store: Where trials are kept.
        progress: What the user sees.
        clock: Seconds spent, those of earlier sessions included.
        interrupt: Whether the user asked to finish.
        workers: Candidates in training at once; one a core by default.
    """

    settings: Settings
    problem: Problem
    parts: Holdout
    bench: Bench
    store: StudyStore
    progress: Progress
    clock: Clock
    interrupt: Interrupt
    workers: int = field(default_factory=count_cores)

    @property
    def higher(self) -> bool:
        """Whether a higher score is better."""
        return self.bench.metric.higher_is_better

    @property
    def seconds_left(self) -> float | None:
        """Seconds left for training, None without a limit."""
        return self.settings.budget.left(self.clock.elapsed())

    def trials(self, phase: Phase) -> list[Trial]:
        """Return the finished trials of a phase."""
        return [trial for trial in self.store.trials() if trial.phase == phase]

    def rank(self, trials: Sequence[Trial]) -> list[Trial]:
        """Return the complete ones of some trials, best first."""
        return rank(trials, higher_is_better=self.higher)

    def splits(self, fresh: int = 0) -> Sequence[Split]:
        """Return rows to train and to validate on.

        Args:
            fresh: 0 for those of the search, others for as many divisions of the same rows.
        """
        return search_splits(self.problem, self.parts.search, seed=self.settings.seed + fresh)

    def needed(self, ranked: Sequence[Trial]) -> float:
        """Return the seconds that finals and refit will take, judged by the best trials so far.

        A refit has more rows than a fold: half as much again as the slowest of one fold.

        Args:
            ranked: Trials, best first.
        """
        best = ranked[:3]
        folds = max((len(trial.trainings) for trial in best), default=1)
        slowest = max((trial.seconds for trial in best), default=0.0)
        return max(slowest, sum(trial.seconds for trial in best) / self.workers) + 1.5 * slowest / folds
