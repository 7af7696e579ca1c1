"""`ls.find_learning_rate`: a range test of the learning rate on the compiled engine.

A few batches are trained while the rate rises exponentially (Smith 2015, arXiv 1506.01186, section 3.3), from the same
weights several times over, in another order of rows each time. Every step is an epoch of one batch for `ls.fit`, so one
small program serves all rates, and a model that has no compiled form is trained by `model.fit` in the same way.
"""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from layersmith.engine.fit import fit
from layersmith.engine.fitting.reader import Reader
from layersmith.engine.seeding import seeded
from layersmith.errors import DataError, SpaceError
from layersmith.experiments.learning_rate_range import LearningRateRange, choose_rate
from layersmith.experiments.preserved import preserved
from layersmith.experiments.requirements import require_compiled

__all__ = ["find_learning_rate"]

_FEWEST_STEPS = 20  # below, the smoothing is as wide as the test


def find_learning_rate(
    model: Any,
    x: Any,
    y: Any,
    *,
    batch_size: int = 32,
    low: float = 1e-6,
    high: float = 10.0,
    steps: int = 120,
    restarts: int = 3,
    seed: int = 0,
) -> LearningRateRange:
    """Return the learning rate at which a model learns fastest without diverging.

    The model is as before afterwards, bit by bit: weights, seeds, metrics and optimizer, also where the test is
    interrupted. It trains from its present weights, with a fresh optimizer of the kind that it was compiled with.

    Args:
        model: A compiled and built Keras model.
        x: Inputs: an array `(rows, ...)`, a list or a dictionary of arrays.
        y: Targets `(rows, ...)`; a list or a dictionary of them where the model has several outputs.
        batch_size: Rows of a batch; the rate depends on it.
        low: Lowest rate.
        high: Highest rate.
        steps: Batches trained between the two.
        restarts: Times that the test is repeated, in another order of rows.
        seed: Seed of these orders.

    Returns:
        The rate, the rates tested and their losses, and a figure.

    Raises:
        SpaceError: If the model is not compiled or not built, its optimizer has no learning rate, or a number makes no
            sense.
        DataError: If there are no rows.
        TrainingError: If the loss falls at no rate.

    Example:
        >>> x = np.linspace(-1, 1, 64, dtype="float32")[:, None]
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> found = find_learning_rate(model, x, 3 * x, batch_size=16)
        >>> 0.01 < found.rate < 1.0
        True
    """
    require_compiled(model, "the caller")
    _require(model, low=low, high=high, steps=steps, restarts=restarts, batch_size=batch_size)
    rates = np.geomspace(low, high, steps)
    x, y, size = _whole_batches(x, y, batch_size)
    curves = []
    for restart in range(restarts):
        with preserved(model), seeded(seed + restart):
            curves.append(_losses(model, x, y, rates, size))
    losses = np.median(curves, axis=0)
    return LearningRateRange(rate=choose_rate(rates, losses), rates=rates, losses=losses)


class _Watch(Reader):
    """Ends a test where the loss is no number any more."""

    def reads(self, epoch: int, logs: Mapping[str, Any]) -> bool:
        """Nothing of the model."""
        return False

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        if not np.isfinite((logs or {})["loss"]):
            self.model.stop_training = True


def _losses(model: Any, x: Any, y: Any, rates: NDArray[np.float64], batch_size: int) -> NDArray[np.float64]:
    """Train a batch at each rate and return their losses, infinite from where they are no numbers."""
    config = {**model.optimizer.get_config(), "learning_rate": float(rates[0])}
    model.optimizer, model.train_function = type(model.optimizer).from_config(config), None
    rising = keras.callbacks.LearningRateScheduler(lambda step, _: float(rates[step]))
    history = fit(
        model,
        x,
        y,
        batch_size=batch_size,
        epochs=len(rates),
        steps_per_epoch=1,
        callbacks=[rising, _Watch()],
        verbose=0,
    )
    losses = np.full(len(rates), np.inf)
    found = np.asarray(history.history["loss"], np.float64)
    losses[: len(found)] = np.where(np.isfinite(found), found, np.inf)
    return losses


def _whole_batches(x: Any, y: Any, batch_size: int) -> tuple[Any, Any, int]:
    """Return rows that make whole batches, so that one program serves them all, and the rows of a batch."""
    rows = min((len(part) for part in keras.tree.flatten((x, y))), default=0)
    if rows == 0:
        raise DataError("no rows", expected="rows to train on", fix="pass arrays that are not empty")
    size = min(batch_size, rows)
    x, y = keras.tree.map_structure(lambda part: part[: rows - rows % size], (x, y))
    return x, y, size


def _require(model: Any, *, low: float, high: float, **counts: int) -> None:
    if not model.built:
        raise SpaceError(
            f"the model {model.name!r} is not built, so it has no weights to restore",
            expected="a model whose input shape is known",
            fix="begin it with keras.Input, or call model.build(shape)",
        )
    if "learning_rate" not in model.optimizer.get_config():
        raise SpaceError(
            f"optimizer {type(model.optimizer).__name__} without a learning rate of its own",
            expected="an optimizer such as Adam or SGD",
            fix="compile the model with the optimizer inside it",
        )
    if not 0 < low < high:
        raise SpaceError(f"rates from {low} to {high}", expected="0 < low < high", fix="use low=1e-6, high=10")
    least = {"steps": _FEWEST_STEPS, "restarts": 1, "batch_size": 1}
    for name, count in counts.items():
        if count < least[name]:
            raise SpaceError(
                f"{name} is {count}", expected=f"{least[name]} or more", fix=f"set {name} to {least[name]} or more"
            )
