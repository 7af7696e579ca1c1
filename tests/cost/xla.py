"""An independent count: the floating point operations of XLA's cost analysis, two for a multiply-accumulate."""

import jax
import keras

from layersmith.cost import cost_of
from layersmith.families.initial import drawn_by_numpy
from layersmith.graph import view


def shaped(variable):
    return jax.ShapeDtypeStruct(variable.shape, variable.dtype)


def flops(model):
    """Return the operations of a prediction of one row, without compiling it."""
    inputs = [jax.ShapeDtypeStruct((1, *tensor.shape[1:]), tensor.dtype) for tensor in model.inputs]
    predict = jax.jit(lambda *given: model.stateless_call(*given, training=False)[0])
    weights = [[shaped(v) for v in model.trainable_variables], [shaped(v) for v in model.non_trainable_variables]]
    return predict.lower(*weights, inputs if len(inputs) > 1 else inputs[0]).cost_analysis()["flops"]


def build(layer, *shapes):
    """Return a model of one call, or of a function of inputs."""
    inputs = [keras.Input(shape) for shape in shapes]
    with drawn_by_numpy():
        return keras.Model(inputs, layer(*inputs))


def assert_counted(layer, *shapes, beside=0.12):
    """Assert that products are what XLA counts, but for at most a share of other operations: biases, activations."""
    model = build(layer, *shapes)
    cost = cost_of(view(model))
    assert cost.unknown == ()
    assert cost.macs > 0
    assert cost.macs <= flops(model) / 2 <= (1 + beside) * cost.macs
