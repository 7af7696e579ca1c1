"""Ways through a graph: who feeds a node, who reads it, and everything between two nodes.

All functions are pure and keep the order of `Graph.nodes`.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from layersmith.graph.model_graph import Graph
from layersmith.graph.node import Node, Reference

__all__ = ["ancestors", "consumers", "descendants", "paths", "producers", "references"]


def references(structure: Any) -> Iterator[Reference]:
    """Yield the references in a nested structure of tuples, lists and dictionaries, in order.

    Example:
        >>> [str(reference) for reference in references({"a": [Reference("x"), 2.0], "b": Reference("y", 1)})]
        ['x[0]', 'y[1]']
    """
    if isinstance(structure, Reference):
        yield structure
    elif isinstance(structure, dict):
        for value in structure.values():
            yield from references(value)
    elif isinstance(structure, list | tuple):
        for value in structure:
            yield from references(value)


def producers(graph: Graph, name: str) -> tuple[Node, ...]:
    """Return the nodes whose outputs node `name` reads, each once, in the order it reads them."""
    names = dict.fromkeys(reference.node for reference in graph.node(name).inputs)
    return tuple(graph.node(producer) for producer in names)


def consumers(graph: Graph, name: str) -> tuple[Node, ...]:
    """Return the nodes that read an output of node `name`."""
    graph.node(name)
    return tuple(node for node in graph.nodes if any(reference.node == name for reference in node.inputs))


def ancestors(graph: Graph, name: str) -> tuple[Node, ...]:
    """Return every node that node `name` depends on, itself left out."""
    wanted = {name}
    graph.node(name)
    for node in reversed(graph.nodes):
        if node.name in wanted:
            wanted.update(reference.node for reference in node.inputs)
    return _chosen(graph, wanted - {name})


def descendants(graph: Graph, name: str) -> tuple[Node, ...]:
    """Return every node that depends on node `name`, itself left out."""
    reached = {name}
    graph.node(name)
    for node in graph.nodes:
        if any(reference.node in reached for reference in node.inputs):
            reached.add(node.name)
    return _chosen(graph, reached - {name})


def paths(graph: Graph, source: str, target: str) -> tuple[tuple[str, ...], ...]:
    """Return every path of node names from `source` to `target`, both ends included.

    Their number grows exponentially with the branches in between: meant for blocks, not for whole dense networks.
    """
    graph.node(source)
    graph.node(target)
    return tuple(_paths(graph, source, target))


def _paths(graph: Graph, source: str, target: str) -> Iterator[tuple[str, ...]]:
    if source == target:
        yield (source,)
        return
    for node in consumers(graph, source):
        for path in _paths(graph, node.name, target):
            yield (source, *path)


def _chosen(graph: Graph, names: Iterable[str]) -> tuple[Node, ...]:
    wanted = set(names)
    return tuple(node for node in graph.nodes if node.name in wanted)
