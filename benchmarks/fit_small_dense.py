"""`ls.fit` against `model.fit`: 2×Dense(32), 10 features, 4,000 rows, batch 32, 30 epochs.

    python benchmarks/fit_small_dense.py             both backends, three runs each, ratios of medians

Each run is a process of its own and its clock includes compilation. `steady` leaves out the first epoch. The figures go
to `benchmarks/results/fit_small_dense.json`.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 3
EPOCHS = 30


def one(kind: str) -> dict[str, float]:
    """Train once in this process and return seconds."""
    import keras
    import numpy as np

    import layersmith as ls

    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(4000, 10)).astype("float32")
    y = (x[:, 0] * x[:, 1] > 0).astype("int32")
    layers = [keras.layers.Dense(32, "relu"), keras.layers.Dense(32, "relu"), keras.layers.Dense(1, "sigmoid")]
    model = keras.Sequential([keras.Input((10,)), *layers])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    marks: list[float] = []
    watch = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: marks.append(time.perf_counter()))
    arguments = {"epochs": EPOCHS, "batch_size": 32, "verbose": 0, "callbacks": [watch]}
    started = time.perf_counter()
    if kind == "compiled":
        ls.fit(model, x, y, engine="compiled", **arguments)
    else:
        model.fit(x, y, **arguments)
    return {"whole": marks[-1] - started, "steady": (marks[-1] - marks[0]) / (EPOCHS - 1)}


def measure(backend: str, kind: str) -> dict[str, float]:
    """Return the medians of `RUNS` processes."""
    command = [sys.executable, __file__, "--one", kind]
    environment = {**os.environ, "KERAS_BACKEND": backend}
    found = []
    for _ in range(RUNS):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
        found.append(json.loads(done.stdout.splitlines()[-1]))
    return {name: statistics.median(run[name] for run in found) for name in ("whole", "steady")}


def main() -> None:
    """Measure, print and write the ratios."""
    compiled = measure("jax", "compiled")
    results: dict[str, object] = {"compiled": compiled}
    for backend in ("tensorflow", "jax"):
        peer = measure(backend, "native")
        ratio = {name: round(peer[name] / compiled[name], 1) for name in peer}
        results[backend] = {**peer, "ratio": ratio}
        print(f"model.fit on {backend}: {peer['whole']:.2f} s; ls.fit {compiled['whole']:.2f} s; ratios {ratio}")
    path = Path(__file__).with_name("results") / "fit_small_dense.json"
    path.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    if "--one" in sys.argv:
        print(json.dumps(one(sys.argv[-1])))
    else:
        main()
