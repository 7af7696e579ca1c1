"""How soon do we have what KerasTuner has in the end? Dense networks on mnist_5k and adult, 30 trials a tuner.

KerasTuner's Hyperband and BayesianOptimization run on TensorFlow; the one number taken from them is the best validation
score when they end. The same program, with one import changed, then runs here on JAX, with the tuner of the same name
and, where that is another, with BayesianOptimization, which is our own default strategy. The clock runs from the call
of `search` to the end of the trial that reached the score. Compilation is in the clock on both sides. The validation
rows are the same, and both sides have 30 trials; where ours never reaches the score, the ratio is 0.

The data stand in the folder `shared/data` beside the checkout.
"""

import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from measure import Figure, Report, in_process, in_turn, main
from numpy.typing import NDArray

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
TRIALS, EPOCHS, RUNS = 30, 10, 3
TUNERS = ("Hyperband", "BayesianOptimization")
DEFAULT, WANTED = "BayesianOptimization", 20


def rows(name: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the rows for training and validation as one matrix, and their classes; test rows are left out."""
    if name == "mnist_5k":
        with np.load(DATA / "mnist_5k.npz") as kept:
            train = kept["train"]
            return kept["x"][train].reshape(len(train), -1).astype("float32") / 255, kept["y"][train].astype("int32")
    import pandas as pd

    frame = pd.read_csv(DATA / "adult.csv.gz")
    frame = frame[frame.pop("split") == "train"]
    y = frame.pop("income").astype("category").cat.codes.to_numpy("int32")
    x = pd.get_dummies(frame, dtype="float32")
    return ((x - x.mean()) / x.std().clip(lower=1e-6)).fillna(0.0).to_numpy("float32"), y


def build(hp: Any, width: int, classes: int) -> Any:
    """Return a dense classifier: depth, widths, activation, dropout and learning rate vary."""
    import keras

    model = keras.Sequential([keras.Input((width,))])
    activation, rate = hp.Choice("activation", ["relu", "tanh", "gelu"]), hp.Float("dropout", 0.0, 0.5, step=0.1)
    for layer in range(hp.Int("layers", 1, 3)):
        model.add(keras.layers.Dense(hp.Int(f"units_{layer}", 32, 512, step=32), activation))
        model.add(keras.layers.Dropout(rate))
    model.add(keras.layers.Dense(classes, "softmax"))
    optimizer = keras.optimizers.Adam(hp.Float("learning_rate", 1e-4, 1e-2, sampling="log"))
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def search(package: str, tuner: str, data: str, trials: int, epochs: int, seed: int) -> list[list[float]]:
    """Return, for each trial in the order of their ends, the seconds until then and its validation accuracy."""
    import importlib

    kt = importlib.import_module(package)
    x, y = rows(data)
    order = np.random.default_rng(0).permutation(len(x))
    held, used = order[: len(x) // 5], order[len(x) // 5 :]
    bounds = {"max_epochs": epochs} if tuner == "Hyperband" else {"max_trials": trials}
    ended: list[list[float]] = []
    with tempfile.TemporaryDirectory() as folder:
        made = getattr(kt, tuner)(
            partial(build, width=x.shape[1], classes=int(y.max()) + 1),
            objective="val_accuracy",
            seed=seed,
            directory=folder,
            project_name="search",
            **bounds,
        )
        end = made.on_trial_end

        def note(trial: Any) -> None:
            end(trial)
            if trial.score is not None:
                ended.append([time.perf_counter() - started, float(trial.score)])
            if len(ended) >= trials:
                raise StopIteration

        made.on_trial_end = note
        started = time.perf_counter()
        try:
            given = {} if tuner == "Hyperband" else {"epochs": epochs}
            made.search(x[used], y[used], validation_data=(x[held], y[held]), verbose=0, **given)
        except StopIteration:
            pass
    return ended


def measure(quick: bool) -> Report:
    """Measure each tuner on each data set in turn with ours."""
    runs, trials, epochs = (1, 3, 2) if quick else (RUNS, TRIALS, EPOCHS)
    ratios: dict[str, list[float]] = {}
    details = {}
    for data in ("mnist_5k", "adult"):
        for seed in range(1, runs + 1):
            run = partial(in_process, __file__, "search", data=data, trials=trials, epochs=epochs, seed=seed)
            ours = partial(run, package="layersmith.keras_tuner")
            peer = partial(run, package="keras_tuner", keras="tensorflow")
            contenders = {
                f"{side}, {tuner}": partial(contender, tuner=tuner)
                for tuner in TUNERS
                for side, contender in (("ours", ours), ("KerasTuner", peer))
            }
            found = {name: ended for name, (ended,) in in_turn(contenders, 1).items()}
            details[f"{data}, seed {seed}"] = {name: _best_so_far(ended) for name, ended in found.items()}
            for tuner in TUNERS:
                theirs = found[f"KerasTuner, {tuner}"]
                whole, wanted = theirs[-1][0], max(score for _, score in theirs)
                for mine in sorted({tuner, DEFAULT}, key=TUNERS.index):
                    what = f"{data}: KerasTuner's {tuner} over our {mine}"
                    reached = [seconds for seconds, score in found[f"ours, {mine}"] if score >= wanted]
                    ratios.setdefault(what, []).append(whole / reached[0] if reached else 0.0)
    figures = [
        Figure(what=what, value=float(np.median(found)), unit="x", wanted=f"at least {WANTED}x")
        for what, found in ratios.items()
    ]
    return Report(title=f"Time to quality: {trials} trials of dense networks", figures=figures, details=details)


def _best_so_far(ended: Sequence[Sequence[float]]) -> dict[str, Any]:
    """Return when a search ended, and each score that was the best until then, with its second."""
    best = [pair for place, pair in enumerate(ended) if all(pair[1] > before for _, before in ended[:place])]
    return {"seconds": ended[-1][0], "best": best}


if __name__ == "__main__":
    main(__file__, measure, {"search": search})
