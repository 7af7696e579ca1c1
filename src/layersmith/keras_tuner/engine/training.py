"""How a model of a trial is trained, unless its hypermodel says otherwise."""

import inspect
import logging
from collections.abc import Mapping, Sequence
from typing import Any

import keras

from layersmith.engine.compiled import CompiledEngine
from layersmith.engine.fit import fit
from layersmith.errors import GraphError
from layersmith.families.initial import drawn_by_numpy
from layersmith.graph.view import functional_of
from layersmith.space import HyperParameters

__all__ = ["train"]

_LOG = logging.getLogger(__name__)
_TUNED = ("batch_size", "epochs")


def train(
    hp: HyperParameters, model: Any, args: Sequence[Any], kwargs: Mapping[str, Any], engine: CompiledEngine
) -> Any:
    """Train a model as `model.fit` does.

    Args:
        hp: The values of the trial; `batch_size` and `epochs` among them count where no argument says otherwise.
        model: A compiled Keras model.
        args: The arguments of `model.fit` given by place.
        kwargs: Those given by name.
        engine: Keeps compiled programs.

    Returns:
        Keras' `History`.
    """
    named = {name: hp.values[name] for name in _TUNED if name in hp.values}
    given = {**named, **_by_name(args), **kwargs}
    _build(model, given.get("x"))
    return fit(model, **given, engine=_kind(model), compiled=engine)


def _by_name(args: Sequence[Any]) -> dict[str, Any]:
    bound = inspect.signature(keras.Model.fit).bind_partial(None, *args).arguments
    return {name: value for name, value in bound.items() if name != "self"}


def _build(model: Any, x: Any) -> None:
    """Build a Sequential model without an input layer from the data, so that its graph is known."""
    if isinstance(model, keras.Sequential) and not model.built and hasattr(x, "shape"):
        with drawn_by_numpy():
            model.build((None, *x.shape[1:]))


def _kind(model: Any) -> str:
    """Return the engine for a model: one whose calls are Python code has no graph to compile."""
    try:
        functional_of(model)
    except GraphError as reason:
        _LOG.info("training natively: %s", reason.got)
        return "native"
    return "auto"
