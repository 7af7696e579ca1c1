"""`ls.fit` against `model.fit`: 2×Dense(32), 10 features, 4,000 rows, batch 32, 30 epochs.

The clock of `whole` runs from the call of `fit` to its return, compilation and the reading of programs from disk
included, imports not. `steady` is an epoch after the first, by a callback; in a process of its own, because a callback
that may see everything makes ours build Keras' metrics and write the weights in every epoch. A cold start finds no
compiled program on disk, a warm one those of an earlier process. Both peers compile anew in every process, which is
what they do unless told otherwise.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from measure import Figure, Report, cold_and_warm, in_process, in_turn, main, medians

TITLE = "ls.fit: 2×Dense(32), 10 features, 4,000 rows, batch 32, 30 epochs"
RUNS, EPOCHS = 3, 30
WANTED = {"tensorflow": {"whole": 40, "steady": 80}, "jax": {"whole": 6, "steady": 12}}


def fit(engine: str, epochs: int, clock: str) -> float:
    """Train once in this process and return the seconds of `whole` or `steady`."""
    import keras
    import numpy as np

    import layersmith as ls
    import layersmith.engine.fit  # what `ls.fit` imports at its first call

    keras.utils.set_random_seed(0)  # imports TensorFlow, as Keras does on any backend before it fits
    rng = np.random.default_rng(0)
    x = rng.normal(size=(4000, 10)).astype("float32")
    y = (x[:, 0] * x[:, 1] > 0).astype("int32")
    layers = [keras.layers.Dense(32, "relu"), keras.layers.Dense(32, "relu"), keras.layers.Dense(1, "sigmoid")]
    model = keras.Sequential([keras.Input((10,)), *layers])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    marks: list[float] = []
    watch = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: marks.append(time.perf_counter()))
    callbacks = [watch] if clock == "steady" else []
    train = partial(ls.fit, model, engine="compiled") if engine == "compiled" else model.fit
    started = time.perf_counter()
    train(x=x, y=y, epochs=epochs, batch_size=32, verbose=0, callbacks=callbacks)
    return time.perf_counter() - started if clock == "whole" else (marks[-1] - marks[0]) / (epochs - 1)


def measure(quick: bool) -> Report:
    """Measure ours, cold and warm, and both peers in turn."""
    runs, epochs = (1, 3) if quick else (RUNS, EPOCHS)

    def both(**given: str) -> dict[str, float]:
        return {
            clock: in_process(__file__, "fit", epochs=epochs, clock=clock, **given) for clock in ("whole", "steady")
        }

    contenders: dict[str, Callable[[], Any]] = {
        "ours": lambda: cold_and_warm(lambda cache: both(cache=cache, engine="compiled")),
        **{name: partial(both, keras=name, engine="native") for name in WANTED},
    }
    found = in_turn(contenders, runs)
    ours = {start: medians([each[start] for each in found["ours"]]) for start in ("cold", "warm")}
    peers = {name: medians(found[name]) for name in WANTED}
    figures = [
        Figure(
            what=f"{clock}, {start} start, against model.fit on {peer}",
            value=peers[peer][clock] / ours[start][clock],
            unit="x",
            wanted=f"at least {WANTED[peer][clock]}x",
        )
        for clock in ("whole", "steady")
        for start in ("cold", "warm")
        for peer in WANTED
    ]
    details = {"runs": runs, "epochs": epochs, "median_seconds": {"ours": ours, **peers}}
    return Report(
        title="ls.fit: 2×Dense(32), 10 features, 4,000 rows, batch 32, 30 epochs", figures=figures, details=details
    )


if __name__ == "__main__":
    main(__file__, measure, {"fit": fit})
