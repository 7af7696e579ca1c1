"""The prices by which widths are padded: what a program costs to compile, and what a padded multiplication costs.

Both are constants of `layersmith.engine.widths.buckets`, and are printed beside what this machine measures. Compiling
is what the first of two equal candidates takes longer than the second outside of its epochs: tracing, and the programs
that train and validate. A multiplication is the slope of the training time of a row over the multiplications of a row
as `macs_of` counts them, on one core. Beside them stands what one more branch of a switched activation costs.
"""

import os
import statistics
import time
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from measure import Figure, Report, in_process, main, medians
from task import BATCH_SIZE

RUNS = 3
ROWS = 4096
DEEP = (10, (64, 64, 64))
COMPILED = {  # features, units
    "one layer": (10, (32,)),
    "two layers": (10, (32, 32)),
    "three layers": DEEP,
    "a wide layer": (784, (256,)),
}
WIDENED = {  # features, number of layers, their width
    "two layers": (10, 2, (64, 128, 256, 512)),
    "a wide layer": (784, 1, (32, 128, 256, 512)),
}


def build(features: int, units: Sequence[int], activation: str = "relu") -> Any:
    """Return a compiled dense network."""
    import keras

    from layersmith.families.initial import drawn_by_numpy

    with drawn_by_numpy():
        inputs = x = keras.Input((features,), name="x")
        for width in units:
            x = keras.layers.Dense(width, activation)(x)
        model = keras.Model(inputs, keras.layers.Dense(1, "sigmoid")(x))
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


@cache
def rows_of(features: int) -> Any:
    """Return made-up rows, the same object each time, so that they are on the device once."""
    import numpy as np

    from layersmith.engine.job import Rows

    x = np.random.default_rng(0).normal(size=(ROWS, features)).astype("float32")
    return Rows(x={"x": x}, y=(x[:, 0] > 0).astype("int32"))


def compile_all() -> dict[str, float]:
    """Return the seconds that compiling takes, by family, and by branch of an activation in one layer."""
    from layersmith.engine.auto import AutoEngine
    from layersmith.engine.widths.activation import SWITCHED

    engine = AutoEngine()
    compiling(engine, 3, (8,))  # what a process compiles once
    found = {name: compiling(engine, *family) for name, family in COMPILED.items()}
    switches = (len(SWITCHED) - 1) * len(DEEP[1])
    return {**found, "a branch": (found["three layers"] - compiling(engine, *DEEP, activation="relu6")) / switches}


def compiling(engine: Any, features: int, units: Sequence[int], activation: str = "relu") -> float:
    """Return how much longer the first of two equal candidates takes, outside of its epoch."""
    from layersmith.engine.job import Job
    from layersmith.records import Recipe

    rows = rows_of(features)
    job = Job(train=rows, validation=rows, recipe=Recipe(epochs=1, batch_size=BATCH_SIZE, patience=0))

    def beside_the_epoch() -> float:
        model = build(features, units, activation)
        started = time.perf_counter()
        training = engine.begin(model, job)().training
        return float(time.perf_counter() - started - training.seconds)

    return beside_the_epoch() - beside_the_epoch()


def train_all(epochs: int) -> dict[str, float]:
    """Return the seconds of a multiplication in training, by family, on one core."""
    import numpy as np

    from layersmith.engine.widths.buckets import macs_of
    from layersmith.graph import view

    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # before JAX starts its threads
    found = {}
    for name, (features, depth, widths) in WIDENED.items():
        models = [build(features, [width] * depth) for width in widths]
        seconds = [seconds_per_row(model, epochs) for model in models]
        found[name] = float(np.polyfit([macs_of(view(model)) for model in models], seconds, deg=1)[0])
    return found


def seconds_per_row(model: Any, epochs: int) -> float:
    """Return the seconds of a row in training, by the fastest epoch after the first; no width is padded here."""
    import keras

    from layersmith.engine.fit import fit

    rows = rows_of(model.input_shape[-1])
    marks: list[float] = []
    watch = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: marks.append(time.perf_counter()))
    arguments: dict[str, Any] = {"epochs": epochs, "batch_size": BATCH_SIZE, "verbose": 0, "callbacks": [watch]}
    fit(model, rows.x["x"], rows.y, engine="compiled", **arguments)
    return min(after - before for before, after in pairwise(marks)) / ROWS


def in_use() -> tuple[float, float]:
    """Return the constants: seconds to compile, and seconds of a multiplication."""
    from layersmith.engine.widths.buckets import COMPILE_SECONDS, SECONDS_PER_MAC

    return COMPILE_SECONDS, SECONDS_PER_MAC


def measure(quick: bool) -> Report:
    """Measure both in processes of their own."""
    compile_seconds, seconds_per_mac = in_process(__file__, "in_use")
    runs, epochs = (1, 3) if quick else (RUNS, 10)
    compiling = medians([in_process(__file__, "compile_all") for _ in range(runs)])
    multiplying = medians([in_process(__file__, "train_all", epochs=epochs) for _ in range(runs)])
    branch = compiling.pop("a branch")
    figures = [
        Figure(
            what="compiling a program",
            value=statistics.median(compiling.values()),
            unit="s",
            wanted=f"{compile_seconds} s is in use",
        ),
        Figure(
            what="a padded multiply-accumulate of a row",
            value=1e9 * statistics.median(multiplying.values()),
            unit="ns",
            wanted=f"{1e9 * seconds_per_mac:.3g} ns is in use",
        ),
        Figure(what="compiling a branch of a switched activation, in one layer", value=1e3 * branch, unit="ms"),
    ]
    details = {"runs": runs, "compile_seconds": compiling, "seconds_per_mac": multiplying}
    return Report(title="Prices of padding, dense networks", figures=figures, details=details)


if __name__ == "__main__":
    main(__file__, measure, {"compile_all": compile_all, "in_use": in_use, "train_all": train_all})
