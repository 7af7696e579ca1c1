"""`ls.fit` against `model.fit` once past compilation, on models of every kind and of sizes that suit compiling least.

Each is trained in a process of its own on random data, and an epoch after the first is timed. What is wanted of the
default engine, which chooses, is that none is slower than 0.95 times `model.fit`'s speed.
"""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

from measure import Figure, Report, in_process, in_turn, main

__all__ = ["MODELS", "Case"]

ROUNDS, EPOCHS = 3, 3
PEERS = ("tensorflow", "jax")
WANTED = 0.95


@dataclass(frozen=True, kw_only=True)
class Case:
    """A model and its data.

    Attributes:
        shape: Of one row of the features; an empty one is 20 words of 20,000.
        layers: Makes the layers between input and output.
        rows: Rows.
        batch_size: Rows of a batch.
    """

    shape: tuple[int, ...]
    layers: Callable[[Any], list[Any]]
    rows: int
    batch_size: int = 32


MODELS: Mapping[str, Case] = {
    "dense 784-1024-1024, batch 128": Case(
        shape=(784,), rows=4096, batch_size=128, layers=lambda k: [k.Dense(1024, "relu"), k.Dense(1024, "relu")]
    ),
    "dense 64-64 with batch normalization": Case(
        shape=(20,),
        rows=8000,
        layers=lambda k: [k.Dense(64), k.BatchNormalization(), k.Activation("relu"), k.Dense(64)],
    ),
    "two convolutions of 32 and 64, 28x28": Case(
        shape=(28, 28, 1),
        rows=1024,
        layers=lambda k: [
            k.Conv2D(32, 3, activation="relu"),
            k.MaxPooling2D(),
            k.Conv2D(64, 3, activation="relu"),
            k.MaxPooling2D(),
            k.Flatten(),
        ],
    ),
    "small VGG with batch normalization, 32x32x3": Case(
        shape=(32, 32, 3),
        rows=512,
        layers=lambda k: (
            [
                layer
                for filters in (32, 64)
                for layer in (
                    k.Conv2D(filters, 3, padding="same"),
                    k.BatchNormalization(),
                    k.Activation("relu"),
                    k.Conv2D(filters, 3, padding="same", activation="relu"),
                    k.MaxPooling2D(),
                )
            ]
            + [k.GlobalAveragePooling2D()]
        ),
    ),
    "convolutions 5x5 of 64, 48x48": Case(
        shape=(48, 48, 3),
        rows=256,
        layers=lambda k: [k.Conv2D(64, 5, activation="relu"), k.Conv2D(64, 5, strides=2), k.GlobalAveragePooling2D()],
    ),
    "separable convolutions of 64, 32x32": Case(
        shape=(32, 32, 3),
        rows=512,
        layers=lambda k: [
            k.Conv2D(32, 3, strides=2),
            k.SeparableConv2D(64, 3, activation="relu"),
            k.SeparableConv2D(64, 3, activation="relu"),
            k.GlobalAveragePooling2D(),
        ],
    ),
    "depthwise convolution of 96": Case(
        shape=(32, 32, 3),
        rows=512,
        layers=lambda k: [k.Conv2D(96, 1), k.DepthwiseConv2D(5, padding="same"), k.GlobalAveragePooling2D()],
    ),
    "convolutions over a series of 500": Case(
        shape=(500, 3),
        rows=512,
        layers=lambda k: [
            k.Conv1D(64, 8, activation="relu"),
            k.Conv1D(64, 5, padding="causal"),
            k.GlobalAveragePooling1D(),
        ],
    ),
    "LSTM of 128 over 100 steps": Case(shape=(100, 8), rows=512, layers=lambda k: [k.LSTM(128)]),
    "bidirectional GRU of 64 over 100 steps": Case(
        shape=(100, 8), rows=512, layers=lambda k: [k.Bidirectional(k.GRU(64))]
    ),
    "simple RNN of 32, batch 256": Case(shape=(50, 4), rows=4096, batch_size=256, layers=lambda k: [k.SimpleRNN(32)]),
    "embedding of 20,000 words, LSTM of 32": Case(
        shape=(), rows=1024, layers=lambda k: [k.Embedding(20_000, 64), k.LSTM(32)]
    ),
    "embedding of 20,000 words, mean": Case(
        shape=(), rows=2048, layers=lambda k: [k.Embedding(20_000, 64), k.GlobalAveragePooling1D(), k.Dense(32)]
    ),
}


def fit(engine: str, case: str, epochs: int) -> float:
    """Return the seconds of an epoch after the first."""
    import keras
    import numpy as np

    import layersmith as ls

    keras.utils.set_random_seed(0)
    rng, chosen = np.random.default_rng(0), MODELS[case]
    if chosen.shape:
        inputs = keras.Input(chosen.shape)
        x = rng.normal(size=(chosen.rows, *chosen.shape)).astype("float32")
    else:
        inputs = keras.Input((20,), dtype="int32")
        x = rng.integers(0, 20_000, (chosen.rows, 20)).astype("int32")
    y = rng.integers(0, 10, chosen.rows)
    hidden = inputs
    for layer in chosen.layers(keras.layers):
        hidden = layer(hidden)
    model = keras.Model(inputs, keras.layers.Dense(10, "softmax")(hidden))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    marks: list[float] = []
    watch = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: marks.append(time.perf_counter()))
    ls.fit(model, x, y, engine=engine, epochs=epochs, batch_size=chosen.batch_size, verbose=0, callbacks=[watch])
    return statistics.median(after - before for before, after in pairwise(marks))


def measure(quick: bool) -> Report:
    """Measure each model natively and by the default engine, on either backend, in turn."""
    rounds, epochs, cases = (1, 2, list(MODELS)[:2]) if quick else (ROUNDS, EPOCHS, list(MODELS))
    figures, details = [], {}
    for case in cases:
        for peer in PEERS:
            run = partial(in_process, __file__, "fit", keras=peer, case=case, epochs=epochs)
            found = in_turn({engine: partial(run, engine=engine) for engine in ("auto", "native")}, rounds)
            seconds = {engine: statistics.median(times) for engine, times in found.items()}
            details[f"{case}, {peer}"] = seconds
            what = f"{case}, against model.fit on {peer}"
            figures.append(
                Figure(what=what, value=seconds["native"] / seconds["auto"], unit="x", wanted=f"at least {WANTED}x")
            )
            print(figures[-1].what, figures[-1].shown(), flush=True)
    return Report(
        title="ls.fit never slower than model.fit: an epoch after the first",
        figures=figures,
        details={"rounds": rounds, "epochs": epochs, "median_seconds": details},
    )


if __name__ == "__main__":
    main(__file__, measure, {"fit": fit})
