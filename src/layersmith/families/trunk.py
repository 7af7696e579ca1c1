"""The trainable part of a candidate: scaled features in, the task's output out.

A trunk is trained on features that `families.frame` computed once, so no epoch spends time on preprocessing and every
fold can train the same compiled program. `frame.assemble` joins it with its preprocessing for the user.
"""

from collections import deque
from typing import Any

from layersmith.data.spec import DataSpec, Kind
from layersmith.errors import lookup
from layersmith.families import FAMILIES, head, training
from layersmith.families.established import Established
from layersmith.families.initial import drawn_by_numpy
from layersmith.families.view import SCALINGS
from layersmith.records import Recipe, Value
from layersmith.space import HyperParameters

__all__ = ["build", "declare", "optimizer", "portfolio", "recipe", "tensors"]

_TURNS = {"temporal": 2}


def declare(spec: DataSpec, hp: HyperParameters | None = None) -> HyperParameters:
    """Return the whole space for this kind of data; values that `hp` brings stay, the others take their defaults.

    Args:
        spec: What the data is.
        hp: Holds the values of a candidate; None starts from defaults.

    Example:
        >>> from layersmith.data.spec import Task
        >>> spec = DataSpec(kind=Kind.TABLE, task=Task.REGRESSION, num_outputs=1, num_rows=1000, num_numeric=3)
        >>> declare(spec).get("family")
        'dense'
    """
    hp = HyperParameters() if hp is None else hp
    _options(hp, spec)
    recipe(hp, spec)
    return hp


def _options(hp: HyperParameters, spec: DataSpec) -> dict[str, Any]:
    names = [name for name, family in FAMILIES.items() if spec.kind in family.KINDS]
    hp.Choice("family", names)
    options = {}
    for name in names:
        with hp.conditional_scope("family", [name]):
            options[name] = FAMILIES[name].space(hp, spec)
    if spec.kind is Kind.FORECAST:
        hp.Choice("window_scaling", list(SCALINGS))
        hp.Choice("window_log", [True, False] if spec.positive else [False])
    return options


def recipe(hp: HyperParameters, spec: DataSpec) -> Recipe:
    """Return how the current values of `hp` train."""
    return training.space(hp, spec)


def portfolio(spec: DataSpec) -> tuple[Established, ...]:
    """Return the published architectures for this kind of data, in turns: the best bets of each family first.

    Convolutions over time have two turns for each of the others': on the UCR archive they lead by far (Fawaz et al.
    2019, Deep learning for time series classification: a review, doi:10.1007/s10618-019-00619-1).
    """
    families = [family for family in FAMILIES.values() if spec.kind in family.KINDS]
    queues = [deque(_named(entry, family.NAME) for entry in family.portfolio(spec)) for family in families]
    turns = [_TURNS.get(family.NAME, 1) for family in families]
    entries = []
    while any(queues):
        for queue, count in zip(queues, turns, strict=True):
            entries += [queue.popleft() for _ in range(min(count, len(queue)))]
    return tuple(entries)


def _named(entry: Established, family: str) -> Established:
    values: dict[str, Value] = {"family": family, **entry.values}
    return Established(name=entry.name, source=entry.source, values=values)


def tensors(features: dict[str, Any], hp: HyperParameters, spec: DataSpec) -> Any:
    """Return the output tensor of the candidate in `hp` on symbolic features.

    Args:
        features: `"features"` and, for tables with categories, `"codes"`.
        hp: The candidate's values.
        spec: What the data is.
    """
    options = _options(hp, spec)[name := str(hp.get("family"))]
    family = lookup(FAMILIES, name, "family")
    taken = features if name == "dense" else features["features"]
    hidden = family.body(taken, options, spec)
    return head.outputs(hidden, spec, l1=options.l1, l2=options.l2)


def build(hp: HyperParameters, spec: DataSpec, shapes: dict[str, tuple[int, ...]]) -> Any:
    """Return the compiled trunk of the candidate in `hp`.

    Args:
        hp: The candidate's values.
        spec: What the data is.
        shapes: Shape of one row of each feature, by name.

    Returns:
        A compiled `keras.Model` that takes a dict of `shapes`' names.
    """
    import keras

    kinds = {"features": "float32", "codes": "int32"}
    entry = {name: keras.Input(shape, dtype=kinds[name], name=name) for name, shape in shapes.items()}
    with drawn_by_numpy():
        model = keras.Model(entry, tensors(dict(entry), hp, spec))
    model.compile(optimizer(recipe(hp, spec)), loss=head.loss(spec), metrics=head.metrics(spec))
    return model


def optimizer(recipe: Recipe) -> Any:
    """Return the Keras optimizer of a recipe.

    Args:
        recipe: Its name, learning rate, weight decay and clipping; SGD has Nesterov momentum 0.9.
    """
    import keras

    options: dict[str, Any] = {"learning_rate": recipe.learning_rate}
    if recipe.clip_norm:
        options["global_clipnorm"] = recipe.clip_norm
    if recipe.weight_decay or recipe.optimizer == "adamw":  # whose own default is not zero
        options["weight_decay"] = recipe.weight_decay
    if recipe.optimizer == "sgd":
        options.update(momentum=0.9, nesterov=True)
    return keras.optimizers.get({"class_name": recipe.optimizer, "config": options})
