"""Search spaces: what may vary in a model, and what one candidate of it is.

entries           Int, Float, Choice, Boolean, Fixed: a name, a range, a default, conditions
conditions        when an entry is active
hyperparameters   HyperParameters: what a build function talks to
exploration       the space of a build function, found by building
sampling          draw, complete, check or list candidates
encoding          keys of candidates and entries
"""

from layersmith.space.conditions import Condition
from layersmith.space.encoding import fingerprint, labels
from layersmith.space.entries import Boolean, Choice, Entry, Fixed, Float, Int
from layersmith.space.exploration import Builder, explore, imply_conditions
from layersmith.space.hyperparameters import HyperParameters
from layersmith.space.sampling import active, complete, enumerate_space, is_finite, sample, validate

__all__ = [
    "Boolean",
    "Builder",
    "Choice",
    "Condition",
    "Entry",
    "Fixed",
    "Float",
    "HyperParameters",
    "Int",
    "active",
    "complete",
    "enumerate_space",
    "explore",
    "fingerprint",
    "imply_conditions",
    "is_finite",
    "labels",
    "sample",
    "validate",
]
