"""What the benchmarks share; the measurements themselves are run by `make bench`."""

import doctest
import importlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def load():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield importlib.import_module


@pytest.fixture(scope="module")
def measure(load):
    return load("measure")


@pytest.fixture
def script(tmp_path, monkeypatch):
    """A script with a part that tells of its process, and one that fails."""
    monkeypatch.setenv("PYTHONPATH", str(BENCHMARKS))
    path = tmp_path / "script.py"
    path.write_text(
        "import os, sys\n"
        "from measure import main\n"
        "def tell(names):\n"
        "    import keras\n"
        "    print('a line of a library')\n"
        "    return {'backend': keras.backend.backend(), **{name: os.environ.get(name) for name in names}}\n"
        "def fail():\n"
        "    raise ValueError('this part fails')\n"
        "main(__file__, None, {'tell': tell, 'fail': fail})\n",
        encoding="utf-8",
    )
    return str(path)


def test_examples_run(measure):
    assert doctest.testmod(measure).failed == 0


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [(0.123456, "s", "0.123 s"), (5.0, "%", "5.00%"), (1234.5, "x", "1234x"), (99.96, "ms", "100 ms")],
)
def test_figures_show_three_digits(measure, value, unit, shown):
    assert measure.Figure(what="", value=value, unit=unit).shown() == shown


def test_a_part_runs_in_a_process_of_its_own(measure, script, monkeypatch):
    monkeypatch.setenv("JAX_COMPILATION_CACHE_DIR", "elsewhere")
    names = ["LAYERSMITH_CACHE", "JAX_COMPILATION_CACHE_DIR"]
    told = measure.in_process(script, "tell", keras="tensorflow", cache="a folder", names=names)
    assert told == {"backend": "tensorflow", "LAYERSMITH_CACHE": "a folder", "JAX_COMPILATION_CACHE_DIR": None}
    assert os.environ["JAX_COMPILATION_CACHE_DIR"] == "elsewhere"


def test_a_part_that_fails_ends_the_measurement_with_its_words(measure, script):
    with pytest.raises(SystemExit, match="this part fails"):
        measure.in_process(script, "fail")


def test_a_cold_start_finds_an_empty_folder_and_a_warm_one_what_it_left(measure):
    def run(folder):
        found = [path.name for path in Path(folder).iterdir()]
        Path(folder, "program").touch()
        return found

    assert measure.cold_and_warm(run) == {"cold": [], "warm": ["program"]}


def test_contenders_take_turns(measure):
    order = []
    measure.in_turn({name: lambda name=name: order.append(name) for name in "ab"}, runs=2)
    assert order == ["a", "b", "a", "b"]


def test_the_table_has_a_line_for_every_figure_and_none_for_other_results(load, measure, tmp_path):
    figures = [measure.Figure(what="speed", value=2.5, unit="x", wanted="at least 2x")]
    measure.write(measure.Report(title="a title", figures=figures, details={"runs": 3}), tmp_path / "one.json")
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    written = json.loads((tmp_path / "one.json").read_text(encoding="utf-8"))
    assert written["machine"]["cores"] >= 1
    assert written["details"] == {"runs": 3}
    lines = list(load("table").table(sorted(tmp_path.glob("*.json"))))
    assert lines[2:] == ["| one | speed | 2.50x | at least 2x |"]


def test_every_candidate_is_trained_in_compiled_epochs(load):
    candidates, dense = load("candidates"), load("tune_small_dense")
    task = replace(dense.TASK, epochs=2)
    done = list(candidates.trainings(task, candidates.drawn(task, 3)))
    assert [training.engine for training in done] == ["compiled"] * 3
    assert [training.epochs for training in done] == [2] * 3
    assert done[0].curves.keys() == {"loss", "accuracy", "val_loss", "val_accuracy"}


def test_trials_that_are_left_out_count_as_the_later_half(load):
    assert load("tuning").later_trial_seconds([10.0, 11.0, 13.0, 15.0]) == 2.0


@pytest.mark.slow  # others take minutes even so, and are run by `make bench`
@pytest.mark.parametrize("name", ["host_time", "dense_share_of_peak", "memory"])
def test_scripts_that_look_into_the_engine_still_find_what_they_look_for(name):
    path = BENCHMARKS / f"{name}.py"
    ran = subprocess.run(
        [sys.executable, str(path), "--quick"], capture_output=True, text=True, timeout=600, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert "wanted" in ran.stdout
