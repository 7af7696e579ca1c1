"""Made-up losses modelled on training: what a space is, and what its candidates are expected to lose.

    dense       depth, one width per layer, activation, dropout; the best learning rate depends on depth and batch size
    optimizer   settings that exist for one optimizer only, schedules, length of training
    conv        filters, normalisation that changes the best learning rate, pooling, residuals from a depth on
    families    three families with spaces of their own, namesakes with different ranges
    irrelevant  twenty entries of which five matter
    cells       six operations out of five with interactions in pairs and triples
    noisy       `dense` with noise as large as the differences among good candidates
    cliffs      candidates fail beyond a memory limit and diverge beyond a learning rate; the best are near both

Every instance draws its own coefficients, so that a strategy cannot fit to one of them.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from layersmith.space import HyperParameters

__all__ = ["RECIPES", "Loss", "Recipe", "Values"]

Values = Mapping[str, Any]
Loss = Callable[[Values], float]


def _off(value: float, centre: float, width: float) -> float:
    """Return how far from an optimum: quadratic nearby, level far away."""
    return 1.0 - math.exp(-0.5 * ((value - centre) / width) ** 2)


def _dense_space() -> HyperParameters:
    hp = HyperParameters()
    hp.Int("layers", 1, 4)
    for layer in range(1, 5):
        deep_enough = list(range(layer, 5))
        hp.Int(
            f"units_{layer}", 16, 512, step=2, sampling="log", parent_name="layers", parent_values=deep_enough
        ) if layer > 1 else hp.Int("units_1", 16, 512, step=2, sampling="log")
    hp.Choice("activation", ["relu", "gelu", "tanh", "selu"])
    hp.Float("dropout", 0.0, 0.6, step=0.1)
    hp.Float("learning_rate", 1e-5, 1e-1, sampling="log")
    hp.Choice("batch_size", [16, 32, 64, 128, 256])
    return hp


def _dense(rng: np.random.Generator) -> Loss:
    capacity, rate, slope = rng.uniform(6, 9.5), rng.uniform(-3.6, -2.4), rng.uniform(0.1, 0.3)
    activation = dict(zip(["relu", "gelu", "tanh", "selu"], rng.permutation([0.0, 0.02, 0.05, 0.1]), strict=True))
    taper = rng.uniform(-0.5, 1.0)

    def loss(values: Values) -> float:
        widths = [math.log2(values[f"units_{layer}"]) for layer in range(1, values["layers"] + 1)]
        size = sum(widths) / len(widths) + 0.8 * (len(widths) - 1)
        lack, excess = max(0.0, capacity - size), max(0.0, size - capacity)
        shape = sum((left - right - taper) ** 2 for left, right in pairwise(widths))
        dropout = 0.25 * (values["dropout"] - min(0.5, 0.12 * excess)) ** 2 + 0.02 * excess * (0.6 - values["dropout"])
        best_rate = rate - slope * (len(widths) - 1) + 0.25 * (math.log2(values["batch_size"]) - 5)
        trained = _off(math.log10(values["learning_rate"]), best_rate, 0.7)
        batch = 0.008 * (math.log2(values["batch_size"]) - 4)
        kept = activation[values["activation"]] * (1 + 0.3 * (len(widths) - 1))
        return float(0.3 + 0.09 * lack**1.3 + dropout + 0.004 * shape + 0.8 * trained + batch + kept)

    return loss


def _optimizer_space() -> HyperParameters:
    hp = HyperParameters()
    hp.Choice("optimizer", ["sgd", "adam", "adamw", "rmsprop"])
    hp.Float("learning_rate", 1e-5, 1.0, sampling="log")
    with hp.conditional_scope("optimizer", "sgd"):
        hp.Float("momentum", 0.0, 0.95, step=0.05)
        hp.Boolean("nesterov")
    with hp.conditional_scope("optimizer", ["adam", "adamw"]):
        hp.Choice("beta_2", [0.9, 0.95, 0.99, 0.999])
    with hp.conditional_scope("optimizer", "adamw"):
        hp.Float("weight_decay", 1e-5, 1e-1, sampling="log")
    hp.Choice("schedule", ["constant", "cosine", "one_cycle"])
    hp.Boolean("warm_up")
    hp.Int("epochs", 5, 200, sampling="log")
    return hp


def _optimizer(rng: np.random.Generator) -> Loss:
    names = ["sgd", "adam", "adamw", "rmsprop"]
    floor = dict(zip(names, rng.permutation([0.0, 0.02, 0.04, 0.08]), strict=True))
    centre = {"sgd": -1.2, "adam": -3.0, "adamw": -2.8, "rmsprop": -3.3}
    shift, decay, momentum = rng.normal(0, 0.3), rng.uniform(-4, -2), rng.uniform(0.6, 0.95)
    schedule = dict(zip(["constant", "cosine", "one_cycle"], rng.permutation([0.06, 0.0, 0.02]), strict=True))
    slow = rng.uniform(0.8, 2.0)

    def loss(values: Values) -> float:
        name = values["optimizer"]
        rate = centre[name] + shift + (0.4 if values["schedule"] == "one_cycle" else 0.0)
        rate += 0.3 if values["warm_up"] else 0.0
        own = 0.0
        if name == "sgd":
            rate -= 0.8 * (values["momentum"] - 0.5)
            own = 0.15 * _off(values["momentum"], momentum, 0.25) - 0.01 * values["nesterov"]
        if name in ("adam", "adamw"):
            own += 0.03 * abs([0.9, 0.95, 0.99, 0.999].index(values["beta_2"]) - 2)
        if name == "adamw":
            own += 0.1 * _off(math.log10(values["weight_decay"]), decay, 1.0)
        far = math.log10(values["learning_rate"]) - rate
        steps = math.log(values["epochs"] / 5) / math.log(40)
        short = 0.5 * (1 - steps) ** slow * (1 + 0.5 * max(0.0, -far))
        return float(0.2 + floor[name] + own + 0.7 * _off(far, 0.0, 0.8) + short + schedule[values["schedule"]] * steps)

    return loss


def _conv_space() -> HyperParameters:
    hp = HyperParameters()
    hp.Int("blocks", 1, 4)
    hp.Choice("filters", [8, 16, 32, 64, 128])
    hp.Choice("kernel_size", [3, 5, 7])
    hp.Choice("normalization", ["none", "batch", "layer"])
    hp.Choice("pooling", ["max", "average", "stride"])
    hp.Choice("head", ["flatten", "global"])
    hp.Int("head_units", 16, 256, step=2, sampling="log", parent_name="head", parent_values="flatten")
    hp.Boolean("residual", parent_name="blocks", parent_values=[2, 3, 4])
    hp.Boolean("augment")
    hp.Float("dropout", 0.0, 0.5, step=0.1)
    hp.Float("learning_rate", 1e-4, 1e-1, sampling="log")
    hp.Float("l2", 1e-6, 1e-2, sampling="log")
    return hp


def _conv(rng: np.random.Generator) -> Loss:
    size, rate, decay = rng.uniform(5, 8), rng.uniform(-3.2, -2.4), rng.uniform(-5, -3)
    pooling = dict(zip(["max", "average", "stride"], rng.permutation([0.0, 0.02, 0.05]), strict=True))
    kernel, data = rng.choice([3, 5]), rng.uniform(0.0, 0.12)

    def loss(values: Values) -> float:
        blocks, wide = values["blocks"], math.log2(values["filters"])
        capacity = wide + 0.9 * blocks + (0.3 * math.log2(values["head_units"]) - 1 if "head_units" in values else 0.0)
        lack, excess = max(0.0, size - capacity), max(0.0, capacity - size)
        fights = 0.4 * values["dropout"] + 0.06 * (math.log10(values["l2"]) + 6) + 0.2 * values["augment"]
        overfit = 0.05 * excess * max(0.0, 1.0 - fights) + data * (not values["augment"])
        deep = 0.05 * max(0, blocks - 2) * (not values.get("residual", False)) * (values["normalization"] == "none")
        best_rate = rate + {"none": -0.5, "batch": 0.4, "layer": 0.1}[values["normalization"]]
        trained = 0.6 * _off(math.log10(values["learning_rate"]), best_rate, 0.6)
        norm = {"none": 0.08, "batch": 0.0, "layer": 0.03}[values["normalization"]] + (
            0.05 if values["normalization"] == "batch" and values["dropout"] > 0.25 else 0.0
        )
        other = pooling[values["pooling"]] + 0.012 * abs(values["kernel_size"] - kernel) + 0.3 * values["dropout"] ** 2
        flat = 0.04 if values["head"] == "flatten" and blocks < 3 else 0.0
        shrunk = 0.08 * _off(math.log10(values["l2"]), decay, 1.2)
        return float(0.2 + 0.1 * lack + overfit + deep + trained + norm + other + flat + shrunk)

    return loss


def _families_space() -> HyperParameters:
    hp = HyperParameters()
    hp.Choice("family", ["dense", "conv", "recurrent"])
    with hp.conditional_scope("family", "dense"):
        hp.Int("layers", 0, 5)
        hp.Int("units", 16, 512, step=2, sampling="log")
        hp.Choice("normalization", ["none", "batch", "layer"])
    with hp.conditional_scope("family", "conv"):
        hp.Int("layers", 1, 8)
        hp.Int("units", 8, 128, step=2, sampling="log")
        hp.Choice("kernel_size", [3, 5, 7, 9])
        hp.Boolean("residual")
    with hp.conditional_scope("family", "recurrent"):
        hp.Choice("cell", ["lstm", "gru"])
        hp.Int("units", 8, 256, step=2, sampling="log")
        hp.Boolean("bidirectional")
    hp.Choice("activation", ["relu", "gelu", "tanh", "selu", "silu"])
    hp.Float("dropout", 0.0, 0.6, step=0.05)
    hp.Float("learning_rate", 1e-4, 5e-2, sampling="log")
    hp.Choice("batch_size", [16, 32, 64, 128])
    return hp


def _families(rng: np.random.Generator) -> Loss:
    floor = dict(zip(["dense", "conv", "recurrent"], rng.permutation([0.0, 0.06, 0.12]), strict=True))
    layers = {"dense": rng.uniform(1, 4), "conv": rng.uniform(2, 6)}
    units = {"dense": rng.uniform(6, 8.5), "conv": rng.uniform(4, 6.5), "recurrent": rng.uniform(5, 7)}
    rate = {"dense": rng.uniform(-3.3, -2.5), "conv": rng.uniform(-3.2, -2.2), "recurrent": rng.uniform(-3, -2)}
    activation = rng.uniform(0, 0.06, 5)
    kernel, dropout = rng.integers(4), rng.uniform(0.0, 0.4)
    norm = dict(zip(["none", "batch", "layer"], rng.permutation([0.05, 0.0, 0.02]), strict=True))

    def loss(values: Values) -> float:
        family = values["family"]
        own = 0.25 * _off(math.log2(values["units"]), units[family], 1.8)
        if family == "recurrent":
            own += 0.03 * (values["cell"] == "lstm") + 0.05 * (not values["bidirectional"])
        else:
            deep = values["layers"]
            own += 0.25 * _off(deep, layers[family], 2.0)
            own += activation[["relu", "gelu", "tanh", "selu", "silu"].index(values["activation"])]
        if family == "dense":
            own += norm[values["normalization"]] * min(1.0, values["layers"] / 2)
        if family == "conv":
            own += 0.02 * abs([3, 5, 7, 9].index(values["kernel_size"]) - kernel)
            own += 0.03 * max(0, values["layers"] - 4) * (not values["residual"])
        best_rate = rate[family] + 0.2 * (math.log2(values["batch_size"]) - 5)
        trained = 0.6 * _off(math.log10(values["learning_rate"]), best_rate, 0.6)
        return float(0.2 + floor[family] + own + trained + 0.15 * _off(values["dropout"], dropout, 0.3))

    return loss


def _irrelevant_space() -> HyperParameters:
    hp = HyperParameters()
    for place in range(7):
        hp.Choice(f"choice_{place}", ["a", "b", "c", "d"])
    for place in range(7):
        hp.Int(f"number_{place}", 0, 9)
    for place in range(3):
        hp.Boolean(f"switch_{place}")
    for place in range(3):
        hp.Float(f"rate_{place}", 1e-4, 1.0, sampling="log")
    return hp


def _irrelevant(rng: np.random.Generator) -> Loss:
    choice, number = rng.permutation(7)[:2], rng.integers(7)
    best = rng.choice(["a", "b", "c", "d"], 2)
    centre, width, rate = rng.uniform(0, 9), rng.uniform(2, 4), rng.uniform(-4, 0)

    def loss(values: Values) -> float:
        wrong = [values[f"choice_{place}"] != name for place, name in zip(choice, best, strict=True)]
        logs = math.log10(values["rate_0"])
        turned = 0.3 if values["switch_0"] else 0.0
        far = _off(values[f"number_{number}"], centre, width) + _off(logs, rate + turned, 0.8)
        return float(0.1 + 0.15 * sum(wrong) + 0.1 * all(wrong) + 0.4 * far + 0.05 * values["switch_0"])

    return loss


_OPERATIONS = ["none", "skip", "conv_1", "conv_3", "pool"]


def _cells_space() -> HyperParameters:
    hp = HyperParameters()
    for place in range(6):
        hp.Choice(f"op_{place}", _OPERATIONS)
    return hp


def _cells(rng: np.random.Generator) -> Loss:
    single = np.array([0.3, 0.12, 0.06, 0.0, 0.15]) * rng.uniform(0.3, 1.5, (6, 1)) + rng.normal(0, 0.03, (6, 5))
    pairs = {pair: rng.normal(0, 0.06, (5, 5)) for pair in ((0, 1), (0, 3), (1, 4), (2, 5), (3, 4), (4, 5))}
    triple = rng.integers(5, size=3)

    def loss(values: Values) -> float:
        ops = [_OPERATIONS.index(values[f"op_{place}"]) for place in range(6)]
        total = sum(single[place, op] for place, op in enumerate(ops))
        total += sum(table[ops[left], ops[right]] for (left, right), table in pairs.items())
        total -= 0.1 * (ops[0] == triple[0] and ops[2] == triple[1] and ops[4] == triple[2])
        cut = ops[5] == 0 and ops[4] in (0, 4) and ops[2] == 0
        return math.log1p(math.exp(total)) + 0.8 * cut

    return loss


@dataclass(frozen=True)
class Recipe:
    """A made-up problem.

    Attributes:
        space: Makes the space.
        make: Draws coefficients and returns the loss.
        noise: Standard deviation of a training's noise, in the unit of the loss.
        limit: Whether a candidate fails.
    """

    space: Callable[[], HyperParameters]
    make: Callable[[np.random.Generator], Loss]
    noise: float
    limit: Callable[[Values], bool] = lambda values: False


def _beyond(values: Values) -> bool:
    memory = sum(values.get(f"units_{layer}", 0) for layer in range(1, 5)) * values["batch_size"]
    hot = math.log10(values["learning_rate"]) > -2.0 - 0.2 * values["layers"]
    return bool(memory > 40_000 or hot)


RECIPES = {
    "dense": Recipe(_dense_space, _dense, 0.01),
    "optimizer": Recipe(_optimizer_space, _optimizer, 0.01),
    "conv": Recipe(_conv_space, _conv, 0.015),
    "families": Recipe(_families_space, _families, 0.015),
    "irrelevant": Recipe(_irrelevant_space, _irrelevant, 0.02),
    "cells": Recipe(_cells_space, _cells, 0.02),
    "noisy": Recipe(_dense_space, _dense, 0.06),
    "cliffs": Recipe(_dense_space, _dense, 0.01, _beyond),
}
