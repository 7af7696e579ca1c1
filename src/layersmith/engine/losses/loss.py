"""A loss with its options chosen: values per sample, and how they become one number."""

from dataclasses import dataclass

from layersmith.engine.losses.formulas import Values

__all__ = ["Loss"]


@dataclass(frozen=True, kw_only=True)
class Loss:
    """A loss of one output.

    Attributes:
        name: As Keras names it.
        values: `(y_true, y_pred)` to one float32 value per entry: the shape of the outputs without the last axis.
        reduction: `sum_over_batch_size` (or its other name `mean`), `sum`, or `mean_with_sample_weight`.
        counted: `(y_true, y_pred)` to where entries count, in the shape of the values; None where all do.
            It is how `ignore_class` leaves entries out of the mean.
    """

    name: str
    values: Values
    reduction: str = "sum_over_batch_size"
    counted: Values | None = None
