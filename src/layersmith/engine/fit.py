"""`ls.fit`: the meaning of `model.fit`, whole epochs compiled.

Between epochs control is back in Python, so every callback that acts on epochs works; the Keras model holds the present
weights whenever one may look. What has no compiled form (a layer, a batch-level callback, a generator as data) trains
by `model.fit` itself, and the log says which part was the reason.
"""

import functools
import logging
from typing import Any

from layersmith.engine.cache import keep_programs
from layersmith.engine.compiled import CompiledEngine
from layersmith.engine.fitting.arguments import Arguments
from layersmith.engine.fitting.run import Run
from layersmith.engine.unsupported import Unsupported
from layersmith.engine.worth import require_worth
from layersmith.errors import GraphError, SpaceError

__all__ = ["fit", "prepared"]

_LOG = logging.getLogger(__name__)
_KERAS_BATCH_SIZE = 32
_ENGINES = ("auto", "compiled", "native")


def fit(
    model: Any,
    x: Any = None,
    y: Any = None,
    *,
    engine: str = "auto",
    compiled: CompiledEngine | None = None,
    **arguments: Any,
) -> Any:
    """Train `model` as `model.fit` would, compiling whole epochs where every part has a compiled form.

    Args:
        model: A compiled Keras model, on any backend.
        x: Inputs: an array, a list or a dictionary of arrays.
        y: Targets `(rows, ...)`; a list or a dictionary of them where the model has several outputs.
        engine: `auto` (compiled where that is possible and faster), `compiled` (fails where something has no compiled
            form) or `native`.
        compiled: Keeps the compiled programs of many models, which share them where they differ in widths and
            activations alone, by padding. Without it a model has a program of its own shape, kept in the process.
        **arguments: Those of `model.fit`, with the same meaning: `batch_size`, `epochs`, `verbose` (the bar moves once
            an epoch), `callbacks` (one that acts on batches makes training native), `validation_split`,
            `validation_data`, `shuffle`, `class_weight`, `sample_weight`, `initial_epoch`, `steps_per_epoch`,
            `validation_steps`, `validation_batch_size`, `validation_freq`.

    Returns:
        Keras' `History`. The model has its trained weights, its optimizer the state that `fit` would leave.

    Raises:
        Unsupported: With `engine="compiled"`, if something has no compiled form.
        SpaceError: If `engine` is none of the three.

    Example:
        >>> import keras, numpy as np
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> history = fit(model, np.ones((8, 2)), np.ones(8), epochs=2, verbose=0)
        >>> len(history.history["loss"])
        2
    """
    run = prepared(model, x, y, engine=engine, compiled=compiled, **arguments)
    if run is None:
        keep_programs()
        return model.fit(x, y, **arguments)
    return run.go()


@functools.cache
def _shared() -> CompiledEngine:
    return CompiledEngine()


def prepared(
    model: Any,
    x: Any = None,
    y: Any = None,
    *,
    engine: str = "auto",
    compiled: CompiledEngine | None = None,
    **arguments: Any,
) -> Run | None:
    """Return what `fit` is to run, traced and in compilation, or None where it is to train by `model.fit`.

    Whatever is random has been drawn then from the process-wide generators: it may go in any thread.

    Args:
        model: See `fit`.
        x: See `fit`.
        y: See `fit`.
        engine: See `fit`.
        compiled: See `fit`.
        **arguments: See `fit`.

    Raises:
        Unsupported: See `fit`.
        SpaceError: See `fit`.
    """
    if engine not in _ENGINES:
        raise SpaceError(f"engine {engine!r}", expected=f"one of: {', '.join(_ENGINES)}", fix="use engine='auto'")
    if engine == "native":
        return None
    try:
        given = Arguments.read(arguments)
        if engine == "auto":
            require_worth(model, given.batch_size or _KERAS_BATCH_SIZE, shared=False)
        return Run(model, x, y, given, compiled or _shared(), shared=compiled is not None)
    except (GraphError, Unsupported) as reason:
        if engine == "compiled":
            raise
        _LOG.info("training natively: %s", reason.got)
        return None
