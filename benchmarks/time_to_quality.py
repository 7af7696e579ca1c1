"""How soon do we have what KerasTuner has in the end? Dense networks on mnist_5k and adult, 30 trials a tuner.

Convolutions and LSTMs on mnist_5k, an image and a series of 28 rows, are reported beside them with 10 trials each.

KerasTuner's Hyperband and BayesianOptimization run on TensorFlow; the one number taken from them is the best validation
score when they end. The same program, with one import changed, then runs here on JAX, with the tuner of the same name
and, where that is another, with BayesianOptimization, which is our own default strategy. The clock runs from the call
of `search` to the end of the trial that reached the score. Compilation is in the clock on both sides. The validation
rows are the same, and both sides have 30 trials; where ours never reaches the score, the ratio is 0.

The data stand in the folder `shared/data` beside the checkout.
"""

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from measure import Figure, Report, in_process, in_turn, main
from numpy.typing import NDArray

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
RUNS = int(os.environ.get("RUNS", "3"))  # seeds; the tuners take half an hour for each
TUNERS = ("Hyperband", "BayesianOptimization")
DEFAULT, WANTED = "BayesianOptimization", 20


def digits(*shape: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the rows of mnist_5k for training and validation, each of that shape, and their classes."""
    with np.load(DATA / "mnist_5k.npz") as kept:
        train = kept["train"]
        return kept["x"][train].reshape(len(train), *shape).astype("float32") / 255, kept["y"][train].astype("int32")


def adult() -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the rows of adult for training and validation as one matrix, and their classes."""
    import pandas as pd

    frame = pd.read_csv(DATA / "adult.csv.gz")
    frame = frame[frame.pop("split") == "train"]
    y = frame.pop("income").astype("category").cat.codes.to_numpy("int32")
    x = pd.get_dummies(frame, dtype="float32")
    return ((x - x.mean()) / x.std().clip(lower=1e-6)).fillna(0.0).to_numpy("float32"), y


def dense(hp: Any, shape: tuple[int, ...], classes: int) -> Any:
    """Return a dense classifier: depth, widths, activation, dropout and learning rate vary."""
    import keras

    model = keras.Sequential([keras.Input(shape)])
    activation, rate = hp.Choice("activation", ["relu", "tanh", "gelu"]), hp.Float("dropout", 0.0, 0.5, step=0.1)
    for layer in range(hp.Int("layers", 1, 3)):
        model.add(keras.layers.Dense(hp.Int(f"units_{layer}", 32, 512, step=32), activation))
        model.add(keras.layers.Dropout(rate))
    return _classifier(hp, model, classes)


def convolutional(hp: Any, shape: tuple[int, ...], classes: int) -> Any:
    """Return a convolutional classifier: filters, dropout and learning rate vary."""
    import keras

    model = keras.Sequential([keras.Input(shape)])
    for layer in range(2):
        model.add(keras.layers.Conv2D(hp.Int(f"filters_{layer}", 8, 32, step=8), 3, activation="relu"))
        model.add(keras.layers.MaxPooling2D())
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dropout(hp.Float("dropout", 0.0, 0.5, step=0.1)))
    return _classifier(hp, model, classes)


def recurrent(hp: Any, shape: tuple[int, ...], classes: int) -> Any:
    """Return a recurrent classifier: depth, units and learning rate vary."""
    import keras

    model = keras.Sequential([keras.Input(shape)])
    if hp.Boolean("deep"):
        model.add(keras.layers.LSTM(hp.Int("units_0", 16, 64, step=16), return_sequences=True))
    model.add(keras.layers.LSTM(hp.Int("units", 16, 64, step=16)))
    return _classifier(hp, model, classes)


def _classifier(hp: Any, model: Any, classes: int) -> Any:
    import keras

    model.add(keras.layers.Dense(classes, "softmax"))
    optimizer = keras.optimizers.Adam(hp.Float("learning_rate", 1e-4, 1e-2, sampling="log"))
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Data and a space of networks.

    Attributes:
        rows: Returns inputs and classes.
        build: Returns a model, from hyperparameters, the shape of an input and the number of classes.
        trials: How many a tuner has.
        epochs: Of a whole training.
        wanted: The least ratio that counts as reached; None where it is only reported.
    """

    rows: Callable[[], tuple[NDArray[Any], NDArray[Any]]]
    build: Callable[[Any, tuple[int, ...], int], Any]
    trials: int = 30
    epochs: int = 10
    wanted: int | None = WANTED


PROBLEMS = {
    "mnist_5k": Problem(rows=partial(digits, 784), build=dense),
    "adult": Problem(rows=adult, build=dense),
    "mnist_5k, convolutions": Problem(
        rows=partial(digits, 28, 28, 1), build=convolutional, trials=10, epochs=5, wanted=None
    ),
    "mnist_5k, LSTMs": Problem(rows=partial(digits, 28, 28), build=recurrent, trials=10, epochs=5, wanted=None),
}


def search(package: str, tuner: str, data: str, trials: int, epochs: int, seed: int) -> list[list[float]]:
    """Return, for each trial in the order of their ends, the seconds until then and its validation accuracy."""
    import importlib

    kt = importlib.import_module(package)
    problem = PROBLEMS[data]
    x, y = problem.rows()
    order = np.random.default_rng(0).permutation(len(x))
    held, used = order[: len(x) // 5], order[len(x) // 5 :]
    bounds = {"max_epochs": epochs} if tuner == "Hyperband" else {"max_trials": trials}
    ended: list[list[float]] = []
    with tempfile.TemporaryDirectory() as folder:
        made = getattr(kt, tuner)(
            lambda hp: problem.build(hp, x.shape[1:], int(y.max()) + 1),
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
    ratios: dict[tuple[str, str, str], list[float]] = {}
    details = {}
    for data, problem in PROBLEMS.items():
        trials, epochs = (3, 2) if quick else (problem.trials, problem.epochs)
        for seed in range(1, 2 if quick else RUNS + 1):
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
                    reached = [seconds for seconds, score in found[f"ours, {mine}"] if score >= wanted]
                    ratios.setdefault((data, tuner, mine), []).append(whole / reached[0] if reached else 0.0)
    figures = [
        Figure(
            what=f"{data}: KerasTuner's {tuner} over our {mine}",
            value=float(np.median(found)),
            unit="x",
            wanted=f"at least {least}x" if (least := PROBLEMS[data].wanted) else "",
        )
        for (data, tuner, mine), found in ratios.items()
    ]
    return Report(title="Time to KerasTuner's final validation accuracy", figures=figures, details=details)


def _best_so_far(ended: Sequence[Sequence[float]]) -> dict[str, Any]:
    """Return when a search ended, and each score that was the best until then, with its second."""
    best = [pair for place, pair in enumerate(ended) if all(pair[1] > before for _, before in ended[:place])]
    return {"seconds": ended[-1][0], "best": best}


if __name__ == "__main__":
    main(__file__, measure, {"search": search})
