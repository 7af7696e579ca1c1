"""Layers around a layer: TimeDistributed repeats it, SpectralNormalization predicts as it does."""

from layersmith.cost.call import Call, Size
from layersmith.cost.work import Work
from layersmith.graph.call import is_model

__all__ = ["spectral_normalization", "time_distributed"]


def time_distributed(call: Call) -> Work | None:
    """Return the work of the wrapped layer or model at every step; one step exists at a time."""
    inputs = tuple((1, *size[2:]) for size in call.inputs)
    outputs = tuple((1, *size[2:]) for size in call.outputs)
    each, steps = _wrapped(call, inputs, outputs), call.inputs[0][1]
    return each and Work(macs=steps * each.macs, inside=each.inside, stored=steps * each.stored)


def spectral_normalization(call: Call) -> Work | None:
    """Return the work of the wrapped layer: its kernel is divided only while it trains."""
    return _wrapped(call, call.inputs, call.outputs)


def _wrapped(call: Call, inputs: tuple[Size, ...], outputs: tuple[Size, ...]) -> Work | None:
    from layersmith.cost.table import find_work  # the table holds these rows too

    layer = call.operation.layer
    if is_model(layer):
        return _model(layer)
    own = Call(
        class_name=type(layer).__name__, config=layer.get_config(), operation=layer, inputs=inputs, outputs=outputs
    )
    return find_work(own)


def _model(model: object) -> Work | None:
    from layersmith.cost.total import graph_work
    from layersmith.graph import view

    return graph_work(view(model))
