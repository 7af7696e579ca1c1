"""Whether compiling is worth it: models that Keras' own backend trains faster on the same machine.

On a CPU the compiled engine convolves by copying the window of every output position (`layersmith.engine.lower.conv`),
TensorFlow by a library's kernel that does not. Measured on two cores, the copies cost about 1 ns for each number in
them, forward and backward, and TensorFlow's own loop about 3 ms a batch: beyond so many windows it is ahead. Where each
channel has filters of its own, its kernels take about 0.3 ns for each of these numbers, more than their arithmetic.
Keras on JAX has the slower convolutions of the two; there nothing measured was far behind `model.fit`
(`benchmarks/never_slower.py`).
"""

import math
from typing import Any

import jax
import keras

from layersmith.cost import cost_of
from layersmith.engine.unsupported import NotWorthwhile
from layersmith.graph import Graph, Node, view

__all__ = ["require_worth", "window_values"]

_SECONDS_PER_VALUE = 1e-9
_SECONDS_PER_DEPTHWISE_VALUE = 0.3e-9  # of TensorFlow's
_SECONDS_PER_BATCH = 3e-3  # that TensorFlow's loop costs beside its arithmetic
_SECONDS_PER_MAC = 3 / 60e9  # forward and backward, all cores
_SLOWER, _FAR_SLOWER = 1.05, 2.0


def require_worth(model: Any, batch_size: int, *, shared: bool) -> None:
    """Refuse a model that `model.fit` would train faster than the compiled engine.

    Args:
        model: A built Keras model.
        batch_size: Rows of a batch.
        shared: Whether many candidates are trained; as native ones take turns, they must be faster by far.

    Raises:
        NotWorthwhile: With the reason.
    """
    backend = keras.backend.backend()
    if backend == "jax" or jax.default_backend() != "cpu":
        return
    if _has_accelerator(backend):
        raise NotWorthwhile(f"{backend} has an accelerator here that JAX does not see")
    if backend != "tensorflow":
        return
    graph = view(model, needs_configs=False)
    arithmetic = cost_of(graph).macs * batch_size * _SECONDS_PER_MAC
    depthwise = window_values(graph, "Depthwise", "Separable") * batch_size * _SECONDS_PER_DEPTHWISE_VALUE
    native = arithmetic + depthwise + _SECONDS_PER_BATCH
    compiled = arithmetic + window_values(graph) * batch_size * _SECONDS_PER_VALUE
    if compiled > native * (_FAR_SLOWER if shared else _SLOWER):
        raise NotWorthwhile("convolutions over this many windows are TensorFlow's strength on a CPU")


def window_values(graph: Graph, *kinds: str) -> int:
    """Return how many numbers the windows of all convolutions hold, for one row.

    Args:
        graph: The model.
        *kinds: How the names of layers begin that are looked at; all convolutions' unless given.

    Example:
        >>> model = keras.Sequential([keras.Input((6, 2)), keras.layers.Conv1D(8, 3)])
        >>> window_values(view(model))  # 4 positions, 3 taps, 2 channels
        24
    """
    return sum(_windows_of(graph, node) for node in graph.nodes if node.class_name.startswith(kinds or ""))


def _windows_of(graph: Graph, node: Node) -> int:
    if "Conv" not in node.class_name or "kernel_size" not in node.config:
        return 0
    read = graph.node(node.inputs[0].node).output_shapes[node.inputs[0].index]
    at = read if "Transpose" in node.class_name else node.output_shape
    positions = math.prod(size or 1 for size in at[1:-1])
    return int(positions * math.prod(node.config["kernel_size"]) * (read[-1] or 1))


def _has_accelerator(backend: str) -> bool:
    """Return whether the backend, which is imported, sees a GPU."""
    if backend == "tensorflow":
        import tensorflow

        return bool(tensorflow.config.list_physical_devices("GPU"))
    if backend == "torch":
        import torch

        return bool(torch.cuda.is_available())
    return False
