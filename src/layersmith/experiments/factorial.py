"""What a sweep gave: a score with its interval for every cell, and what each factor does."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from layersmith.errors import TrainingError
from layersmith.experiments.comparison import Comparison, compared, in_one_word, tied_with_best
from layersmith.experiments.cross_validation import CrossValidation
from layersmith.experiments.design import Levels
from layersmith.experiments.effects import Effects, Term, analyse
from layersmith.experiments.words import number, spelled
from layersmith.records import Value
from layersmith.validation.metrics import metric_named
from layersmith.validation.resampled import held_per_train

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Cell", "Sweep", "cell_name"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Cell:
    """One combination of levels.

    Attributes:
        values: Factor to level.
        result: Its cross-validation.
    """

    values: Mapping[str, Value]
    result: CrossValidation

    @property
    def name(self) -> str:
        """The levels in words: `units=64, activation=relu`."""
        return cell_name(self.values)


def cell_name(values: Mapping[str, Value]) -> str:
    """Return the name of a cell.

    Example:
        >>> cell_name({"units": 64, "activation": "relu"})
        'units=64, activation=relu'
    """
    return ", ".join(f"{name}={value}" for name, value in values.items())


@dataclass(frozen=True, kw_only=True, eq=False)
class Sweep:
    """A designed experiment over hyperparameters, every cell on the same folds with the same seeds.

    Attributes:
        metric: Name of the metric.
        levels: The values of each factor.
        cells: What was run, in the order of the design.
    """

    metric: str
    levels: Levels
    cells: Sequence[Cell]

    @cached_property
    def effects(self) -> Effects:
        """How much of the variance is due to which factor, and what each level does (`experiments.effects`)."""
        folds = [split for repeat in self.cells[0].result.splits for split in repeat]
        scores = np.stack([cell.result.scores.ravel() for cell in self.cells])
        values = [cell.values for cell in self.cells]
        return analyse(self.levels, values, scores, held_per_train=held_per_train(folds))

    @cached_property
    def comparison(self) -> Comparison:
        """Every pair of cells, as `compare` gives it."""
        return compared({cell.name: cell.result for cell in self.cells})

    def best(self) -> Cell:
        """Return the cell with the best mean score.

        Raises:
            TrainingError: If training diverged in every cell.
        """
        sign = 1 if metric_named(self.metric).higher_is_better else -1
        return max(self._scored(), key=lambda cell: sign * cell.result.mean)

    def cheapest_within(self, tolerance: float) -> Cell:
        """Return the cell with the fewest multiply-accumulates (then parameters) of those nearly as good as the best.

        Args:
            tolerance: How far its mean score may be from the best one, in the metric's unit.

        Raises:
            TrainingError: If training diverged in every cell.
        """
        best = self.best().result.mean
        return _cheapest([cell for cell in self._scored() if abs(cell.result.mean - best) <= tolerance + 1e-12])

    def ties(self) -> list[Cell]:
        """Return the cells that cannot be told apart from the best, itself among them (`tied_with_best`)."""
        names = tied_with_best(self.comparison)
        return [cell for cell in self.cells if cell.name in names]

    def _scored(self) -> list[Cell]:
        scored = [cell for cell in self.cells if not math.isnan(cell.result.mean)]
        if not scored:
            raise TrainingError(
                f"all {len(self.cells)} cells diverged",
                expected="a cell whose loss stays finite in every fold",
                fix="lower the learning rate, or scale the inputs",
            )
        return scored

    def table(self) -> pd.DataFrame:
        """Return one row per cell: its levels, score with interval, how training went, losses, cost."""
        verdicts = self.comparison.verdicts()
        return pd.DataFrame([self._row(cell, in_one_word(verdicts[cell.name])) for cell in self.cells])

    def _row(self, cell: Cell, verdict: str) -> dict[str, object]:
        result = cell.result
        train_loss = float(np.mean([curves["loss"][-1] for repeat in result.curves for curves in repeat]))
        return {
            **cell.values,
            self.metric: result.mean,
            "low": result.interval.low,
            "high": result.interval.high,
            "verdict": verdict,
            "train_loss": train_loss,
            "test_loss": result.test_loss,
            "params": result.cost.params,
            "macs": result.cost.macs,
            "seconds": round(result.seconds, 3),
        }

    def variance_table(self) -> pd.DataFrame:
        """Return one row per factor and interaction: its share of the variance, with interval and p-value."""
        return pd.DataFrame(
            [
                {
                    "term": term.name,
                    "degrees": term.degrees,
                    "share": term.share,
                    "partial": term.partial,
                    "low": term.interval.low,
                    "high": term.interval.high,
                    "p_value": term.p_value,
                }
                for term in self.effects.terms
            ]
        )

    def effect_table(self) -> pd.DataFrame:
        """Return one row per level, and per pair of levels, with its effect on the score and the effect's interval."""
        return pd.DataFrame(
            [
                {
                    "term": term.name,
                    "level": cell_name(effect.levels),
                    "effect": effect.mean,
                    "low": effect.interval.low,
                    "high": effect.interval.high,
                }
                for term in self.effects.terms
                for effect in term.effects
            ]
        )

    def heatmap(self, rows: str | None = None, columns: str | None = None) -> "Figure":
        """Return the mean score by two factors, others averaged, as a matplotlib figure.

        Args:
            rows: Factor down the side; the first unless given.
            columns: Factor along the bottom; the next one unless given.

        Raises:
            UnknownNameError: If the sweep has no such factor.
        """
        from layersmith.experiments.drawings import draw_heatmap

        return draw_heatmap(self.table(), self.metric, self.levels, rows=rows, columns=columns)

    def curves(self) -> "Figure":
        """Return training and test loss by epoch of every cell, the mean over folds, as a matplotlib figure."""
        from layersmith.experiments.drawings import draw_curves

        return draw_curves({cell.name: cell.result for cell in self.cells})

    def summary(self) -> str:
        """Return the answer in words: the best cell, what varies the score, what cannot be told apart."""
        label, best, ties = metric_named(self.metric).label, self.best(), self.ties()
        result = best.result
        lines = [
            f"best of {len(self.cells)} cells: {best.name}, {label} {number(result.mean)} ({spelled(result.interval)})",
            *(_in_words(term) for term in self.effects.terms),
        ]
        if self.effects.terms:
            lines.append(f"noise between folds: {self.effects.noise:.0%} of the variance")
        else:
            lines.append("the cells and folds that are left cannot tell the factors apart")
        if not self.effects.has_interactions and len(self.levels) > 1:
            lines.append("interactions cannot be told from main effects in these cells")
        if len(ties) > 1:
            lines.append(
                f"{len(ties)} cells, it among them, cannot be told apart with these rows; the cheapest is "
                f"{_cheapest(ties).name}"
            )
        lines += [f"diverged: {cell.name}" for cell in self.cells if math.isnan(cell.result.mean)]
        return "\n".join(lines)


def _cheapest(cells: Sequence[Cell]) -> Cell:
    return min(cells, key=lambda cell: (cell.result.cost.macs, cell.result.cost.params))


def _in_words(term: Term) -> str:
    if math.isnan(term.p_value):
        return f"{term.name}: nothing varies"
    seen = "" if term.p_value < 0.05 else ", which may be chance"
    return f"{term.name}: {term.share:.0%} of the variance (p = {term.p_value:.2g}{seen})"
