"""Dense layers: one product of the last axis, or of the axes an equation names."""

from math import prod

from layersmith.cost.call import Call
from layersmith.cost.einsum import num_terms
from layersmith.cost.work import Work, product

__all__ = ["dense", "einsum_dense", "reversible_embedding"]


def dense(call: Call) -> Work:
    """Each output sums over the last axis of the input."""
    return product(call, call.inputs[0][-1])


def einsum_dense(call: Call) -> Work:
    """An equation between the input and a kernel."""
    kernel = tuple(call.operation.kernel.shape)
    return Work(macs=num_terms(str(call.config["equation"]), (call.inputs[0], kernel)))


def reversible_embedding(call: Call) -> Work:
    """A lookup; in reverse a product with the same table."""
    reverse = call.keywords.get("reverse", False)
    return Work(macs=prod(call.outputs[0]) * int(call.config["output_dim"])) if reverse else Work()
