"""Layers as boxes: a layer together with what merely follows it, such as normalisation, activation and dropout."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Block", "blocks_of"]

_FOLLOWERS = ("BatchNormalization", "GroupNormalization", "LayerNormalization", "Normalization", "PReLU")


@dataclass(frozen=True, kw_only=True)
class Block:
    """One box.

    Attributes:
        title: Class of its first layer.
        detail: What that layer's configuration says.
        followers: What follows in the same box.
        shape: Output shape of its last layer, without the batch.
        params: Parameters of all its layers.
        macs: Multiply-accumulates of all its layers; None where one is not known.
        inputs: Places of the boxes it reads.
    """

    title: str
    detail: str
    followers: tuple[str, ...]
    shape: tuple[int | None, ...]
    params: int
    macs: int | None
    inputs: tuple[int, ...]


def blocks_of(layers: Sequence[Mapping[str, Any]]) -> list[Block]:
    """Return the boxes, each after those it reads.

    Args:
        layers: As `layersmith.study.describe` tells them.

    Example:
        >>> dense = {"name": "a", "class": "Dense", "detail": "8", "output_shape": [None, 8], "params": 40, "macs": 32}
        >>> relu = {**dense, "name": "b", "class": "Activation", "detail": "relu", "params": 0, "macs": 0}
        >>> [block] = blocks_of([{**dense, "inputs": []}, {**relu, "inputs": ["a"]}])
        >>> block.title, block.followers, block.params
        ('Dense', ('relu',), 40)
    """
    readers = Counter(name for layer in layers for name in layer["inputs"])
    groups: list[list[Mapping[str, Any]]] = []
    place_of: dict[str, int] = {}
    for layer in layers:
        before = layer["inputs"][0] if len(layer["inputs"]) == 1 else ""
        if before in place_of and readers[before] == 1 and _follows(layer):
            place_of[layer["name"]] = place_of[before]
            groups[place_of[before]].append(layer)
        else:
            place_of[layer["name"]] = len(groups)
            groups.append([layer])
    return [_block(group, place_of) for group in groups]


def _follows(layer: Mapping[str, Any]) -> bool:
    return not layer["params"] or layer["class"] in _FOLLOWERS


def _block(group: Sequence[Mapping[str, Any]], place_of: Mapping[str, int]) -> Block:
    first, *others = group
    work = [layer["macs"] for layer in group]
    return Block(
        title=str(first["class"]),
        detail=str(first["detail"]),
        followers=tuple(map(_said, others)),
        shape=tuple(group[-1]["output_shape"][1:]),
        params=sum(layer["params"] for layer in group),
        macs=None if None in work else sum(work),
        inputs=tuple(dict.fromkeys(place_of[name] for name in first["inputs"])),
    )


def _said(layer: Mapping[str, Any]) -> str:
    """Return a follower in few words: an activation by its name."""
    name, detail = str(layer["class"]), str(layer["detail"])
    return detail if name == "Activation" and detail else f"{name} {detail}".strip()
