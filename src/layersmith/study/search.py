"""A new run from data to proven model, and going on with an interrupted one.

Nothing is written before the data are read, understood and split. A folder with `config.json`, which is written once
everything that `resume` needs is there, and without `result.json`, which is written last, is a run to resume.
"""

import hashlib
import importlib.metadata
import platform
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from layersmith import backend
from layersmith.data import Dataset, Problem, ReadOptions, encode, read
from layersmith.errors import DataError, GraphError, RunFolderError, TrainingError
from layersmith.exporters import export, to_source
from layersmith.exporters.atomic import replacing, write_text
from layersmith.space import HyperParameters
from layersmith.storage.run_folder import RunFolder
from layersmith.storage.store import StudyStore
from layersmith.study.answer import Answer
from layersmith.study.budget import Clock
from layersmith.study.interrupt import Interrupt
from layersmith.study.outcome import Outcome, load_outcome
from layersmith.study.profile import profile
from layersmith.study.progress import Progress
from layersmith.study.proposals import proposals
from layersmith.study.settings import Settings
from layersmith.study.splitting import search_splits, set_aside
from layersmith.study.table import trials_table
from layersmith.validation.metrics import default_metric, metric_for, metric_named
from layersmith.validation.splits import Holdout

if TYPE_CHECKING:
    from layersmith.study.architectures import Architectures

__all__ = ["Build", "resume", "search"]

Build: TypeAlias = Callable[[HyperParameters], Any]
"""From hyperparameters to a compiled Keras model."""


def search(
    source: Any,
    y: Any,
    *,
    options: ReadOptions,
    settings: Settings,
    folder: RunFolder,
    progress: Progress,
    build: Build | None = None,
) -> Outcome:
    """Run a search and return its outcome.

    Args:
        source: Data, as `data.read` takes it.
        y: Targets where they are apart.
        options: How to read.
        settings: What was asked for.
        folder: A free run folder.
        progress: What the user sees.
        build: The user's own models; None for the families'.

    Raises:
        LayersmithError: If data, options or settings are wrong; nothing is written then.
        TrainingError: If no candidate could be trained.
    """
    clock = Clock()
    problem = read(source, y, options=options)
    parts = set_aside(problem, fraction=settings.holdout, seed=settings.seed)
    search_splits(problem, parts.search, seed=settings.seed)  # too few rows are noticed here, before writing
    dataset = encode(problem, parts.search)
    settings = replace(settings, objective=_objective(settings, problem, parts, dataset))
    for text in (*problem.notes, *(f"Warning: {warning}" for warning in problem.warnings)):
        progress.say(text)
    architectures = _architectures(settings, dataset, build)
    higher = metric_named(settings.objective).higher_is_better
    proposals(
        settings, architectures.space, higher_is_better=higher
    )  # what is wrong with them is noticed here, before writing
    direction = "maximize" if higher else "minimize"
    folder.create()
    folder.write("data.json", _facts(problem, parts, dataset))
    begun = {"seconds": 0.0}
    with StudyStore.create(folder.study, "search", direction, begun, space=architectures.space) as store:  # type: ignore[arg-type]
        folder.write("config.json", settings.to_dict())
        run = _Run(problem=problem, parts=parts, dataset=dataset, settings=settings, architectures=architectures)
        return _go(run, folder=folder, store=store, clock=clock, progress=progress)


def resume(
    path: str | Path,
    source: Any,
    y: Any,
    *,
    options: ReadOptions | None,
    progress: Progress,
    build: Build | None = None,
) -> Outcome:
    """Go on with a run that was interrupted; a finished one is returned as it is.

    Args:
        path: The run folder.
        source: The data again where the run was made from arrays in memory, else None.
        y: Likewise the targets.
        options: How to read, where that could not be written down (arrays of groups or times).
        progress: What the user sees.
        build: The user's own models again, where the run was made with them and not from a file.

    Raises:
        RunFolderError: If there is no such run, or what it was made with is not given again.
        DataError: If the data are not those the run began with.
    """
    folder = RunFolder.open(path)
    if (folder.path / "result.json").exists():
        progress.say(f"{folder.path} is finished.")
        return load_outcome(folder.path)
    settings = folder.read_as("config.json", Settings.from_dict)
    if source is None and settings.source == "arrays":
        got = f"{folder.path} was made from arrays in memory"
        raise RunFolderError(got, expected="the same arrays again", fix="call layersmith.resume(folder, x, y)")
    given = options or ReadOptions(**settings.read)
    problem = read(settings.source if source is None else source, y, options=given)
    parts = set_aside(problem, fraction=settings.holdout, seed=settings.seed)
    dataset = encode(problem, parts.search)
    _check_same(folder, _facts(problem, parts, dataset))
    run = _Run(
        problem=problem,
        parts=parts,
        dataset=dataset,
        settings=settings,
        architectures=_architectures(settings, dataset, build),
    )
    with StudyStore.open(folder.study) as store:
        spent = float(store.attributes.get("seconds", 0.0))
        progress.say(f"Resuming {folder.path}: {len(store.trials())} trials are finished.")
        clock = Clock(spent)
        return _go(run, folder=folder, store=store, clock=clock, progress=progress)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Run:
    """What a run is about.

    Attributes:
        problem: The rows and what ties them.
        parts: Search rows and holdout rows.
        dataset: Encoded rows.
        settings: What was asked for.
        architectures: The models.
    """

    problem: Problem
    parts: Holdout
    dataset: Dataset
    settings: Settings
    architectures: "Architectures"


def _architectures(settings: Settings, dataset: Dataset, build: Build | None) -> "Architectures":
    """Return the models of a search: the families', or the user's own."""
    backend.start()
    from layersmith.experiments.build_file import build_function
    from layersmith.study.architectures import FamilyArchitectures
    from layersmith.study.own_models import OwnModels

    if not settings.build:
        return FamilyArchitectures(dataset)
    if build is None and ":" not in settings.build:
        got = f"the run was made with build={settings.build}"
        raise RunFolderError(got, expected="the same function again", fix="call layersmith.resume(..., build=...)")
    function = build or build_function(settings.build)
    return OwnModels(dataset, function, epochs=settings.epochs, batch_size=settings.batch_size)


def _go(
    run: _Run,
    *,
    folder: RunFolder,
    store: StudyStore,
    clock: Clock,
    progress: Progress,
) -> Outcome:
    """Run the phases, look at the holdout once, and write the folder."""
    from layersmith.engine.auto import AutoEngine
    from layersmith.engine.collector import sparing_garbage
    from layersmith.study.bench import Bench
    from layersmith.study.context import Context
    from layersmith.study.costing import Costing
    from layersmith.study.describe import describe
    from layersmith.study.holdout_rows import keep_holdout, write_holdout
    from layersmith.study.proof import predict_holdout, score_baselines, score_holdout
    from layersmith.study.session import Session

    problem, parts, dataset, settings = run.problem, run.parts, run.dataset, run.settings
    metric, engine = metric_named(settings.objective), AutoEngine()
    engine.expect(run.architectures.space)
    bench = Bench(
        dataset,
        engine,
        metric,
        seed=settings.seed,
        architectures=run.architectures,
        costing=Costing(settings.constraints, settings.costs),
    )
    try:
        with sparing_garbage(), Interrupt() as interrupt:
            context = Context(
                settings=settings,
                problem=problem,
                parts=parts,
                bench=bench,
                store=store,
                progress=progress,
                clock=clock,
                interrupt=interrupt,
            )
            session = Session(context)
            try:
                winner = session.run()
            except TrainingError:
                _write_trials(folder, store)  # where the reasons are
                raise
            model = winner.fitted.model
            progress.step("test and baselines", None).begin()
            name, seed = metric.name, settings.seed
            predictions = predict_holdout(model, dataset, parts)
            test = score_holdout(predictions, dataset, problem, parts, metric=name, seed=seed)
            seconds = settings.budget.left_for_proof(clock.elapsed())
            compared = score_baselines(dataset, problem, parts, metric=name, seed=seed, seconds=seconds)
    finally:
        progress.close()
    title = session.name(winner.trial.candidate)
    answer = Answer(
        title=title,
        source=next((entry.source for entry in session.portfolio if entry.name == title), ""),
        winner=winner.trial,
        found_by=winner.found_by,
        refit=winner.fitted.training,
        test=test,
        baselines=compared,
        train_rows=len(parts.search),
        num_trials=sum(trial.phase == "search" for trial in store.trials()),
        seconds=clock.elapsed(),
        interrupted=interrupt.requested,
        versions=_versions(),
        facts=describe(model),
    )
    write_holdout(folder.test, keep_holdout(predictions, dataset, problem, parts.holdout, seed=settings.seed))
    _write(folder, model, dataset, answer, store)
    return load_outcome(folder.path)


def _write(folder: RunFolder, model: Any, dataset: Dataset, answer: Answer, store: StudyStore) -> None:
    export(model, folder.model, "keras")
    header = f"{answer.title}, found by Layersmith; the weights are in {folder.model.name}."
    write_text(folder.source, _source(model, header))
    write_text(folder.preprocess, dataset.preprocess.to_json())
    _write_trials(folder, store)
    folder.write("result.json", answer.to_dict())


def _source(model: Any, header: str) -> str:
    """Return plain Keras source; of a model with code of the user's own, why there is none."""
    try:
        return to_source(model, header=header)
    except GraphError as reason:
        return f"# {header}\n# No source could be written: {reason.got}.\n# The function that built it is the source.\n"


def _write_trials(folder: RunFolder, store: StudyStore) -> None:
    with replacing(folder.trials) as temporary:
        trials_table(store.trials()).to_csv(temporary, index=False)


def _objective(settings: Settings, problem: Problem, parts: Holdout, dataset: Dataset) -> str:
    """Return the metric to optimise: the user's, if it fits the task, else one chosen by the search's rows alone."""
    if settings.objective:
        return metric_for(settings.objective, problem.task).name
    return default_metric(problem.task, problem.kind, dataset.spec.imbalance, dataset.y[parts.search])


def _facts(problem: Problem, parts: Holdout, dataset: Dataset) -> dict[str, Any]:
    """Return what `data.json` holds: what was inferred, and a fingerprint to know the data and their split again."""
    spec = dataset.spec
    digest = hashlib.sha256()
    for values in (*dataset.x.values(), dataset.y, parts.search, parts.holdout):
        digest.update(np.ascontiguousarray(values).tobytes())
    return {
        "source": problem.source,
        "kind": str(spec.kind),
        "task": str(spec.task),
        "rows": problem.num_rows,
        "search_rows": len(parts.search),
        "test_rows": len(parts.holdout),
        "classes": list(spec.classes),
        "notes": list(problem.notes),
        "warnings": list(problem.warnings),
        "profile": profile(problem, dataset, parts.search, seed=0),
        "fingerprint": digest.hexdigest(),
    }


def _check_same(folder: RunFolder, facts: dict[str, Any]) -> None:
    before = folder.read("data.json")
    if before["fingerprint"] == facts["fingerprint"]:
        return
    raise DataError(
        f"the data are not those {folder.path} began with ({before['rows']} rows then, {facts['rows']} now)",
        expected="the same data, unchanged, with the same groups, times and test rows",
        fix="restore them, or begin a new run",
    )


def _versions() -> dict[str, str]:
    names = ("layersmith", "keras", "jax", "tensorflow", "optuna", "numpy", "scikit-learn")
    found = {"python": platform.python_version(), "backend": backend.choose()}
    for name in names:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # an extra that is not installed has no version to name
    return found
