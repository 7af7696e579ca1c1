"""The command line called in this process, and in processes of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

SHORT = """
from dataclasses import replace
from layersmith.engine.auto import AutoEngine
whole = AutoEngine.begin
def begin(self, model, job):
    return whole(self, model, replace(job, recipe=replace(job.recipe, epochs=min({epochs}, job.recipe.epochs))))
AutoEngine.begin = begin
from layersmith.cli import main
main()
"""


@dataclass(frozen=True, kw_only=True)
class Called:
    """What a command left behind."""

    code: int
    out: str
    err: str


Call = Callable[..., Called]


def people(rows: int = 700, *, seed: int = 0) -> pd.DataFrame:
    """Ages, towns and dates, some missing, and an income that depends on them."""
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 80, rows).astype(float)
    town = rng.choice(["north", "south", "east"], rows).astype(object)
    start = np.datetime64("2020-01-01") + rng.integers(0, 900, rows)
    rich = age + 20 * (town == "north") + rng.normal(0, 10, rows) > 55
    frame = pd.DataFrame({"age": age, "town": town, "start": start, "income": np.where(rich, "high", "low")})
    frame.loc[rng.random(rows) < 0.1, "age"] = np.nan
    frame.loc[rng.random(rows) < 0.1, "town"] = None
    return frame


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run a command in this process."""
    from layersmith.cli import main

    def run(*words: object) -> Called:
        monkeypatch.setattr(sys, "argv", ["layersmith", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Called(code=int(ended.value.code or 0), out=said.out, err=said.err)

    return run


@pytest.fixture(scope="session", autouse=True)
def compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Have the processes that tests start share what JAX compiled."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAX_COMPILATION_CACHE_DIR", str(tmp_path_factory.mktemp("compiled")))
        patch.setenv("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
        patch.setenv("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")
        yield


def environment(**changes: str) -> dict[str, str]:
    return {**os.environ, "KERAS_BACKEND": "jax", "COLUMNS": "200", **changes}


def fresh(code: str, *words: object, cwd: Path, flags: tuple[str, ...] = (), **changes: str) -> Called:
    """Run code in a fresh Python process and wait for it."""
    command = [sys.executable, *flags, "-c", code, *map(str, words)]
    done = subprocess.run(command, cwd=cwd, env=environment(**changes), capture_output=True, text=True, timeout=240)
    return Called(code=done.returncode, out=done.stdout, err=done.stderr)


def command(*words: object, cwd: Path) -> Called:
    """Run the command line in a process of its own."""
    return fresh("from layersmith.cli import main; main()", *words, cwd=cwd)


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a command whose trainings last a few epochs, and go on without waiting."""
    started = []

    def start(*words: object, epochs: int = 3) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", SHORT.format(epochs=epochs), *map(str, words)]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, cwd=tmp_path, env=environment(), stdout=pipe, stderr=pipe, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished run on `people`, trained for a few epochs; not to be written to."""
    folder = tmp_path_factory.mktemp("finished")
    people(520).to_csv(folder / "people.csv", index=False)
    words = ("search", "people.csv", "--target", "income", "--max-trials", 2, "--out", "run", "--quiet")
    done = fresh(SHORT.format(epochs=2), *words, cwd=folder)
    assert done.code == 0, done.err
    return folder / "run"


@pytest.fixture(scope="session")
def python() -> Callable[..., Called]:
    return fresh


@pytest.fixture(scope="session")
def layersmith() -> Callable[..., Called]:
    return command


@pytest.fixture(scope="session")
def make_people() -> Callable[..., pd.DataFrame]:
    return people


@pytest.fixture(scope="session")
def short() -> Callable[..., Called]:
    """Run the command line in a process of its own whose trainings last two epochs."""

    def run(*words: object, cwd: Path) -> Called:
        return fresh(SHORT.format(epochs=2), *words, cwd=cwd)

    return run
