"""`ls.fit`: the meaning of `model.fit`, whole epochs compiled.

Between epochs control is back in Python, so every callback that acts on epochs works; the Keras model holds the present
weights whenever one may look. What has no compiled form (a layer, a batch-level callback, a generator as data) trains
by `model.fit` itself, and the log says which part was the reason.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np

from layersmith.engine.compiled import CompiledEngine, Prepared
from layersmith.engine.fit_data import FitData, class_weights, split_validation, to_arrays
from layersmith.engine.lower.network import read_weights, variables_of, write_weights
from layersmith.engine.optimizers import changed, export_state, import_state, to_runtime
from layersmith.engine.program import Carry, batches
from layersmith.engine.unsupported import Unsupported
from layersmith.errors import SpaceError

__all__ = ["fit"]

_LOG = logging.getLogger(__name__)
_ENGINES = ("auto", "compiled", "native")
_EVALUATION_BATCH = 1024
_BATCH_HOOKS = ("on_train_batch_begin", "on_train_batch_end", "on_batch_begin", "on_batch_end")
_UNHARMED = ("History", "ProgbarLogger", "TerminateOnNaN", "ModelCheckpoint")  # their batch hooks are not needed


def fit(
    model: Any,
    x: Any = None,
    y: Any = None,
    *,
    batch_size: int | None = None,
    epochs: int = 1,
    verbose: Any = "auto",
    callbacks: Any = None,
    validation_split: float = 0.0,
    validation_data: Any = None,
    shuffle: bool = True,
    class_weight: Mapping[int, float] | None = None,
    sample_weight: Any = None,
    initial_epoch: int = 0,
    validation_freq: Any = 1,
    engine: str = "auto",
    compiled: CompiledEngine | None = None,
    **others: Any,
) -> Any:
    """Train `model` as `model.fit` would, compiling whole epochs where every part has a compiled form.

    Args:
        model: A compiled Keras model, on any backend.
        x: Inputs: an array, a list or a dictionary of arrays.
        y: Targets `(rows, ...)`.
        batch_size: Rows per update, 32 where it is not given.
        epochs: Number of the last epoch.
        verbose: As in Keras; with compiled epochs the bar moves once an epoch.
        callbacks: Keras callbacks; one that acts on batches makes training native.
        validation_split: Share of the last rows to validate on.
        validation_data: `(x, y)` or `(x, y, sample_weight)`.
        shuffle: Whether to visit rows in another order each epoch.
        class_weight: Weight of each class in the loss.
        sample_weight: Weight of each row `(rows,)`.
        initial_epoch: Epochs that count as done.
        validation_freq: Epochs between validations, or the epochs (from 1) to validate at.
        engine: `auto`, `compiled` (fails where something has no compiled form) or `native`.
        compiled: The engine whose compiled programs to share.
        **others: Further arguments of `model.fit`; any of them makes training native.

    Returns:
        Keras' `History`. The model has its trained weights, its optimizer the state that `fit` would leave.

    Raises:
        Unsupported: With `engine="compiled"`, if something has no compiled form.
        SpaceError: If `engine` is none of the three.
    """
    if engine not in _ENGINES:
        raise SpaceError(f"engine {engine!r}", expected=f"one of: {', '.join(_ENGINES)}", fix="use engine='auto'")
    arguments = {
        "batch_size": batch_size,
        "epochs": epochs,
        "verbose": verbose,
        "callbacks": callbacks,
        "validation_split": validation_split,
        "validation_data": validation_data,
        "shuffle": shuffle,
        "class_weight": class_weight,
        "sample_weight": sample_weight,
        "initial_epoch": initial_epoch,
        "validation_freq": validation_freq,
        **{name: value for name, value in others.items() if value is not None},
    }
    if engine != "native":
        try:
            run = _Fit(model, x, y, dict(arguments), compiled or CompiledEngine())
        except Unsupported as reason:
            if engine == "compiled":
                raise
            _LOG.info("training natively: %s", reason.got)
        else:
            return run.go()
    return model.fit(x, y, **arguments)


class _Fit:
    """One call of `fit`: everything that can be unsupported is found out before training begins."""

    def __init__(self, model: Any, x: Any, y: Any, arguments: dict[str, Any], engine: CompiledEngine) -> None:
        unknown = set(arguments) - _KNOWN
        if unknown:
            raise Unsupported(f"the argument {sorted(unknown)[0]!r} of fit")
        self._model, self._arguments = model, arguments
        self._train, self._held = self._read(x, y)
        self._prepared: Prepared = engine.prepare(model, tuple(self._train.y.shape[1:]))
        self._callbacks = self._callback_list()
        self._order = _key_order(self._prepared, model)
        weights = read_weights(self._prepared.network)
        self._carry: Carry = self._prepared.program.start(weights)
        params = {key: self._carry.trained[key] for key in self._order}
        variables = [np.asarray(variable.value) for variable in model.optimizer.variables]
        slots = import_state(self._prepared.optimizer, variables, params)
        self._carry = Carry(trained=self._carry.trained, state=self._carry.state, slots=slots)
        order = batches(np.arange(len(self._train)), arguments["batch_size"] or 32)
        self._prepared.program.check(self._carry, self._train.data, order, self._prepared.runtime, self._hyper())

    def _read(self, x: Any, y: Any) -> tuple[FitData, FitData | None]:
        given = self._arguments
        train, held = to_arrays(self._model, x, y, given["sample_weight"]), None
        if given["validation_data"] is not None:
            held = to_arrays(self._model, *_triple(given["validation_data"]))
        elif given["validation_split"]:
            train, held = split_validation(train, given["validation_split"])
        if given["class_weight"] is not None:
            if train.sample_weight is not None:
                raise Unsupported("class_weight together with sample_weight")
            weights = class_weights(np.asarray(train.y), given["class_weight"])
            train = replace(train, sample_weight=jnp.asarray(weights))
        return train, held

    def _callback_list(self) -> Any:
        given = self._arguments
        steps = -(-len(self._train) // (given["batch_size"] or 32))
        if isinstance(given["callbacks"], keras.callbacks.CallbackList):
            raise Unsupported("a CallbackList as callbacks")
        for callback in keras.tree.flatten(given["callbacks"] or []):
            _require_epochs_only(callback)
        return keras.callbacks.CallbackList(
            given["callbacks"],
            add_history=True,
            add_progbar=given["verbose"] not in (0, None),
            verbose=1 if given["verbose"] == "auto" else given["verbose"],
            epochs=given["epochs"],
            steps=steps,
            model=self._model,
        )

    def go(self) -> Any:
        """Run the epochs and return the history."""
        given, callbacks = self._arguments, self._callbacks
        rng = np.random.default_rng(np.random.randint(2**31))  # noqa: NPY002 - keras.utils.set_random_seed seeds it
        self._model.stop_training = False
        callbacks.on_train_begin()
        logs: dict[str, float] = {}
        for epoch in range(given["initial_epoch"], given["epochs"]):
            callbacks.on_epoch_begin(epoch)
            self._take_from_model()
            logs = self._epoch(epoch, rng)
            self._give_to_model()
            callbacks.on_epoch_end(epoch, logs)
            if not np.isfinite(logs["loss"]) and self._terminates_on_nan():
                self._model.stop_training = True
            if self._model.stop_training:
                break
        self._finalize()
        callbacks.on_train_end(logs)
        return self._model.history

    def _finalize(self) -> None:
        """Put the moving average in the weights' place, where the optimizer keeps one, as `fit` does at its end."""
        optimizer = self._prepared.optimizer
        if optimizer.averaging is None:
            return
        self._take_from_model()
        trained = optimizer.finalize(self._carry.trained, self._carry.slots)
        write_weights(self._prepared.network, trained)

    def _terminates_on_nan(self) -> bool:
        return any(isinstance(callback, keras.callbacks.TerminateOnNaN) for callback in self._callbacks.callbacks)

    def _epoch(self, epoch: int, rng: np.random.Generator) -> dict[str, float]:
        given, prepared = self._arguments, self._prepared
        rows = np.arange(len(self._train))
        index = rng.permutation(rows) if given["shuffle"] else rows
        order = batches(index, given["batch_size"] or 32)
        self._carry, logs = prepared.program.train(
            self._carry,
            self._train.data,
            order.order,
            order.rows,
            prepared.runtime,
            self._hyper(),
            jnp.uint32(int(rng.integers(2**32))),
            whole=order.whole,
        )
        if self._held is not None and _is_due(epoch + 1, given["validation_freq"]):
            held = batches(np.arange(len(self._held)), min(_EVALUATION_BATCH, len(self._held)))
            validation = prepared.program.evaluate(
                self._carry, self._held.data, held.order, held.rows, prepared.runtime, whole=held.whole
            )
            logs = {**logs, **{f"val_{name}": value for name, value in validation.items()}}
        return {name: float(value) for name, value in jax.device_get(logs).items()}

    def _hyper(self) -> Mapping[str, Any]:
        """Return the optimizer's numbers with the learning rate that the model's optimizer has now."""
        numbers = self._prepared.numbers
        if "learning_rate" not in numbers:
            return to_runtime(numbers)
        return to_runtime(changed(numbers, {"learning_rate": float(self._model.optimizer.learning_rate)}))

    def _take_from_model(self) -> None:
        """Take over weights that a callback may have set."""
        weights = read_weights(self._prepared.network)
        fresh = self._prepared.program.start(weights)
        self._carry = Carry(trained=fresh.trained, state=fresh.state, slots=self._carry.slots)

    def _give_to_model(self) -> None:
        write_weights(self._prepared.network, {**self._carry.trained, **self._carry.state})
        optimizer = self._model.optimizer
        if not optimizer.built:
            optimizer.build(self._model.trainable_variables)
        rate = None if self._prepared.optimizer.schedule else float(optimizer.learning_rate)
        values = export_state(self._prepared.optimizer, self._carry.slots, self._order, rate)
        for variable, value in zip(optimizer.variables, values, strict=True):
            variable.assign(value)


_KNOWN = {
    "batch_size",
    "epochs",
    "verbose",
    "callbacks",
    "validation_split",
    "validation_data",
    "shuffle",
    "class_weight",
    "sample_weight",
    "initial_epoch",
    "validation_freq",
}


def _triple(held: Any) -> tuple[Any, Any, Any]:
    if not isinstance(held, (tuple, list)) or len(held) not in (2, 3):
        raise Unsupported("validation data that are no (x, y) or (x, y, sample_weight)")
    return (*held, None)[:3]


def _is_due(epoch: int, frequency: int | Sequence[int]) -> bool:
    return epoch % frequency == 0 if isinstance(frequency, int) else epoch in frequency


def _require_epochs_only(callback: Any) -> None:
    kind = type(callback)
    if kind.__name__ in _UNHARMED and kind.__module__.startswith("keras."):
        if getattr(callback, "save_freq", "epoch") != "epoch":
            raise Unsupported("callback 'ModelCheckpoint'", "save_freq in batches")
        return
    for hook in _BATCH_HOOKS:
        if getattr(kind, hook, None) is not getattr(keras.callbacks.Callback, hook):
            raise Unsupported(f"callback {kind.__name__!r}", f"{hook} acts on batches")


def _key_order(prepared: Prepared, model: Any) -> list[str]:
    """Return the keys of the trainable weights in the order of the model's optimizer."""
    keys = {id(variable): key for key, variable in variables_of(prepared.network).items()}
    return [keys[id(variable)] for variable in model.trainable_variables]
