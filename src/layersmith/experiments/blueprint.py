"""Where the models of an experiment come from: a model, or a function that builds one."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import keras

from layersmith.engine.seeding import seeded
from layersmith.errors import SpaceError
from layersmith.experiments.adapted import adapted_layers
from layersmith.experiments.build_file import build_function
from layersmith.experiments.requirements import require_compiled
from layersmith.families.initial import drawn_by_numpy
from layersmith.graph import compile_like, view
from layersmith.records import Value
from layersmith.space import Builder, HyperParameters, complete, explore, validate

__all__ = ["Blueprint", "BuildFunction", "GivenModel", "Made", "blueprint_of", "candidate_of", "space_of"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Made:
    """A model that was made.

    Attributes:
        model: Compiled, with initial weights of its own, shared with no other.
        values: The hyperparameter values it was built with.
    """

    model: Any
    values: Mapping[str, Value]


class Blueprint(Protocol):
    """A source of models that differ in their initial weights only."""

    def make(self, seed: int) -> Made:
        """Return a model whose initial weights are drawn by `seed`."""


@dataclass(frozen=True, kw_only=True, eq=False)
class GivenModel:
    """Copies of a model: its architecture and what it was compiled with, not what it has learned.

    Weights of frozen layers stay what they are: nothing of these rows is learned in them. The model itself is never
    changed.

    Attributes:
        model: A compiled Functional or Sequential model.
    """

    model: Any

    def make(self, seed: int) -> Made:
        """See `Blueprint.make`."""
        return Made(model=_cloned(self.model, seed), values={})


@dataclass(frozen=True, kw_only=True, eq=False)
class BuildFunction:
    """A function that builds models.

    Attributes:
        build: From hyperparameters, or from nothing, to a compiled model.
        values: Values of a candidate of `space`; empty for the defaults.
        space: What `build` may ask for, where values were given.
    """

    build: Callable[..., Any]
    values: Mapping[str, Value]
    space: HyperParameters

    def make(self, seed: int) -> Made:
        """See `Blueprint.make`."""
        hp = self.space.copy()
        hp.values = dict(self.values)
        hp.ensure_active_values()
        with seeded(seed), drawn_by_numpy():
            model = self.build(hp) if _takes_values(self.build) else self.build()
        require_compiled(model)
        if adapted_layers(model):  # they may be the same objects in every model that is built
            model = _cloned(model, seed)
        return Made(model=model, values=dict(hp.values))


def blueprint_of(source: Any, values: Mapping[str, Value] | None = None) -> Blueprint:
    """Return a model, or a build function with some values, as a source of models.

    Args:
        source: A compiled Keras model, a function of hyperparameters or of nothing that returns one, or its place,
            `"file.py:function"`.
        values: Values of the function's hyperparameters; those left out take their defaults.

    Raises:
        SpaceError: If it is neither, or there are no such values.

    Example:
        >>> def build(hp):
        ...     model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(hp.Int("units", 1, 8))])
        ...     model.compile("sgd", "mse")
        ...     return model
        >>> blueprint_of(build, {"units": 3}).make(0).model.output_shape
        (None, 3)
    """
    if isinstance(source, str):
        source = build_function(source)
    if isinstance(source, keras.Model):
        require_compiled(source, "the caller")
        if values:
            got = f"values {dict(values)!r} for a model that is built already"
            raise SpaceError(got, expected="a build function with values", fix="pass the function, or leave values out")
        return GivenModel(model=source)
    if not callable(source):
        raise SpaceError(
            f"{type(source).__name__} as a model",
            expected="a compiled keras.Model, or a function that builds one",
            fix="pass the model itself",
        )
    if not values:
        return BuildFunction(build=source, values={}, space=HyperParameters())
    return candidate_of(source, space_of(source), values)


def candidate_of(build: Callable[..., Any], space: HyperParameters, values: Mapping[str, Value]) -> BuildFunction:
    """Return a build function with some values of its space; those left out take their defaults.

    Args:
        build: The function.
        space: What `space_of` gave for it.
        values: Hyperparameter values.

    Raises:
        SpaceError: If the space has no such hyperparameter or value.
    """
    whole = complete(space, values)
    validate(space, {**whole, **values})
    return BuildFunction(build=build, values=whole, space=space)


def space_of(build: Callable[..., Any]) -> HyperParameters:
    """Return the hyperparameters that a build function may ask for.

    Raises:
        SpaceError: If it takes none.
    """
    if not _takes_values(build):
        raise SpaceError(
            "a build function without an argument",
            expected="a function of hyperparameters, build(hp)",
            fix="ask hp for the values that vary",
        )
    with drawn_by_numpy():
        return explore(Builder(build=build), HyperParameters(), loops=True)


def _takes_values(build: Callable[..., Any]) -> bool:
    """Whether a build function takes hyperparameters."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    asked = [entry for entry in inspect.signature(build).parameters.values() if entry.kind in kinds]
    return any(entry.default is inspect.Parameter.empty or entry.name == "hp" for entry in asked)


def _cloned(model: Any, seed: int) -> Any:
    """Return a model of the same layers and compilation, with weights drawn anew but for frozen layers'."""
    compiled = view(model).compiled
    try:
        with seeded(seed), drawn_by_numpy():
            clone = keras.models.clone_model(model)
            if compiled is not None:
                compile_like(clone, compiled)
    except (TypeError, ValueError) as error:
        raise SpaceError(
            f"the model {model.name!r} cannot be copied: {error}",
            expected="layers, losses and metrics that Keras can rebuild from their configuration",
            fix="pass a function that builds and compiles the model instead",
        ) from error
    for layer, original in zip(clone.layers, model.layers, strict=True):
        if not original.trainable and original.weights:
            layer.set_weights(original.get_weights())
    return clone
