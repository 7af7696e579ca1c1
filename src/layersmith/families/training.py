"""How candidates train: optimizer, learning rate, schedule, batch size and length, shared by all families.

Length is part of the space: small data want hundreds of epochs, large data a few. Patience grows with the noise of
the validation loss, whose standard error falls with the square root of the validation rows.
"""

import math

from layersmith.data.spec import DataSpec
from layersmith.records import Recipe
from layersmith.space import HyperParameters

__all__ = ["patience", "space"]

_SCHEDULES = ["constant", "cosine", "one_cycle", "plateau", "cosine_warmup", "triangular"]
_UPDATES_AT_32 = 1_000_000  # rows times epochs that the default length amounts to


def space(hp: HyperParameters, spec: DataSpec) -> Recipe:
    """Register the training hyperparameters and return the recipe of the current values.

    Args:
        hp: Where they are registered.
        spec: What the data is; its rows set the ranges of batch size and epochs.
    """
    optimizer = hp.Choice("optimizer", ["adam", "adamw", "sgd", "rmsprop"])
    with hp.conditional_scope("optimizer", ["adamw"]):
        weight_decay = hp.Choice("weight_decay", [1e-4, 1e-3, 1e-2, 1e-1], default=1e-2) or 0.0
    epochs = hp.Int("epochs", 5, 2000, sampling="log", default=_default_epochs(spec))
    return Recipe(
        optimizer=optimizer,
        weight_decay=weight_decay,
        learning_rate=hp.Float("learning_rate", 1e-4, 5e-2, sampling="log", default=1e-3),
        schedule=hp.Choice("schedule", _SCHEDULES, default="cosine"),
        batch_size=hp.Choice("batch_size", [16, 32, 64, 128, 256], default=_default_batch(spec)),
        epochs=epochs,
        patience=patience(epochs, spec.num_rows // 5),
    )


def patience(epochs: int, validation_rows: int) -> int:
    """Return the epochs to wait for a better validation loss: a tenth of `epochs`, more when few rows make it noisy.

    Args:
        epochs: Planned epochs.
        validation_rows: Rows the loss is averaged over.

    Example:
        >>> patience(100, 10_000), patience(100, 25)
        (12, 50)
    """
    share = min(0.5, 0.1 + 2.0 / math.sqrt(max(validation_rows, 1)))
    return max(5, round(share * epochs))


def _default_epochs(spec: DataSpec) -> int:
    return int(min(600, max(20, _UPDATES_AT_32 // max(spec.num_rows, 1))))


def _default_batch(spec: DataSpec) -> int:
    """Return a batch size that gives at least some twenty updates an epoch where the rows allow."""
    for size in (256, 128, 64, 32):
        if spec.num_rows >= 40 * size:
            return size
    return 16
