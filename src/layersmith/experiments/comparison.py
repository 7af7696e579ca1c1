"""What a comparison of models over the same folds gave.

Each pair of models is compared fold by fold, on the same rows with the same seeds, by the corrected resampled t-test of
Nadeau and Bengio (`validation.resampled`). With several pairs p-values are Holm's, and intervals Bonferroni's, so that
all of them hold together.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from layersmith.experiments.cross_validation import CrossValidation
from layersmith.experiments.words import number, spelled
from layersmith.probes import Verdict
from layersmith.records import Interval
from layersmith.validation.metrics import metric_named
from layersmith.validation.resampled import held_per_train, holm, resampled

__all__ = ["Comparison", "Difference", "compared", "in_one_word", "tied_with_best"]

_LEVEL = 0.95


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Two models side by side.

    Attributes:
        better: Name of the one with the better mean score.
        other: Name of the other.
        mean: By how much the mean score of `better` is the better one, in the metric's unit; NaN where one diverged.
        interval: The mean's 95 % interval; the intervals of all pairs hold together (Bonferroni).
        p_value: Of no difference, adjusted for the number of pairs (Holm).
    """

    better: str
    other: str
    mean: float
    interval: Interval
    p_value: float

    @property
    def told_apart(self) -> bool:
        """Whether the rows can tell the two apart, at 5 % over all pairs; false where one diverged."""
        return self.p_value < 1 - _LEVEL

    def __str__(self) -> str:
        if math.isnan(self.mean):
            return f"{self.better} and {self.other} cannot be compared: one diverged"
        seen = f"{number(self.mean)} ({spelled(self.interval)}; p = {self.p_value:.2g})"
        if self.told_apart:
            return f"{self.better} is better than {self.other} by {seen}"
        return f"{self.better} and {self.other} cannot be told apart with these rows: {seen}"


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison:
    """Several models over the same folds and seeds.

    Attributes:
        metric: Name of the metric.
        results: What each model's cross-validation gave, by name, the best mean first.
        differences: Every pair of models.
    """

    metric: str
    results: Mapping[str, CrossValidation]
    differences: tuple[Difference, ...]

    @property
    def best(self) -> str:
        """Name of the model with the best mean score."""
        return next(iter(self.results))

    @property
    def ties(self) -> tuple[str, ...]:
        """Names of the models that cannot be told apart from the best, itself first; none that diverged."""
        apart = {pair.other for pair in self.differences if pair.better == self.best and pair.told_apart}
        return tuple(name for name, result in self.results.items() if name not in apart and not math.isnan(result.mean))

    @property
    def cheapest(self) -> str:
        """Name of the model, among `ties`, with the fewest multiply-accumulates (then parameters)."""
        costs = {name: self.results[name].cost for name in self.ties or (self.best,)}
        return min(costs, key=lambda name: (costs[name].macs, costs[name].params))

    def verdicts(self) -> dict[str, Verdict | None]:
        """Return how each model's training went, beside the lowest test loss of all; None where that is unknown."""
        losses = {name: result.test_loss for name, result in self.results.items()}
        reachable = min((loss for loss in losses.values() if math.isfinite(loss)), default=math.nan)
        return {name: result.verdict(reachable) for name, result in self.results.items()}

    def table(self) -> pd.DataFrame:
        """Return one row per model, the best first: score with its interval, cost, and how training went."""
        verdicts = self.verdicts()
        return pd.DataFrame(
            [
                {
                    "model": name,
                    self.metric: result.mean,
                    "low": result.interval.low,
                    "high": result.interval.high,
                    "params": result.cost.params,
                    "macs": result.cost.macs,
                    "seconds": round(result.seconds, 3),
                    "tied_with_best": name in self.ties,
                    "verdict": in_one_word(verdicts[name]),
                }
                for name, result in self.results.items()
            ]
        )

    def difference_table(self) -> pd.DataFrame:
        """Return one row per pair of models."""
        return pd.DataFrame(
            [
                {
                    "better": pair.better,
                    "other": pair.other,
                    "difference": pair.mean,
                    "low": pair.interval.low,
                    "high": pair.interval.high,
                    "p_value": pair.p_value,
                    "told_apart": pair.told_apart,
                }
                for pair in self.differences
            ]
        )

    def summary(self) -> str:
        """Return the answer in words: scores beside costs, then every difference."""
        label = metric_named(self.metric)
        repeats, folds = next(iter(self.results.values())).scores.shape
        better = "higher" if label.higher_is_better else "lower"
        lines = [f"{label.label} over the same {repeats * folds} folds and seeds, {better} is better:"]
        for name, result in self.results.items():
            lines.append(
                f"  {name}: {number(result.mean)} ({spelled(result.interval)}), {result.cost.params:,} parameters, "
                f"{result.cost.macs:,} multiply-accumulates, {result.seconds:.2g} s"
            )
        lines += [str(pair) for pair in self.differences]
        if len(self.differences) > 1:
            lines.append(f"p-values are adjusted for {len(self.differences)} pairs (Holm), intervals too (Bonferroni)")
        if len(self.ties) > 1:
            lines.append(f"cheapest that cannot be told apart from {self.best}: {self.cheapest}")
        return "\n".join(lines)


def in_one_word(verdict: Verdict | None) -> str:
    """Return a verdict's kind, nothing where there is none."""
    return "" if verdict is None else str(verdict.kind)


def compared(results: Mapping[str, CrossValidation]) -> Comparison:
    """Compare models that were cross-validated over the same folds.

    Args:
        results: Cross-validations by name; their scores are paired fold by fold.
    """
    metric = next(iter(results.values())).metric
    higher = metric_named(metric).higher_is_better
    ranked = dict(sorted(results.items(), key=lambda entry: _rank(entry[1].mean, higher)))
    folds = [split for repeat in next(iter(results.values())).splits for split in repeat]
    pairs = list(combinations(ranked, 2))
    sign, share = 1 if higher else -1, held_per_train(folds)
    found = [
        resampled(sign * (ranked[left].scores - ranked[right].scores), held_per_train=share) for left, right in pairs
    ]
    adjusted = holm([each.p_value for each in found])
    return Comparison(
        metric=metric,
        results=ranked,
        differences=tuple(
            Difference(
                better=left,
                other=right,
                mean=each.mean,
                interval=each.interval(_LEVEL, comparisons=len(pairs)),
                p_value=p_value,
            )
            for (left, right), each, p_value in zip(pairs, found, adjusted, strict=True)
        ),
    )


def tied_with_best(comparison: Comparison) -> tuple[str, ...]:
    """Return the models that cannot be told apart from the best, judged by the comparisons with the best alone.

    Among many models all pairs are far more comparisons than this question asks, and would hide what it asks for; here
    p-values are adjusted for one comparison per model (as in Hsu's comparisons with the best, Annals of Statistics 9,
    1981; Holm).

    Args:
        comparison: Models over the same folds.
    """
    best, level = comparison.best, 1 - _LEVEL
    pairs = [compared({best: comparison.results[best], name: result}) for name, result in _others(comparison).items()]
    adjusted = holm([pair.differences[0].p_value for pair in pairs])
    apart = [name for name, p_value in zip(_others(comparison), adjusted, strict=True) if p_value < level]
    return tuple(name for name, each in comparison.results.items() if name not in apart and not math.isnan(each.mean))


def _others(comparison: Comparison) -> dict[str, CrossValidation]:
    return {name: result for name, result in comparison.results.items() if name != comparison.best}


def _rank(mean: float, higher: bool) -> float:
    if math.isnan(mean):
        return math.inf
    return -mean if higher else mean
