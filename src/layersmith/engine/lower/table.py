"""The table: layer class to lowering. A layer enters with one file and one row."""

from collections.abc import Mapping

from layersmith.engine.lower import dense
from layersmith.engine.lower.lowering import Lowering
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["LAYERS", "OPERATIONS", "find_lowering"]

LAYERS: Mapping[str, Lowering] = {
    "Activation": dense.activation,
    "Dense": dense.dense,
    "EinsumDense": dense.einsum_dense,
    "LeakyReLU": dense.leaky_relu,
    "Softmax": dense.softmax,
}

OPERATIONS: Mapping[str, Lowering] = {}


def find_lowering(node: Node) -> Lowering:
    """Return the lowering of a node.

    Raises:
        Unsupported: If the table has none for its class.
    """
    table = OPERATIONS if node.is_operation else LAYERS if node.module == "keras.layers" else {}
    if node.class_name in table:
        return table[node.class_name]
    what = "operation" if node.is_operation else "layer"
    raise Unsupported(f"{what} {node.layer_name!r} ({node.class_name})")
