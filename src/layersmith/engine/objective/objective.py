"""Losses and metrics of all outputs as pure functions: what a step descends, and what an epoch reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import keras

from layersmith.engine.losses import reduce
from layersmith.engine.losses.shapes import Shape
from layersmith.engine.objective.measures import Measure, metrics_of, resolve_measures
from layersmith.engine.objective.outputs import Outputs
from layersmith.engine.objective.terms import Term, loss_weights_of, losses_of, resolve_terms
from layersmith.graph import Compiled

__all__ = ["Batch", "Objective", "Sums", "read_objective"]

Sums: TypeAlias = dict[str, Any]
"""Running sums of an epoch: of the loss and of rows, of each term and what its batches count, and metrics' states."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Batch:
    """What losses and metrics see of a batch.

    Attributes:
        targets: Targets `(batch, ...)` of each output, None for an output without.
        outputs: Outputs `(batch, ...)` of the network, flattened.
        masks: The mask Keras would carry on each output, None for none.
        sample_weight: Weights of each output's targets, None for none.
        rows: `(batch,)`, 1 where the row exists; None where all do.
    """

    targets: Sequence[Any]
    outputs: Sequence[Any]
    masks: Sequence[Any]
    sample_weight: Sequence[Any]
    rows: Any = None

    @property
    def num_rows(self) -> Any:
        """Rows that exist, a float32 scalar."""
        return jnp.float32(self.outputs[0].shape[0]) if self.rows is None else jnp.sum(self.rows)


jax.tree_util.register_dataclass(
    Batch, data_fields=["targets", "outputs", "masks", "sample_weight", "rows"], meta_fields=[]
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Objective:
    """What a model is trained for and measured by.

    Attributes:
        terms: The losses whose weighted sum is descended.
        measures: The metrics.
        signature: What of it is baked into a program; equal signatures mean the same objective.
        numbers: Weights of the terms, as runtime values: `"loss_weight/0"`. A term without counts once.
    """

    terms: tuple[Term, ...]
    measures: tuple[Measure, ...]
    signature: str
    numbers: Mapping[str, float]

    @property
    def depends_on_batches(self) -> bool:
        """Whether a mean over an epoch depends on how its rows are cut into batches."""
        special = any(
            term.loss.reduction not in ("mean", "sum_over_batch_size") or term.loss.counted for term in self.terms
        )
        return special or (len(self.terms) > 1 and _batches_count_alike())

    def losses(self, batch: Batch) -> list[Any]:
        """Return the loss of each term, unweighted float32 scalars."""
        return [
            reduce(
                term.loss,
                batch.targets[term.output],
                batch.outputs[term.output],
                sample_weight=batch.sample_weight[term.output],
                row_mask=batch.rows,
                mask=batch.masks[term.output],
            )
            for term in self.terms
        ]

    def total(self, losses: Sequence[Any], runtime: Mapping[str, Any]) -> Any:
        """Return the weighted sum of the terms' losses.

        Args:
            losses: What `losses` gave.
            runtime: The program's runtime values.
        """
        weights = [runtime.get(_key(term.output)) for term in self.terms]
        return sum(
            (loss if weight is None else loss * weight for loss, weight in zip(losses, weights, strict=True)),
            jnp.float32(0.0),
        )

    def zero(self) -> Sums:
        """Return the sums before the first batch."""
        return {
            "loss": jnp.float32(0.0),
            "terms": [jnp.float32(0.0) for _ in self.terms],
            "rows": jnp.float32(0.0),
            "counts": jnp.float32(0.0),
            "metrics": [measure.metric.init() for measure in self.measures],
        }

    def count(self, sums: Sums, batch: Batch, total: Any, losses: Sequence[Any]) -> Sums:
        """Return the sums after a batch.

        Args:
            sums: The sums before it.
            batch: The batch.
            total: Its loss, penalties included.
            losses: Its losses term by term.
        """
        live = batch.num_rows
        count = jnp.minimum(live, 1.0) if _batches_count_alike() else live
        return {
            "loss": sums["loss"] + total * live,
            "terms": [term + loss * count for term, loss in zip(sums["terms"], losses, strict=True)],
            "rows": sums["rows"] + live,
            "counts": sums["counts"] + count,
            "metrics": [
                measure.metric.update(
                    state,
                    batch.targets[measure.output],
                    batch.outputs[measure.output],
                    batch.sample_weight[measure.output],
                    batch.rows,
                    batch.masks[measure.output],
                )
                for measure, state in zip(self.measures, sums["metrics"], strict=True)
            ],
        }

    def logs(self, sums: Sums) -> dict[str, Any]:
        """Return the means of an epoch under the keys of Keras' logs; a single term has no key of its own."""
        rows, counts = jnp.maximum(sums["rows"], 1.0), jnp.maximum(sums["counts"], 1.0)
        states = zip(self.measures, sums["metrics"], strict=True)
        terms = zip(self.terms, sums["terms"], strict=True) if len(self.terms) > 1 else ()
        return {
            "loss": sums["loss"] / rows,
            **{measure.metric.name: measure.metric.result(state) for measure, state in states},
            **{term.log: value / counts for term, value in terms},
        }


def read_objective(compiled: Compiled, outputs: Outputs, targets: Sequence[Shape | None]) -> Objective:
    """Return the objective that a model was compiled with.

    Args:
        compiled: What `compile` was given.
        outputs: The model's outputs.
        targets: Shape of each output's targets, batch axis first; None where there are none.

    Raises:
        Unsupported: If a loss or metric has no compiled form, or does not fit its targets.

    Example:
        >>> outputs = Outputs(kind="list", names=("a", "b"), shapes=((None, 1), (None, 1)))
        >>> compiled = Compiled(optimizer=None, loss="mse", loss_weights=0.5, metrics={"a": "mae"})
        >>> objective = read_objective(compiled, outputs, [(None, 1), (None, 1)])
        >>> [term.log for term in objective.terms], [measure.metric.name for measure in objective.measures]
        (['a_loss', 'b_loss'], ['a_mae'])
        >>> objective.numbers
        {'loss_weight/0': 0.5, 'loss_weight/1': 0.5}
    """
    losses = losses_of(compiled.loss, outputs)
    weights = loss_weights_of(compiled.loss_weights, compiled.loss, outputs)
    metrics, weighted = metrics_of(compiled.metrics, outputs), metrics_of(compiled.weighted_metrics, outputs)
    numbers = {_key(index): float(weight) for index, weight in enumerate(weights) if weight is not None}
    names = outputs.names if len(outputs) > 1 else ()
    return Objective(
        terms=resolve_terms(losses, outputs, targets),
        measures=resolve_measures(metrics, weighted, outputs, targets),
        signature=repr((names, losses, metrics, weighted, sorted(numbers), [tuple(each or ()) for each in targets])),
        numbers=numbers,
    )


def _batches_count_alike() -> bool:
    """Whether a batch counts once in the mean of one output's loss, however many rows it has.

    Keras weighs it by the static number of its rows (`CompileLoss.call`), which TensorFlow's graphs do not know.
    """
    return bool(keras.backend.backend() == "tensorflow")


def _key(output: int) -> str:
    return f"loss_weight/{output}"
