"""Trainings with a known cause, run on the compiled engine: what verdicts are calibrated and checked on.

A case says what was done to a training that would have gone well. Its verdict is right where the kind is one of those
accepted and the cause is among those suspected; a healthy run must be called a good fit with nothing suspected.
"""

from dataclasses import dataclass, replace
from functools import cache

import keras
import numpy as np
from keras import layers
from sklearn import datasets
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import log_loss, mean_squared_error
from sklearn.preprocessing import scale
from threadpoolctl import threadpool_limits

from layersmith.data.duplicates import duplicate_ids
from layersmith.data.spec import Task
from layersmith.engine import Job, Rows
from layersmith.engine.compiled import CompiledEngine
from layersmith.families.initial import drawn_by_numpy
from layersmith.probes import Facts, constant_scores, judge
from layersmith.records import Recipe

ROWS, COLUMNS = 800, 10


@dataclass(frozen=True)
class Table:
    """Rows to learn from, and which of them are held out."""

    x: np.ndarray
    y: np.ndarray
    train: np.ndarray
    held: np.ndarray
    task: Task


@dataclass(frozen=True)
class Network:
    """A dense network and how it is trained."""

    units: tuple[int, ...] = (32,)
    activation: str = "relu"
    dropout: float = 0.0
    l2: float = 0.0
    bias: float = 0.0
    optimizer: str = "adam"
    rate: float = 3e-3
    schedule: str = "constant"
    epochs: int = 60
    patience: int = 0


def split(x, y, task, seed=0, held=0.3):
    order = np.random.default_rng(seed).permutation(len(x))
    cut = round(held * len(x))
    y = y.astype("int32" if task.is_classification else "float32")
    return Table(x.astype("float32"), y, order[cut:], order[:cut], task)


def clusters(seed=0, **options):
    given = {"n_informative": 6, "n_redundant": 0, "n_classes": 3, "class_sep": 1.6, "flip_y": 0.02}
    x, y = datasets.make_classification(ROWS, COLUMNS, random_state=seed, **given, **options)
    return split(scale(x), y, Task.MULTICLASS, seed)


def shells(seed=0):
    x, y = datasets.make_gaussian_quantiles(n_samples=ROWS, n_features=4, n_classes=3, random_state=seed)
    noise = np.random.default_rng(seed).normal(size=(ROWS, COLUMNS - 4))
    return split(np.hstack([x, noise]), y, Task.MULTICLASS, seed)


def friedman(seed=0):
    x, y = datasets.make_friedman1(ROWS, COLUMNS, noise=1.0, random_state=seed)
    return split(scale(x), scale(y), Task.REGRESSION, seed)


def waves(seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(ROWS, COLUMNS))
    y = np.sin(2 * x[:, 0]) + x[:, 1] * x[:, 2] + 0.5 * x[:, 3] + rng.normal(0, 0.2, ROWS)
    return split(x, scale(y), Task.REGRESSION, seed)


def moons(seed=0):
    x, y = datasets.make_moons(ROWS, noise=0.2, random_state=seed)
    mixing = np.random.default_rng(seed).normal(size=(2, COLUMNS))
    return split(scale(x @ mixing), y, Task.MULTICLASS, seed)


def teacher(seed=0):
    """A network's outputs, and noise of a fifth of their variance."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(ROWS, COLUMNS))
    y = scale(np.tanh(x @ rng.normal(0, 0.8, (COLUMNS, 6))) @ rng.normal(size=6))
    return split(x, scale(y + rng.normal(0, 0.45, ROWS)), Task.REGRESSION, seed)


def impedance(seed=0):
    x, y = datasets.make_friedman2(ROWS, noise=100.0, random_state=seed)
    return split(scale(x), scale(y), Task.REGRESSION, seed)


def overlapping(seed=0):
    x, y = datasets.make_blobs(ROWS, COLUMNS, centers=5, cluster_std=4.0, random_state=seed)
    return split(scale(x), y, Task.MULTICLASS, seed)


def parity(seed=0):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, size=(ROWS, COLUMNS))
    return split(scale(x), x[:, 0] * x[:, 1] > 0, Task.MULTICLASS, seed)


def bumps(seed=0):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, size=(ROWS, COLUMNS))
    y = np.cos(4 * x[:, 0]) + np.abs(x[:, 1]) * 2 + x[:, 2] ** 2 + rng.normal(0, 0.1, ROWS)
    return split(scale(x), scale(y), Task.REGRESSION, seed)


def real(load, task):
    def made(seed=0):
        x, y = load(return_X_y=True)
        return split(scale(x), y if task.is_classification else scale(y), task, seed)

    return made


SOURCES = {
    "clusters": clusters,
    "shells": shells,
    "friedman": friedman,
    "waves": waves,
    "moons": moons,
    "teacher": teacher,
    "impedance": impedance,
    "overlapping": overlapping,
    "parity": parity,
    "bumps": bumps,
    "iris": real(datasets.load_iris, Task.MULTICLASS),
    "cancer": real(datasets.load_breast_cancer, Task.MULTICLASS),
    "wine": real(datasets.load_wine, Task.MULTICLASS),
    "digits": real(datasets.load_digits, Task.MULTICLASS),
    "diabetes": real(datasets.load_diabetes, Task.REGRESSION),
}


def fewer(table, rows):
    return replace(table, train=table.train[:rows])


def noisy(table, share):
    """Give a share of the rows another class, or every row that many standard deviations of noise."""
    rng = np.random.default_rng(1)
    if not table.task.is_classification:
        return replace(table, y=(table.y + rng.normal(0, share, len(table.y))).astype("float32"))
    wrong = rng.random(len(table.y)) < share
    moved = (table.y + rng.integers(1, table.y.max() + 1, len(table.y))) % (table.y.max() + 1)
    return replace(table, y=np.where(wrong, moved, table.y).astype("int32"))


def raw(table, factor):
    """Give the columns scales between 1 and `factor`, and as large means."""
    scales = np.geomspace(1.0, factor, table.x.shape[1])
    return replace(table, x=(table.x * scales + scales).astype("float32"))


def told(table, noise):
    """Put the target among the features."""
    x = table.x.copy()
    x[:, -1] = scale(table.y + np.random.default_rng(2).normal(0, noise, len(x)))
    return replace(table, x=x)


def copied(table, share):
    """Put a share of the validation rows among the training rows as well."""
    copies = table.held[: round(share * len(table.held))]
    return replace(table, train=np.concatenate([table.train, copies]))


def rare(table, share):
    """Leave two classes, the second with `share` of the rows, and only a hint of it in the features."""
    rng = np.random.default_rng(3)
    y = (rng.random(len(table.y)) < share).astype("int32")
    x = rng.normal(size=table.x.shape) + 0.3 * y[:, None] * (np.arange(table.x.shape[1]) < 3)
    return replace(table, x=x.astype("float32"), y=y)


CHANGES = {"fewer": fewer, "noisy": noisy, "raw": raw, "told": told, "copied": copied, "rare": rare}


@dataclass(frozen=True)
class Case:
    """A training with what is known about it."""

    name: str
    data: str
    kinds: tuple[str, ...]
    cause: str | None
    network: Network
    change: tuple[str, float] | None = None

    @property
    def table(self):
        return made(self.data, self.change)


@cache
def made(data, change):
    name, _, seed = data.partition(" ")
    table = SOURCES[name](int(seed or 0))
    return table if change is None else CHANGES[change[0]](table, change[1])


@cache
def reference(data, change):
    """The validation loss that gradient boosting reaches on the same rows."""
    table = made(data, change)
    rows, held = (table.x[table.train], table.y[table.train]), (table.x[table.held], table.y[table.held])
    with threadpool_limits(1):
        if not table.task.is_classification:
            return mean_squared_error(held[1], HistGradientBoostingRegressor(max_iter=60).fit(*rows).predict(held[0]))
        boosted = HistGradientBoostingClassifier(max_iter=30, early_stopping=False).fit(*rows)
        return log_loss(held[1], boosted.predict_proba(held[0]), labels=boosted.classes_)


def copies(table):
    """How many validation rows are training rows too."""
    ids = duplicate_ids(table.x, table.y)
    return int(np.isin(ids[table.held], ids[table.train]).sum())


def build(table, network):
    outputs = int(table.y.max()) + 1 if table.task.is_classification else 1
    penalty = keras.regularizers.L2(network.l2) if network.l2 else None
    keras.utils.set_random_seed(1)
    with drawn_by_numpy():
        entry = keras.Input((table.x.shape[1],), name="table")
        x = entry
        for units in network.units:
            bias = keras.initializers.Constant(network.bias) if network.bias else "zeros"
            dense = layers.Dense(units, network.activation, kernel_regularizer=penalty, bias_initializer=bias)
            x = dense(x)
            if network.dropout:
                x = layers.Dropout(network.dropout)(x)
        last = "softmax" if table.task.is_classification else "linear"
        model = keras.Model(entry, layers.Dense(outputs, last, kernel_regularizer=penalty)(x))
    if table.task.is_classification:
        model.compile(network.optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    else:
        model.compile(network.optimizer, "mse")
    return model


def train(engine: CompiledEngine, table: Table, network: Network):
    """Return the record of a training, and the number of trained parameters."""
    model = build(table, network)
    recipe = Recipe(
        learning_rate=network.rate,
        schedule=network.schedule,
        epochs=network.epochs,
        patience=network.patience,
        batch_size=32,
    )
    y = table.y if table.task.is_classification else table.y[:, None]
    rows = [Rows(x={"table": table.x}, y=y, index=index) for index in (table.train, table.held)]
    trained = engine.begin(model, Job(train=rows[0], validation=rows[1], recipe=recipe))()
    return trained.training, model.count_params()


def facts_of(table: Table, network: Network, params: int, reachable: float) -> Facts:
    loss, _ = constant_scores(table.y[table.train], table.task)
    held_loss, accuracy = constant_scores(table.y[table.held], table.task)
    rows = table.x[table.train]
    return Facts(
        constant_loss=loss,
        held_constant_loss=held_loss,
        constant_accuracy=accuracy,
        train_rows=len(table.train),
        validation_rows=len(table.held),
        learning_rate=network.rate,
        params=params,
        reachable_loss=reachable,
        copies=copies(table),
        input_scale=float(max(np.abs(rows.mean(axis=0)).max(), rows.std(axis=0).max())),
        regularised=bool(network.dropout or network.l2),
    )


def verdict_of(engine: CompiledEngine, case: Case):
    training, params = train(engine, case.table, case.network)
    return judge(training, facts_of(case.table, case.network, params, reference(case.data, case.change)))


def is_right(case: Case, verdict) -> bool:
    if case.cause is None:
        return verdict.kind in case.kinds and not verdict.causes
    return verdict.kind in case.kinds and case.cause in verdict.causes
