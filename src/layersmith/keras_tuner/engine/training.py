"""How the model of a trial is trained: by `model.fit`, whole epochs compiled."""

import contextlib
import inspect
import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import keras

from layersmith.engine.compiled import CompiledEngine
from layersmith.engine.fit import fit, prepared
from layersmith.engine.fitting.run import Run
from layersmith.errors import GraphError
from layersmith.families.initial import drawn_by_numpy
from layersmith.graph.view import functional_of

__all__ = ["compiled_fit", "ready", "train"]

_LOG = logging.getLogger(__name__)


def train(
    model: Any,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    engine: CompiledEngine,
    defaults: Mapping[str, Any] | None = None,
) -> Any:
    """Train a model as `model.fit` does.

    Args:
        model: A compiled Keras model.
        args: The arguments of `model.fit` given by place.
        kwargs: Those given by name.
        engine: Keeps compiled programs.
        defaults: Arguments that count where the others do not say otherwise.

    Returns:
        Keras' `History`.
    """
    given = _given(model, args, kwargs, defaults)
    with _plain_fit(model):
        return fit(model, **given, engine=_kind(model), compiled=engine)


def ready(
    model: Any,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    engine: CompiledEngine,
    defaults: Mapping[str, Any] | None = None,
) -> Run | None:
    """Return what `train` is to run, ready to go in any thread, or None where it is to train natively.

    Args:
        model: See `train`.
        args: See `train`.
        kwargs: See `train`.
        engine: See `train`.
        defaults: See `train`.
    """
    return prepared(model, **_given(model, args, kwargs, defaults), engine=_kind(model), compiled=engine)


@contextlib.contextmanager
def compiled_fit(model: Any, engine: CompiledEngine) -> Iterator[None]:
    """Let `model.fit` compile whole epochs inside the block: a program may call it where it likes.

    Args:
        model: A compiled Keras model; its `fit` is Keras' own again afterwards. A class that has its own keeps it.
        engine: Keeps compiled programs.
    """

    def fit_compiled(*args: Any, **kwargs: Any) -> Any:
        return train(model, args, kwargs, engine)

    if type(model).fit is keras.Model.fit:
        vars(model)["fit"] = fit_compiled
    try:
        yield
    finally:
        vars(model).pop("fit", None)


@contextlib.contextmanager
def _plain_fit(model: Any) -> Iterator[None]:
    """Give a model Keras' own `fit` back inside the block, for what has no compiled form."""
    replaced = vars(model).pop("fit", None)
    try:
        yield
    finally:
        if replaced is not None:
            vars(model)["fit"] = replaced


def _given(
    model: Any, args: Sequence[Any], kwargs: Mapping[str, Any], defaults: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return the arguments of `model.fit` by name, with the model built so that its graph is known."""
    given = {**(defaults or {}), **_by_name(args), **kwargs}
    _build(model, given.get("x"))
    return given


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
