"""What is known of a model before it trains: its cost, and what its curves will be judged by."""

import math
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from layersmith.cost import model_cost
from layersmith.data.spec import Task
from layersmith.experiments.answers import loss_name
from layersmith.experiments.sample import Sample
from layersmith.probes import Facts, constant_scores
from layersmith.records import Cost, Split

__all__ = ["About", "about"]


@dataclass(frozen=True, kw_only=True)
class About:
    """A model before its training.

    Attributes:
        cost: What a prediction costs.
        facts: What its curves are judged by; None where the loss of a constant prediction is not known.
    """

    cost: Cost
    facts: Facts | None


def about(model: Any, sample: Sample, split: Split, *, batch_size: int) -> About:
    """Return what is known of a model that will train on a fold.

    Args:
        model: A compiled model.
        sample: The rows.
        split: The fold.
        batch_size: Rows per update.
    """
    cost = model_cost(model)
    if not _knows_constant(model, sample.task):
        return About(cost=cost, facts=None)
    constant, _ = constant_scores(sample.targets[split.train], sample.task)
    held, accuracy = constant_scores(sample.targets[split.validation], sample.task)
    if not constant > 0:
        return About(cost=cost, facts=None)
    facts = Facts(
        constant_loss=constant,
        held_constant_loss=held if held > 0 else math.nan,
        constant_accuracy=accuracy,
        train_rows=len(split.train),
        validation_rows=len(split.validation),
        batch_size=batch_size,
        learning_rate=float(np.asarray(keras.ops.convert_to_numpy(model.optimizer.learning_rate))),
        params=cost.trainable_params,
        regularised=any(map(_is_regularised, model.layers)),
    )
    return About(cost=cost, facts=facts)


def _knows_constant(model: Any, task: Task) -> bool:
    """Whether the loss is one whose value for the best constant prediction is known."""
    name = loss_name(model.loss)
    if task.is_classification:
        return name in ("binarycrossentropy", "categoricalcrossentropy", "sparsecategoricalcrossentropy")
    return name in ("mse", "meansquarederror")


def _is_regularised(layer: Any) -> bool:
    return "Dropout" in type(layer).__name__ or getattr(layer, "kernel_regularizer", None) is not None
