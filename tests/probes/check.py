"""Trainings on data of their own, which no threshold has seen."""

from tests.probes.kinds import BLIND, GOOD, IMPROVING, OVER, ROUGH, STUCK, TOO_GOOD, UNDER, UNEVEN, cases
from tests.probes.trainings import Network

__all__ = ["CHECK", "HEALTHY_CHECK"]

CHECK = [
    *cases(
        UNDER,
        "capacity",
        ("parity", Network((), epochs=60)),
        ("parity", Network((32,), activation="linear", epochs=60)),
        ("bumps", Network((), epochs=60, rate=1e-2)),
        ("clusters 5", Network((1,), epochs=80)),
        ("friedman 3", Network((32, 32), activation="linear")),
    ),
    *cases(
        OVER,
        "too few rows",
        ("parity", Network((256, 256), epochs=80), ("fewer", 60)),
        ("bumps", Network((256, 256), epochs=80), ("fewer", 50)),
        ("clusters 5", Network((256,), epochs=120), ("fewer", 50)),
    ),
    *cases(
        OVER,
        "label noise",
        ("parity", Network((256, 256), epochs=60), ("noisy", 0.3)),
        ("bumps", Network((256, 256), epochs=60), ("noisy", 1.5)),
        ("clusters 5", Network((256, 256), epochs=80), ("noisy", 0.4)),
    ),
    *cases(
        ROUGH,
        "learning rate too high",
        ("parity", Network((32, 32), rate=0.3)),
        ("bumps", Network((32, 32), optimizer="sgd", rate=1.5)),
        ("clusters 5", Network((32, 32), optimizer="sgd", rate=8.0)),
        ("friedman 3", Network((32, 32), rate=0.3)),
    ),
    *cases(
        STUCK,
        "learning rate too low",
        ("clusters 5", Network((32, 32), rate=1e-5)),
        ("bumps", Network((32,), rate=1e-5)),
        ("friedman 3", Network((32,), optimizer="sgd", rate=1e-5)),
    ),
    *cases(
        UNDER,
        "dead units",
        ("parity", Network((32, 32), bias=-30.0)),
        ("bumps", Network((32,), bias=-40.0)),
        ("clusters 5", Network((32, 32), bias=-15.0, optimizer="sgd", rate=0.05)),
    ),
    *cases(
        IMPROVING,
        "too few epochs",
        ("clusters 5", Network((32, 32), rate=1e-3, epochs=6)),
        ("friedman 3", Network((32,), rate=1e-3, epochs=8)),
        ("digits", Network((64,), rate=5e-4, epochs=6)),
    ),
    *cases(
        TOO_GOOD,
        "leakage",
        ("parity", Network((32, 32)), ("told", 0.01)),
        ("bumps", Network((64,)), ("told", 0.01)),
        ("clusters 5", Network((256, 256)), ("copied", 0.3)),
    ),
    *cases(
        UNDER,
        "over-regularised",
        ("clusters 5", Network((32, 32), l2=0.2)),
        ("digits", Network((16,), dropout=0.9)),
        ("friedman 3", Network((32, 32), l2=0.3)),
    ),
    *cases(
        UNEVEN,
        "unnormalised inputs",
        ("clusters 5", Network((32, 32)), ("raw", 1e4)),
        ("bumps", Network((32, 32)), ("raw", 1e3)),
        ("parity", Network((32,), optimizer="sgd", rate=0.01), ("raw", 1e4)),
    ),
    *cases(
        BLIND,
        "class imbalance",
        ("clusters 5", Network((16,)), ("rare", 0.06)),
        ("parity", Network((8,), rate=1e-3), ("rare", 0.08)),
    ),
]

HEALTHY_CHECK = cases(
    GOOD,
    None,
    ("clusters 5", Network((32,), epochs=100, patience=15)),
    ("clusters 5", Network((32, 32), epochs=60, patience=15, schedule="cosine", dropout=0.2)),
    ("friedman 3", Network((32,), epochs=150, patience=15)),
    ("friedman 3", Network((32, 32), epochs=80, patience=20, schedule="cosine")),
    ("cancer 2", Network((32,), epochs=100, patience=15, rate=1e-3)),
    ("cancer 2", Network((16, 16), epochs=80, patience=15, dropout=0.2)),
    ("wine 2", Network((24,), epochs=100, patience=15)),
    ("iris 2", Network((24,), epochs=150, patience=20, schedule="cosine")),
    ("digits 2", Network((48,), epochs=60, patience=10)),
    ("digits 2", Network((96,), epochs=50, patience=10, dropout=0.25, schedule="cosine")),
    ("diabetes 2", Network((16,), epochs=100, patience=15, rate=1e-3)),
    ("overlapping 3", Network((32,), epochs=100, patience=15)),
)
