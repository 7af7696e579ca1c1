"""Candidates trained by the compiled engine, as a search trains them: built in order, one in training a core."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from task import BATCH_SIZE, VALIDATION_SPLIT, Task, Values

from layersmith.engine.auto import AutoEngine
from layersmith.engine.job import Job, Rows, Trained
from layersmith.executors import Lineup, LocalExecutor
from layersmith.families.initial import drawn_by_numpy
from layersmith.records import Recipe, Training
from layersmith.space import HyperParameters
from layersmith.strategies import RandomStrategy

__all__ = ["build", "drawn", "job_of", "space_of", "trainings"]


def drawn(task: Task, number: int) -> list[Values]:
    """Return random candidates of the task's space."""
    return [candidate.values for candidate in RandomStrategy(space_of(task), seed=0).ask(number)]


def space_of(task: Task) -> HyperParameters:
    """Return the task's space."""
    space = HyperParameters()
    with drawn_by_numpy():
        task.build(space)
    return space


def build(task: Task, values: Values) -> Any:
    """Return the model of a candidate."""
    hp = HyperParameters()
    hp.values.update(values)
    with drawn_by_numpy():
        return task.build(hp)


def job_of(task: Task, model: Any, rows: Rows) -> Job:
    """Return the training of a model: what `model.fit` does with the task's epochs and a validation split."""
    numbers = np.arange(len(rows.y))
    last = int(len(numbers) * (1 - VALIDATION_SPLIT))
    rate = float(model.optimizer.learning_rate)
    return Job(
        train=Rows(x=rows.x, y=rows.y, index=numbers[:last]),
        validation=Rows(x=rows.x, y=rows.y, index=numbers[last:]),
        recipe=Recipe(epochs=task.epochs, batch_size=BATCH_SIZE, learning_rate=rate, patience=0),
    )


def trainings(task: Task, candidates: Iterable[Values]) -> Iterator[Training]:
    """Yield the training of each candidate, in order; all of them share one engine.

    Candidates are built in this thread while others train.
    """
    x, y = task.data()
    rows, engine, waiting = Rows(x={"x": x}, y=y), AutoEngine(), iter(candidates)
    engine.expect(space_of(task))
    with LocalExecutor() as executor:
        lineup = Lineup[Trained](executor, ordered=True)
        while True:
            while lineup.has_room and (values := next(waiting, None)) is not None:
                model = build(task, values)
                lineup.add(engine.begin(model, job_of(task, model, rows)))
            if not len(lineup):
                return
            yield lineup.take().training
