"""Where the time of a candidate goes outside of its epochs: build, graph, start, store; on the JAX backend.

Small dense networks, each with new widths, are built, begun, trained for one epoch on few rows and stored, one after
another in one thread. Each phase's clock stops while a phase inside it runs. The medians are over the candidates after
the first ten, by when most programs exist; tracing and compiling the others is a phase of its own and no part of the
sum. So is the garbage collection that a search runs after each candidate.

    build    the Keras model
    graph    the view of it, its padding, the lowered network, its objective and optimizer
    start    weights read, padded and placed on the device; program and data looked up
    store    weights back into the model; the trial in the study's database
"""

import gc
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

import tune_small_dense
from measure import Figure, Report, in_process, main

SKIPPED = 10
LIMIT = 20  # milliseconds
COMPILES = 20.0  # milliseconds of the phase from which something was compiled; to find nothing missing takes less
APART = ("compile", "epoch", "collect")
TASK = replace(tune_small_dense.TASK, epochs=1)


class Stopwatch:
    """Milliseconds by phase; a phase that is entered inside another is not counted in it."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._inside: list[float] = []  # milliseconds of the phases inside each open one

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Count the block's time for a phase."""
        started = time.perf_counter()
        self._inside.append(0.0)
        try:
            yield
        finally:
            took = 1e3 * (time.perf_counter() - started)
            self.spent[name] += took - self._inside.pop()
            if self._inside:
                self._inside[-1] += took

    def watch(self, owner: Any, name: str, phase: str) -> None:
        """Count every call of a function or method for a phase, from now on."""
        original = getattr(owner, name)

        @wraps(original)
        def timed(*args: Any, **kwargs: Any) -> Any:
            with self.phase(phase):
                return original(*args, **kwargs)

        setattr(owner, name, timed)


def watch_engine(watch: Stopwatch) -> None:
    """Count the steps of the compiled engine."""
    from layersmith.engine import compiled
    from layersmith.engine.program import Program
    from layersmith.engine.widths import Families

    watch.watch(compiled, "view", "graph: view")
    watch.watch(Families, "padding", "graph: padding")
    watch.watch(compiled, "lower", "graph: lower")
    watch.watch(compiled.CompiledEngine, "prepare", "graph: objective and optimizer")
    watch.watch(Program, "prepare", "compile")
    watch.watch(Program, "warm_up", "compile")
    watch.watch(Program, "start", "start: state to the device")
    watch.watch(compiled, "write_weights", "store: weights")


def time_candidates(number: int, rows: int) -> list[dict[str, float]]:
    """Return the milliseconds of each phase, for each candidate."""
    from candidates import drawn

    from layersmith.engine.auto import AutoEngine
    from layersmith.engine.job import Rows
    from layersmith.records import Candidate
    from layersmith.space import HyperParameters
    from layersmith.storage import StudyStore

    watch, engine, space = Stopwatch(), AutoEngine(), HyperParameters()
    TASK.build(space)
    engine.expect(space)
    watch_engine(watch)
    x, y = TASK.data()
    data = Rows(x={"x": x[:rows]}, y=y[:rows])
    candidates = [
        Candidate(values=values, origin="random", number=place) for place, values in enumerate(drawn(TASK, number))
    ]
    with (
        tempfile.TemporaryDirectory() as folder,
        StudyStore.create(Path(folder) / "study.db", "host time", "minimize", space=space) as store,
    ):
        return [time_one(watch, engine, store, data, candidate) for candidate in candidates]


def time_one(watch: Stopwatch, engine: Any, store: Any, data: Any, candidate: Any) -> dict[str, float]:
    """Return the milliseconds of each phase of one candidate."""
    from candidates import build, job_of

    from layersmith.records import Trial

    watch.spent.clear()
    with watch.phase("build"):
        model = build(TASK, candidate.values)
    with watch.phase("start: weights read"):
        begun = engine.begin(model, job_of(TASK, model, data))
    with watch.phase("start: program looked up"):
        training = begun().training
    watch.spent["epoch"] = 1e3 * training.seconds
    watch.spent["start: program looked up"] -= watch.spent["epoch"]
    with watch.phase("store: trial"):
        store.start(candidate)
        store.finish(Trial(candidate=candidate, score=training.curves["val_loss"][0], trainings=(training,)))
    with watch.phase("collect"):
        gc.collect()
    return dict(watch.spent)


def measure(quick: bool) -> Report:
    """Measure in one process, and take the medians over its candidates."""
    number = SKIPPED + (5 if quick else 90)
    found = in_process(__file__, "time_candidates", number=number, rows=64)[SKIPPED:]
    names = sorted({name for each in found for name in each})
    phases = {name: statistics.median(each.get(name, 0.0) for each in found) for name in names}
    whole = statistics.median(sum(each[name] for name in each if name not in APART) for each in found)
    figures = [Figure(what="host time of a candidate", value=whole, unit="ms", wanted=f"at most {LIMIT} ms")]
    figures += [Figure(what=name, value=value, unit="ms") for name, value in phases.items() if name != "compile"]
    compiled = sum(each.get("compile", 0.0) > COMPILES for each in found)
    details = {"candidates": len(found), "of_them_compiled": compiled, "median_milliseconds": phases}
    return Report(title="Host time of small dense candidates with new widths", figures=figures, details=details)


if __name__ == "__main__":
    main(__file__, measure, {"time_candidates": time_candidates})
