"""A layer without a lowering, traced through its own call: on the JAX backend Keras computes in JAX.

Its variables are inputs of the program, its further state (the seeds of random numbers among it) goes on as in Keras,
and what it adds to the loss is added. Nothing is known of what it does with the rows of a batch, so a network that
holds such a layer takes batches as they are, without rows that fill them up.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import jax
import jax.numpy as jnp
import keras

from layersmith.engine.lower.lowering import Forward, Place
from layersmith.engine.lower.weight_names import canonical_names
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["further_state", "is_traceable", "opaque"]


def is_traceable(node: Node) -> bool:
    """Whether Keras computes in JAX here, so that its own call of a node can be traced."""
    return bool(keras.backend.backend() == "jax") and not getattr(node.operation, "metrics", ())


def further_state(node: Node) -> dict[str, Any]:
    """Return the variables of a layer that are no weights, seeds above all, by short name."""
    layer = node.operation
    weights = {id(weight) for weight in getattr(layer, "weights", ())}
    others = [variable for variable in getattr(layer, "variables", ()) if id(variable) not in weights]
    return {f"state/{index}": variable for index, variable in enumerate(others)}


def opaque(node: Node, place: Place) -> Forward:
    """Lower any layer or operation of Keras on the JAX backend.

    What fails while it is traced, such as branching on values, is refused then.
    """
    layer, is_layer = node.operation, isinstance(node.operation, keras.layers.Layer)
    named = dict(zip(canonical_names(node), getattr(layer, "weights", ()), strict=True)) | further_state(node)
    state = {short: variable for short, variable in named.items() if not (variable.trainable and layer.trainable)}
    what = f"{'layer' if is_layer else 'operation'} {node.layer_name!r} ({node.class_name})"

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        given = {short: env.updates.get(f"{place.key}/{short}", weights[short]) for short in named}
        mode = {"training": env.training} if is_layer else {}
        scope = keras.StatelessScope([(named[short], value) for short, value in given.items()], collect_losses=True)
        before = {short: scope.get_current_value(variable) for short, variable in named.items()}
        try:
            with scope, _masks_on_tensors((args, kwargs), env.masks) as found:
                outputs = tuple(found(layer(*args, **{**kwargs, **mode})))
        except Exception as error:
            raise Unsupported(what, f"it cannot be traced: {_cause(error)}") from error
        if scope.losses and place.calls > 1:
            raise Unsupported(what, "losses of a layer that is called several times")
        env.penalties.extend(jnp.sum(jnp.asarray(loss, jnp.float32)) for loss in scope.losses)
        for short, variable in state.items():
            after = scope.get_current_value(variable)
            if after is not before[short]:
                env.updates[f"{place.key}/{short}"] = after
        return outputs

    return forward


def _cause(error: BaseException) -> str:
    """Return what went wrong first, in a line; Keras raises errors of its own over it."""
    while error.__context__ is not None:
        error = error.__context__
    return f"{type(error).__name__}: {(str(error).strip().splitlines() or [''])[0]}"


@contextmanager
def _masks_on_tensors(inputs: Any, masks: Any) -> Iterator[Any]:
    """Put masks where Keras looks for them; the function given flattens outputs and takes over the masks they carry."""
    from keras.src.backend import get_keras_mask, set_keras_mask

    tensors = [leaf for leaf in jax.tree.leaves(inputs) if isinstance(leaf, jax.Array)]

    def found(outputs: Any) -> list[Any]:
        flat: list[Any] = keras.tree.flatten(outputs)
        for tensor in (*tensors, *flat):
            masks.put(tensor, get_keras_mask(tensor))
        tensors.extend(flat)
        return flat

    for tensor in tensors:
        set_keras_mask(tensor, masks.of(tensor))
    try:
        yield found
    finally:
        for tensor in tensors:
            set_keras_mask(tensor, None)
