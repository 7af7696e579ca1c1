"""`ls.sweep`: a designed experiment over hyperparameters."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Unpack

from layersmith.errors import SpaceError
from layersmith.experiments.blueprint import candidate_of, space_of
from layersmith.experiments.build_file import build_function
from layersmith.experiments.design import cells_of
from layersmith.experiments.factorial import Cell, Sweep, cell_name
from layersmith.experiments.setting import How, setting_of
from layersmith.records import Value

__all__ = ["sweep"]


def sweep(
    build: Callable[..., Any] | str,
    x: Any,
    y: Any = None,
    folds: Any = 5,
    repeats: int = 1,
    groups: Any = None,
    time_ordered: bool = False,
    *,
    over: Mapping[str, Sequence[Value]],
    fraction: float = 1.0,
    **how: Unpack[How],
) -> Sweep:
    """Train every combination of some hyperparameter values on the same folds, and say what each value does.

    Args:
        build: From hyperparameters `hp` to a compiled Keras model, or the place of such a function,
            `"file.py:function"`; hyperparameters not in `over` take their defaults.
        x: As for `cross_validate`, and so are the following.
        y: Targets, where they are apart.
        folds: A number, or any scikit-learn splitter.
        repeats: How often the rows are divided anew.
        groups: Group of each row, or its column.
        time_ordered: Whether rows stand in time order.
        over: Hyperparameter to values: `{"units": [32, 64, 256], "activation": ["relu", "tanh"]}`.
        fraction: Share of all combinations to train, chosen so that levels stay balanced (D-optimal).
        **how: `epochs`, `batch_size`, `patience`, `objective`, `preprocessing`, `target`, `task`, `seed`.

    Returns:
        Cells with scores and intervals, shares of the variance, effects, figures.

    Raises:
        SpaceError: If `build` has no such hyperparameters or values, or a model does not suit the rows.
        DataError: If the data cannot be learned from.
        SplitError: If the rows cannot be divided so.
        UnknownNameError: If there is no such metric for the task. Nothing is trained in any of these cases.

    Example:
        >>> import keras, numpy as np
        >>> def build(hp):
        ...     hidden = keras.layers.Dense(hp.Int("units", 1, 64), hp.Choice("activation", ["relu", "tanh"]))
        ...     model = keras.Sequential([keras.Input((2,)), hidden, keras.layers.Dense(1, "sigmoid")])
        ...     model.compile("adam", "binary_crossentropy")
        ...     return model
        >>> x = np.random.default_rng(0).normal(size=(40, 2))
        >>> over = {"units": [2, 4], "activation": ["relu", "tanh"]}
        >>> result = sweep(build, x, x[:, 0] > 0, folds=3, over=over, epochs=2)
        >>> len(result.cells), [term.name for term in result.effects.terms]
        (4, ['units', 'activation', 'units × activation'])
    """
    if isinstance(build, str):
        build = build_function(build)
    if not callable(build) or hasattr(build, "layers"):
        raise SpaceError(
            f"{type(build).__name__} as build", expected="a function of hyperparameters", fix="pass build(hp)"
        )
    values = cells_of(over, fraction, seed=how.get("seed", 0))
    space = space_of(build)
    blueprints = {cell_name(cell): candidate_of(build, space, cell) for cell in values}
    ties = {"groups": groups, "time_ordered": time_ordered}
    setting = setting_of(x, y, pads=True, folds=folds, repeats=repeats, **ties, **how)
    found = setting.cross_validated(blueprints)
    cells = [Cell(values=cell, result=found[cell_name(cell)]) for cell in values]
    return Sweep(metric=setting.metrics[0], levels=dict(over), cells=cells)
