"""`ls.cross_validate`: one model over folds."""

from collections.abc import Mapping
from typing import Any

from layersmith.experiments.blueprint import blueprint_of
from layersmith.experiments.cross_validation import CrossValidation
from layersmith.experiments.setting import setting_of
from layersmith.records import Value

__all__ = ["cross_validate"]


def cross_validate(
    model: Any,
    x: Any,
    y: Any = None,
    folds: Any = 5,
    repeats: int = 1,
    groups: Any = None,
    time_ordered: bool = False,
    *,
    epochs: int | None = None,
    batch_size: int | None = None,
    patience: int = 0,
    objective: str | None = None,
    preprocessing: Any = None,
    values: Mapping[str, Value] | None = None,
    target: str | None = None,
    task: str | None = None,
    seed: int = 0,
) -> CrossValidation:
    """Train a model on every fold and score it on the rows that each fold left out.

    All folds run through one compiled program. No test row decides anything: the weights of the last epoch are scored,
    early stopping watches training rows, and `preprocessing` and adapted `Normalization` layers learn from each fold's
    training rows only.

    Args:
        model: A compiled Keras model, or a function `build(hp)` or `build()` that returns one. A model that is given
            stays as it is: each fold trains a copy with fresh initial weights, and with those of its frozen layers.
        x: An array `(rows, ...)`, a dictionary of arrays by input name, a frame, a path, `sklearn:digits` and its like.
        y: Targets `(rows,)` or `(rows, outputs)`, where they are apart.
        folds: A number (stratified by class, copies of a row kept together), or any scikit-learn splitter.
        repeats: How often the rows are divided anew, with other seeds.
        groups: Group of each row `(rows,)`, or its column: a group never stands on both sides.
        time_ordered: Whether rows stand in time order: each fold trains on the past of its test rows.
        epochs: Epochs of each fold; by default what `build` calls `epochs`, or 30.
        batch_size: Rows per update; by default what `build` calls `batch_size`, or 32.
        patience: Epochs without a lower loss on a fifth of the fold's training rows after which training stops; the
            model is then trained anew on all of them, to the epoch that was best. 0 for never.
        objective: Metric that counts; by default the task's own.
        preprocessing: A scikit-learn transformer, fitted anew on each fold's training rows.
        values: Values of the hyperparameters of `build`.
        target: Column to predict, where `x` has columns.
        task: `binary`, `multiclass`, `multilabel`, `regression` or `multiregression`; inferred unless given.
        seed: Seed of folds, initial weights and shuffling.

    Returns:
        Scores with their interval, curves, out-of-fold predictions.

    Raises:
        DataError: If the data cannot be learned from.
        SplitError: If the rows cannot be divided so.
        SpaceError: If the model does not suit the rows.
        UnknownNameError: If there is no such metric for the task. Nothing is trained in any of these cases.

    Example:
        >>> import keras, numpy as np
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, "sigmoid")])
        >>> model.compile("adam", "binary_crossentropy")
        >>> x = np.random.default_rng(0).normal(size=(40, 2))
        >>> result = cross_validate(model, x, x[:, 0] > 0, folds=4, epochs=2)
        >>> result.scores.shape, result.predictions.shape
        ((1, 4), (40, 1))
    """
    setting = setting_of(
        x,
        y,
        pads=False,
        folds=folds,
        repeats=repeats,
        groups=groups,
        time_ordered=time_ordered,
        epochs=epochs,
        batch_size=batch_size,
        patience=patience,
        objective=objective,
        preprocessing=preprocessing,
        target=target,
        task=task,
        seed=seed,
    )
    return setting.cross_validated({"the model": blueprint_of(model, values)})["the model"]
