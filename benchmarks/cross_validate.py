"""`ls.cross_validate` against scikit-learn's `KFold` around `model.fit`, and a sweep of images, in seconds.

    cross-validation   2×Dense(32), 10 features, 4,000 rows, batch 32, 30 epochs, 5 folds; from the call to the scores
                       of all folds, compilation included, imports not
    sweep              784 pixels of 5,000 digits, one hidden layer of 3 widths by 4 activations, 20 epochs, 5 folds

A cold start finds no compiled program on disk, a warm one those of an earlier process. The peer builds a model for
each fold, fits it and predicts the rows left out.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from measure import Figure, Report, cold_and_warm, in_process, in_turn, main, medians
from numpy.typing import NDArray

from layersmith.records import Value

RUNS, EPOCHS, FOLDS = 3, 30, 5
DIGITS = Path(__file__).resolve().parents[2] / "shared" / "data" / "mnist_5k.npz"
OVER: Mapping[str, Sequence[Value]] = {"units": [32, 64, 256], "activation": ["relu", "tanh", "gelu", "sigmoid"]}


def data() -> tuple[NDArray[Any], NDArray[Any]]:
    """Return rows whose class is the sign of a product."""
    x = np.random.default_rng(0).normal(size=(4000, 10)).astype("float32")
    return x, (x[:, 0] * x[:, 1] > 0).astype("int32")


def build() -> Any:
    """Return a compiled network of two hidden layers."""
    import keras

    layers = [keras.layers.Dense(32, "relu"), keras.layers.Dense(32, "relu"), keras.layers.Dense(1, "sigmoid")]
    model = keras.Sequential([keras.Input((10,)), *layers])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def cross_validate(engine: str, epochs: int) -> dict[str, float]:
    """Cross-validate once in this process; return seconds and the mean accuracy."""
    import keras

    import layersmith.experiments.cross_validate as ours

    keras.utils.set_random_seed(0)  # imports TensorFlow, as Keras does on any backend before it fits
    x, y = data()
    started = time.perf_counter()
    if engine == "compiled":
        accuracy = ours.cross_validate(build, x, y, folds=FOLDS, epochs=epochs, batch_size=32).mean
    else:
        accuracy = _by_hand(x, y, epochs)
    return {"whole": time.perf_counter() - started, "accuracy": accuracy}


def _by_hand(x: NDArray[Any], y: NDArray[Any], epochs: int) -> float:
    """Return the mean accuracy of scikit-learn's folds around `model.fit`."""
    from sklearn.metrics import accuracy_score
    from sklearn.model_selection import KFold

    scores = []
    for train, test in KFold(FOLDS, shuffle=True, random_state=0).split(x):
        model = build()
        model.fit(x[train], y[train], epochs=epochs, batch_size=32, verbose=0)
        predicted = np.asarray(model.predict(x[test], verbose=0))[:, 0]
        scores.append(accuracy_score(y[test], predicted > 0.5))
    return float(np.mean(scores))


def sweep(epochs: int, rows: int) -> dict[str, float]:
    """Sweep widths and activations over digits in this process; return seconds and the best accuracy."""
    import keras

    import layersmith.experiments.sweep as ours

    def digits(hp: Any) -> Any:
        hidden = keras.layers.Dense(hp.Int("units", 8, 512), hp.Choice("activation", OVER["activation"]))
        layers = [keras.layers.Rescaling(1 / 255), keras.layers.Flatten(), hidden]
        model = keras.Sequential([keras.Input((28, 28)), *layers, keras.layers.Dense(10, "softmax")])
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    keras.utils.set_random_seed(0)
    with np.load(DIGITS) as images:
        every = 5000 // rows  # they stand in the order of their classes
        x, y = images["x"][::every], images["y"][::every]
    started = time.perf_counter()
    found = ours.sweep(digits, x, y, folds=FOLDS, over=OVER, epochs=epochs)
    return {"whole": time.perf_counter() - started, "accuracy": found.best().result.mean}


def measure(quick: bool) -> Report:
    """Measure ours, cold and warm, and the peer in turn; then the sweep, cold and warm."""
    runs, epochs = (1, 3) if quick else (RUNS, EPOCHS)
    run = partial(in_process, __file__, "cross_validate", epochs=epochs)
    contenders: dict[str, Callable[[], Any]] = {
        "ours": lambda: cold_and_warm(lambda cache: run(cache=cache, engine="compiled")),
        "tensorflow": partial(run, keras="tensorflow", engine="native"),
    }
    found = in_turn(contenders, runs)
    ours = {start: medians([each[start] for each in found["ours"]]) for start in ("cold", "warm")}
    peer = medians(found["tensorflow"])
    length: dict[str, Any] = {"epochs": 1, "rows": 500} if quick else {"epochs": 20, "rows": 5000}
    swept = cold_and_warm(lambda cache: in_process(__file__, "sweep", cache=cache, **length))
    figures = [
        *(
            Figure(
                what=f"5 folds, {start} start, against KFold around model.fit on TensorFlow",
                value=peer["whole"] / ours[start]["whole"],
                unit="x",
                wanted="at least 30x",
            )
            for start in ours
        ),
        *(
            Figure(
                what=f"sweep of 12 cells × 5 folds on 5,000 digits, {start} start",
                value=swept[start]["whole"],
                unit="s",
                wanted="under 120 s",
            )
            for start in swept
        ),
    ]
    details = {"runs": runs, "epochs": epochs, "median": {"ours": ours, "tensorflow": peer}, "sweep": swept}
    return Report(
        title="ls.cross_validate: 2×Dense(32), 4,000 rows, 5 folds; ls.sweep: 12 cells",
        figures=figures,
        details=details,
    )


if __name__ == "__main__":
    main(__file__, measure, {"cross_validate": cross_validate, "sweep": sweep})
