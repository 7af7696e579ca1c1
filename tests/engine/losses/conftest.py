"""Targets and outputs for every family of losses, with the awkward values in them."""

from collections.abc import Callable

import numpy as np
import pytest

Pair = tuple[np.ndarray, np.ndarray]
SHAPES = ((6, 3), (4, 2, 3))


def _pair(kind: str, shape: tuple[int, ...] = (6, 3), seed: int = 0) -> Pair:
    generator = np.random.default_rng(seed)
    scores = generator.normal(size=shape).astype("float32") * 2
    shares = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
    numbers = generator.integers(0, shape[-1], shape[:-1])
    makers: dict[str, Callable[[], Pair]] = {
        "labels": lambda: (generator.integers(0, 2, shape), (1 / (1 + np.exp(-scores))).astype("float32")),
        "labels_logits": lambda: (generator.integers(0, 2, shape), scores),
        "one_hot": lambda: (np.eye(shape[-1], dtype="float32")[numbers], shares.astype("float32")),
        "one_hot_logits": lambda: (np.eye(shape[-1], dtype="float32")[numbers], scores),
        "classes": lambda: (numbers, shares.astype("float32")),
        "classes_logits": lambda: (numbers, scores),
        "real": lambda: (generator.normal(size=shape).astype("float32"), scores),
        "signs": lambda: (generator.choice([-1, 1], shape), scores),
        "counts": lambda: (generator.integers(0, 4, shape), np.abs(scores) + np.float32(0.1)),
    }
    return makers[kind]()


@pytest.fixture
def pair() -> Callable[..., Pair]:
    """`(kind, shape, seed)` to targets and outputs."""
    return _pair
