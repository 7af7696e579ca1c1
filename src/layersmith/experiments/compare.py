"""`ls.compare`: several models over the same folds and seeds."""

from collections.abc import Mapping
from typing import Any, Unpack

from layersmith.errors import SpaceError
from layersmith.experiments.blueprint import blueprint_of
from layersmith.experiments.comparison import Comparison, compared
from layersmith.experiments.setting import How, setting_of

__all__ = ["compare"]


def compare(
    models: Mapping[str, Any],
    x: Any,
    y: Any = None,
    folds: Any = 5,
    repeats: int = 1,
    groups: Any = None,
    time_ordered: bool = False,
    **how: Unpack[How],
) -> Comparison:
    """Train several models on the same folds with the same seeds, and say which of them the rows can tell apart.

    Args:
        models: Name to compiled model, to a function `build(hp)` or `build()` that returns one, or to its place,
            `"file.py:function"`.
        x: As for `cross_validate`, and so are the following.
        y: Targets, where they are apart.
        folds: A number, or any scikit-learn splitter; more folds and repeats tell finer differences apart.
        repeats: How often the rows are divided anew.
        groups: Group of each row, or its column.
        time_ordered: Whether rows stand in time order.
        **how: `epochs`, `batch_size`, `patience`, `objective`, `preprocessing`, `target`, `task`, `seed`.

    Returns:
        Scores beside costs, and every pair's difference with its interval.

    Raises:
        SpaceError: If there are fewer than two models, or one does not suit the rows.
        DataError: If the data cannot be learned from.
        SplitError: If the rows cannot be divided so.
        UnknownNameError: If there is no such metric for the task. Nothing is trained in any of these cases.

    Example:
        >>> import keras, numpy as np
        >>> def network(units):
        ...     layers = [keras.layers.Dense(units, "relu"), keras.layers.Dense(1, "sigmoid")]
        ...     model = keras.Sequential([keras.Input((2,)), *layers])
        ...     model.compile("adam", "binary_crossentropy")
        ...     return model
        >>> x = np.random.default_rng(0).normal(size=(40, 2))
        >>> result = compare({"narrow": network(1), "wide": network(4)}, x, x[:, 0] > 0, folds=4, epochs=2)
        >>> len(result.differences), sorted(result.results)
        (1, ['narrow', 'wide'])
    """
    if not isinstance(models, Mapping) or len(models) < 2:
        count = f"{len(models)} model(s)" if isinstance(models, Mapping) else type(models).__name__
        raise SpaceError(f"{count} to compare", expected="two models or more by name", fix='pass {"a": a, "b": b}')
    ties = {"groups": groups, "time_ordered": time_ordered}
    setting = setting_of(x, y, pads=True, folds=folds, repeats=repeats, **ties, **how)
    blueprints = {str(name): blueprint_of(model) for name, model in models.items()}
    return compared(setting.cross_validated(blueprints))
