"""What is known about a training beside its curves, and what a constant prediction scores."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import entropy

from layersmith.data.spec import Task
from layersmith.errors import SpaceError

__all__ = ["Facts", "constant_scores"]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The circumstances of a training; NaN for what is not known.

    Attributes:
        constant_loss: Loss of the best constant prediction on the training rows: the unit of training losses.
        held_constant_loss: Its loss on the validation rows, the unit of validation losses; NaN for the same.
        train_rows: Rows trained on.
        validation_rows: Rows held out.
        batch_size: Rows of an update.
        learning_rate: The largest of the schedule.
        params: Trained parameters.
        constant_accuracy: Accuracy of the best constant prediction on the validation rows: the largest class' share.
        reachable_loss: A validation loss known to be reachable on these rows: of another model, of a baseline, or the
            noise of the labels where that is known.
        copies: Validation rows that are training rows too.
        input_scale: The largest absolute mean or standard deviation of a feature, as the first trained layer sees it.
        regularised: Whether weights are penalised or units dropped.

    Raises:
        SpaceError: If the constant's loss or a number of rows is not above 0.

    Example:
        >>> Facts(constant_loss=0.69, train_rows=320, validation_rows=80).updates(epochs=5)
        50
    """

    constant_loss: float
    train_rows: int
    validation_rows: int
    batch_size: int = 32
    learning_rate: float = math.nan
    params: int = 0
    held_constant_loss: float = math.nan
    constant_accuracy: float = math.nan
    reachable_loss: float = math.nan
    copies: int = 0
    input_scale: float = math.nan
    regularised: bool = False

    def __post_init__(self) -> None:
        for name in ("constant_loss", "train_rows", "batch_size"):
            if not getattr(self, name) > 0:
                got = f"{name} is {getattr(self, name)!r}"
                raise SpaceError(got, expected="a number above 0", fix="see layersmith.probes.constant_scores")

    @property
    def held_unit(self) -> float:
        """The unit of validation losses."""
        return self.constant_loss if math.isnan(self.held_constant_loss) else self.held_constant_loss

    def updates(self, epochs: int) -> int:
        """Return the updates that `epochs` epochs make."""
        return epochs * -(-self.train_rows // self.batch_size)


def constant_scores(y: NDArray[Any], task: Task) -> tuple[float, float]:
    """Return the cross-entropy or mean squared error of the best constant prediction, and its accuracy.

    The entropy of the class shares, averaged over the labels where there are several; the variance of a target,
    averaged over the targets.

    Args:
        y: Targets `(rows,)` or `(rows, outputs)`, as `DataSpec` has them.
        task: What is predicted.

    Returns:
        Loss and accuracy; the accuracy of a regression is NaN.

    Example:
        >>> loss, accuracy = constant_scores(np.array([0, 0, 0, 1]), Task.BINARY)
        >>> round(loss, 3), accuracy
        (0.562, 0.75)
    """
    if not task.is_classification:
        return float(np.var(y, axis=0).mean()), math.nan
    if task is Task.MULTILABEL:
        shares = np.stack([1.0 - y.mean(axis=0), y.mean(axis=0)])
        return float(entropy(shares).mean()), float(shares.max(axis=0).mean())
    shares = np.unique(y, return_counts=True)[1] / len(y)
    return float(entropy(shares)), float(shares.max())
