"""What the benchmarks of the engine share: processes of their own, contenders in turn, medians, results kept as JSON.

    python benchmarks/NAME.py              measures, prints, writes benchmarks/results/NAME.json
    python benchmarks/NAME.py --quick      a tiny run that proves the script; prints all, writes nothing

A script gives `main` a function that measures, and its parts: functions that run in a fresh process, on the Keras
backend and with the folder of compiled programs that the measurement names.
"""

import argparse
import importlib
import importlib.metadata
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from layersmith.executors import count_cores

__all__ = ["RESULTS", "Figure", "Report", "cold_and_warm", "in_process", "in_turn", "main", "medians", "write"]

RESULTS = Path(__file__).with_name("results")
_PACKAGES = ("jax", "keras", "keras-tuner", "layersmith", "numpy", "tensorflow")
_NO_CACHE = "off"

T = TypeVar("T")
Seconds = Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number that a benchmark is about.

    Attributes:
        what: What was measured.
        value: The number.
        unit: Its unit; `x` for a ratio.
        wanted: What it is to be, in words; empty where nothing is asked of it.
    """

    what: str
    value: float
    unit: str
    wanted: str = ""

    def shown(self) -> str:
        """Return the number with its unit.

        Example:
            >>> Figure(what="speed", value=12.345, unit="x").shown()
            '12.3x'
        """
        number = f"{self.value:.0f}" if abs(self.value) >= 100 else f"{self.value:#.3g}".rstrip(".")
        return number + ("" if self.unit in ("x", "%") else " ") + self.unit


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a benchmark found.

    Attributes:
        title: What ran, with its sizes.
        figures: The numbers it is about.
        details: Everything measured, and how, ready for JSON.
    """

    title: str
    figures: Sequence[Figure]
    details: Mapping[str, Any] = field(default_factory=dict)


def main(script: str, measure: Callable[[bool], Report], parts: Mapping[str, Callable[..., Any]]) -> None:
    """Run a script: one of its parts where a process of its own was started for it, else all of it.

    Args:
        script: Its `__file__`.
        measure: From whether the run is a quick one to what was found.
        parts: What `in_process` may name.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="a tiny run that writes nothing")
    parser.add_argument("--part", choices=parts, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        importlib.import_module("keras")
        print(json.dumps(parts[options.part](**json.load(sys.stdin))))
        return
    report = measure(options.quick)
    print(report.title)
    for figure in report.figures:
        print(f"  {figure.what}: {figure.shown()}{figure.wanted and f' (wanted: {figure.wanted})'}")
    if options.quick:
        print(json.dumps(report.details, indent=2))
    else:
        write(report, RESULTS / f"{Path(script).stem}.json")


def write(report: Report, path: Path) -> None:
    """Write a report, with the versions and the number of cores it was measured on."""
    machine = {"cores": count_cores(), **{name: importlib.metadata.version(name) for name in _PACKAGES}}
    path.write_text(json.dumps({**asdict(report), "machine": machine}, indent=2) + "\n", encoding="utf-8")


def in_process(script: str, part: str, *, keras: str = "jax", cache: str = _NO_CACHE, **arguments: Any) -> Any:
    """Return what a part of a script returns in a fresh process.

    Args:
        script: The script's `__file__`.
        part: One of those it gives `main`.
        keras: The Keras backend there; Keras is imported before the part is called.
        cache: Where compiled programs are kept; nowhere unless said.
        **arguments: The part's, ready for JSON.
    """
    environment = {name: value for name, value in os.environ.items() if name != "JAX_COMPILATION_CACHE_DIR"}
    environment |= {"KERAS_BACKEND": keras, "LAYERSMITH_CACHE": cache, "TF_CPP_MIN_LOG_LEVEL": "2"}
    done = subprocess.run(  # noqa: S603
        [sys.executable, script, "--part", part],
        env=environment,
        input=json.dumps(arguments),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{script} --part {part} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def in_turn(contenders: Mapping[str, Callable[[], T]], runs: int) -> dict[str, list[T]]:
    """Return what each contender gives in each of `runs` rounds, in which all of them run one after another.

    Example:
        >>> in_turn({"one": lambda: 1, "two": lambda: 2}, runs=2)
        {'one': [1, 1], 'two': [2, 2]}
    """
    found: dict[str, list[T]] = {name: [] for name in contenders}
    for _ in range(runs):
        for name, run in contenders.items():
            found[name].append(run())
    return found


def cold_and_warm(run: Callable[[str], T]) -> dict[str, T]:
    """Return what `run` gives with an empty folder of compiled programs, and then with those it left there."""
    with tempfile.TemporaryDirectory(prefix="programs-") as folder:
        return {"cold": run(folder), "warm": run(folder)}


def medians(runs: Sequence[Seconds]) -> dict[str, float]:
    """Return the median of each number over the runs.

    Example:
        >>> medians([{"whole": 3.0}, {"whole": 1.0}, {"whole": 2.0}])
        {'whole': 2.0}
    """
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}
