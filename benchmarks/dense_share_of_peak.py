"""How much of the matrix multiplication peak training reaches: Dense 784-256-10, one candidate a core at once.

The peak is the best of several ways to multiply large float32 matrices on all cores, measured in the same process
before and after. Floating point operations are counted in two ways. Those really done: two per multiply-accumulate of
the forward pass, of the weights' gradients, and of the inputs' gradients, which the first layer does not need. The
usual count: six per multiply-accumulate. The optimizer, activations and metrics count none.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from measure import Figure, Report, in_process, main, medians
from patterns import CLASSES, noisy_patterns
from task import BATCH_SIZE

from layersmith.executors import count_cores

WIDTHS = (784, 256, CLASSES)
STEPS = 320  # updates of an epoch
RUNS = 3


def build() -> Any:
    """Return the compiled network."""
    import keras

    from layersmith.families.initial import drawn_by_numpy

    with drawn_by_numpy():
        inputs = keras.Input(WIDTHS[:1], name="x")
        hidden = keras.layers.Dense(WIDTHS[1], "relu")(inputs)
        model = keras.Model(inputs, keras.layers.Dense(WIDTHS[2], "softmax")(hidden))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def operations() -> tuple[int, int]:
    """Return the floating point operations of one row's update: those really done, and the usual count."""
    macs = [before * after for before, after in pairwise(WIDTHS)]
    return 4 * sum(macs) + 2 * sum(macs[1:]), 6 * sum(macs)


def train(epochs: int, size: int, seconds: float) -> dict[str, float]:
    """Train one candidate a core and return operations per second, and the peak around it."""
    before = peak(size, seconds)
    rows = count_cores() * epochs * STEPS * BATCH_SIZE
    took = training_seconds(epochs)
    done, usual = (rows * count / took / 1e9 for count in operations())
    top = max(before, peak(size, seconds))
    return {"peak": top, "done": done, "usual": usual, "share": 100 * done / top, "usual_share": 100 * usual / top}


def training_seconds(epochs: int) -> float:
    """Return the seconds of the second of two rounds, which compiles nothing."""
    from layersmith.engine.auto import AutoEngine
    from layersmith.engine.job import Job, Rows
    from layersmith.executors import LocalExecutor
    from layersmith.records import Recipe

    x, y = noisy_patterns(STEPS * BATCH_SIZE, WIDTHS[:1])
    recipe = Recipe(epochs=epochs, batch_size=BATCH_SIZE, patience=0)
    job, engine = Job(train=Rows(x={"x": x}, y=y), validation=None, recipe=recipe), AutoEngine()
    with LocalExecutor() as executor:
        for _ in range(2):
            begun = [engine.begin(build(), job) for _ in range(executor.workers)]
            started = time.perf_counter()
            for future in [executor.submit(each) for each in begun]:
                future.result()
            took = time.perf_counter() - started
    return took


def peak(size: int, seconds: float) -> float:
    """Return the most GFLOP/s that multiplying matrices of `size` reaches, over all ways."""
    return max(rate(way, size, seconds) for way in ways(size))


def ways(size: int) -> list[Callable[[], int]]:
    """Return ways to multiply on all cores; each returns how many products it made."""
    import jax
    from threadpoolctl import threadpool_limits

    a, b = np.random.default_rng(0).normal(size=(2, size, size)).astype("float32")
    on_device, product = (jax.device_put(a), jax.device_put(b)), jax.jit(lambda a, b: a @ b)
    multiply = (lambda: a @ b, lambda: product(*on_device).block_until_ready())

    def once(way: Callable[[], Any]) -> int:
        way()
        return 1

    def one_a_core(way: Callable[[], Any]) -> int:
        cores = count_cores()
        with threadpool_limits(1), ThreadPoolExecutor(cores) as pool:
            list(pool.map(lambda _: way(), range(cores)))
        return cores

    return [partial(spread, way) for spread in (once, one_a_core) for way in multiply]


def rate(way: Callable[[], int], size: int, seconds: float) -> float:
    """Return the GFLOP/s of the fastest call within `seconds`."""
    way()
    best, ends = 0.0, time.perf_counter() + seconds
    while time.perf_counter() < ends:
        started = time.perf_counter()
        best = max(best, way() * 2 * size**3 / (time.perf_counter() - started) / 1e9)
    return best


def measure(quick: bool) -> Report:
    """Measure in a process per run."""
    runs, epochs, size, seconds = (1, 2, 512, 0.1) if quick else (RUNS, 20, 2048, 2.0)
    found = [in_process(__file__, "train", epochs=epochs, size=size, seconds=seconds) for _ in range(runs)]
    middle = medians(found)
    figures = [
        Figure(
            what="share of the peak, operations really done", value=middle["share"], unit="%", wanted="at least 55%"
        ),
        Figure(what="share of the peak, six operations a multiply-accumulate", value=middle["usual_share"], unit="%"),
        Figure(what="training, operations really done", value=middle["done"], unit="GFLOP/s"),
        Figure(what="peak of large matrix products", value=middle["peak"], unit="GFLOP/s"),
    ]
    details = {"runs": found, "epochs": epochs, "matrix_size": size}
    return Report(title="Dense 784-256-10, batch 32, one candidate a core at once", figures=figures, details=details)


if __name__ == "__main__":
    main(__file__, measure, {"train": train})
