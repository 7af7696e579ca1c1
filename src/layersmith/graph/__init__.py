"""One read-only view of a `keras.Model`, on any Keras backend, that everything above shares.

    view, outline        model -> Graph (nested models flattened, or kept as single nodes)
    traverse             producers, consumers, ancestors, descendants, paths
    weights_of           names -> values
    rebuild              Graph -> a new model, nodes dropped or replaced on the way
    difference           how far apart two models are on the same rows

Importing this package does not import Keras.
"""

from layersmith.graph.compiled import compile_like
from layersmith.graph.equivalence import difference, equivalent
from layersmith.graph.feed import feed
from layersmith.graph.model_graph import Compiled, Graph
from layersmith.graph.node import Node, Reference, Shape
from layersmith.graph.rebuild import rebuild
from layersmith.graph.traverse import ancestors, consumers, descendants, paths, producers, references
from layersmith.graph.view import outline, view
from layersmith.graph.weights import weights_of

__all__ = [
    "Compiled",
    "Graph",
    "Node",
    "Reference",
    "Shape",
    "ancestors",
    "compile_like",
    "consumers",
    "descendants",
    "difference",
    "equivalent",
    "feed",
    "outline",
    "paths",
    "producers",
    "rebuild",
    "references",
    "view",
    "weights_of",
]
