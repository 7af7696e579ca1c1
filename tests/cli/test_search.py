"""From files to a proven model, each search in a process of its own."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from layersmith import facade
from layersmith.data import ReadOptions, encode, read
from layersmith.study.settings import Settings
from layersmith.study.splitting import set_aside
from layersmith.validation.metrics import metric_named

FILES = ["config.json", "data.json", "model.keras", "model.py", "preprocess.json", "report.html", "result.json"]
FILES += ["study.db", "test.npz", "trials.csv"]


def write_people(folder, people):
    people().to_csv(folder / "people.csv", index=False)
    return ["people.csv", "--target", "income", "--budget", "5s"]


def write_shapes(folder, people):
    rng = np.random.default_rng(0)
    for name, side in (("bars", 0), ("columns", 1)):
        (folder / "shapes" / name).mkdir(parents=True)
        for number in range(30):
            pixels = rng.integers(0, 60, (8, 8))
            line = int(rng.integers(8))
            pixels[(line, slice(None)) if side else (slice(None), line)] += 180
            Image.fromarray(pixels.astype(np.uint8), "L").save(folder / "shapes" / name / f"{number}.png")
    return ["shapes", "--budget", "5s"]


def write_waves(folder, people):
    rng = np.random.default_rng(0)
    y = np.arange(90) % 2
    x = np.sin(np.arange(24) * (1 + y[:, None]) / 3) + rng.normal(0, 0.3, (90, 24))
    np.savez(folder / "waves.npz", x=x[..., None], y=y, train=np.arange(60), test=np.arange(60, 90))
    return ["waves.npz", "--budget", "5s"]


def write_airline(folder, people):
    return [folder.parent / "shared" / "airline.csv", "--forecast", "passengers", "--horizon", "12", "--budget", "5s"]


def write_wage(folder, people):
    return [folder.parent / "shared" / "wage.csv.gz", "--target", "wage", "--budget", "5s"]


SOURCES = {
    "people": write_people,
    "shapes": write_shapes,
    "waves": write_waves,
    "airline": write_airline,
    "wage": write_wage,
}


@dataclass(frozen=True, kw_only=True)
class Run:
    """A finished command and what it wrote."""

    name: str
    folder: Path
    result: facade.Result
    out: str
    err: str

    def holdout(self):
        """Return inputs and targets of the test rows, read anew from the source."""
        settings = Settings.from_dict(json.loads((self.folder / "config.json").read_text()))
        problem = read(settings.source, options=ReadOptions(**settings.read))
        parts = set_aside(problem, fraction=settings.holdout, seed=settings.seed)
        dataset = encode(problem, parts.search)
        return {name: values[parts.holdout] for name, values in dataset.x.items()}, dataset.y[parts.holdout]


@pytest.fixture(scope="session")
def runs(tmp_path_factory, shared_data, make_people, layersmith):
    """One finished run per source."""
    top = tmp_path_factory.mktemp("runs")
    (top / "shared").symlink_to(shared_data)
    found = {}
    for name, write in SOURCES.items():
        folder = top / name
        folder.mkdir()
        words = write(folder, make_people)
        done = layersmith("search", *words, "--max-trials", 2, "--out", "run", cwd=folder)
        assert done.code == 0, done.err
        result = facade.load(folder / "run")
        found[name] = Run(name=name, folder=folder / "run", result=result, out=done.out, err=done.err)
    return found


@pytest.fixture(params=SOURCES)
def finished_run(request, runs):
    return runs[request.param]


def test_the_folder_holds_exactly_its_files(finished_run):
    assert sorted(path.name for path in finished_run.folder.iterdir()) == FILES


def test_the_test_score_is_that_of_the_model_in_the_folder(finished_run):
    inputs, targets = finished_run.holdout()
    predictions = np.asarray(finished_run.result.best.model.predict(inputs, verbose=0))
    test = finished_run.result.test_score
    assert test.num_rows == len(targets)
    assert test.value == pytest.approx(metric_named(test.metric).compute(targets, predictions), rel=1e-4)
    assert test.interval is None or test.interval.low <= test.value <= test.interval.high


def test_it_tries_at_most_two_candidates_and_says_so(finished_run):
    answer = finished_run.result.outcome.answer
    assert 1 <= answer.num_trials <= 2  # a busy machine has time for one
    assert "trial 1/2" in finished_run.err
    assert "refit" in finished_run.err
    assert answer.title in finished_run.out
    assert len(answer.baselines) == 2
    table = pd.read_csv(finished_run.folder / "trials.csv")
    assert table.columns[:8].tolist() == [
        *("trial", "phase", "state", "score", "val_loss", "seconds", "params", "epochs_run")
    ]
    assert (table.phase == "search").sum() == answer.num_trials


def test_the_report_is_a_page_that_needs_nothing_else(finished_run):
    page = (finished_run.folder / "report.html").read_text()
    assert finished_run.result.outcome.answer.title in page
    assert "default-src 'none'" in page
    markup = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)  # Plotly's speaks of places it never loads
    assert not re.search(r"""(?:src|href)=["']?https?:""", markup.replace("https://arxiv.org", ""))


REBUILD = """
import json, sys
sys.modules["layersmith"] = None
import keras, numpy as np
for folder in json.loads(sys.argv[1]):
    names = {}
    exec(open(f"{folder}/model.py").read(), names)
    built, kept = names["build_model"](), keras.saving.load_model(f"{folder}/model.keras")
    built.load_weights(f"{folder}/model.keras")
    inputs = dict(np.load(f"{folder}/../inputs.npz"))
    ours, theirs = (np.asarray(model.predict(inputs, verbose=0)) for model in (built, kept))
    assert ours.shape == theirs.shape and np.array_equal(ours, theirs), (folder, abs(ours - theirs).max())
    np.save(f"{folder}/../jax.npy", ours)
"""
ELSEWHERE = """
import json, sys
sys.modules["layersmith"] = None
import keras, numpy as np
assert keras.backend.backend() == "tensorflow"
for folder in json.loads(sys.argv[1]):
    model = keras.saving.load_model(f"{folder}/model.keras")
    ours = np.asarray(model.predict(dict(np.load(f"{folder}/../inputs.npz")), verbose=0))
    np.testing.assert_allclose(ours, np.load(f"{folder}/../jax.npy"), rtol=1e-4, atol=1e-4, err_msg=folder)
"""


@pytest.mark.slow  # tests/exporters rebuilds models on TensorFlow from their source
def test_the_source_and_the_model_work_without_layersmith_and_on_tensorflow(runs, python, tmp_path):
    taken = [runs[name] for name in ("people", "shapes", "waves", "wage", "airline")]
    for run in taken:
        assert "layersmith" not in "".join(
            line for line in (run.folder / "model.py").read_text().splitlines() if "import" in line
        )
        np.savez(run.folder.parent / "inputs.npz", **run.holdout()[0])
    folders = json.dumps([str(run.folder) for run in taken])
    done = python(REBUILD, folders, cwd=tmp_path, flags=("-I",))
    assert done.code == 0, done.err
    done = python(ELSEWHERE, folders, cwd=tmp_path, flags=("-I",), KERAS_BACKEND="tensorflow")
    assert done.code == 0, done.err


def test_predict_takes_new_rows_without_a_target(runs, call, make_people, tmp_path):
    frame = make_people(50, seed=1).drop(columns="income")
    frame.loc[0, "town"] = "a town nobody knows"
    frame.loc[1, ["age", "town", "start"]] = None
    frame.loc[2, "start"] = pd.Timestamp("2035-05-05")
    frame.to_csv(tmp_path / "new.csv", index=False)
    called = call("predict", runs["people"].folder, tmp_path / "new.csv", "--out", tmp_path / "out" / "told.csv")
    assert called.code == 0, called.err
    assert called.out == f"50 predictions written to {tmp_path / 'out' / 'told.csv'}\n"
    told = pd.read_csv(tmp_path / "out" / "told.csv")
    assert told.columns.tolist() == ["prediction", "probability_high", "probability_low"]
    assert len(told) == 50
    assert set(told.prediction) <= {"high", "low"}
    np.testing.assert_allclose(told.probability_high + told.probability_low, 1.0, atol=1e-5)


def test_predict_prints_where_no_file_is_named(runs, call):
    called = call("predict", runs["shapes"].folder, runs["shapes"].folder.parent / "shapes")
    assert called.code == 0, called.err
    assert called.out.count("\n") == 61


def test_predict_gives_the_months_to_come(runs, call, shared_data):
    called = call("predict", runs["airline"].folder, shared_data / "airline.csv")
    assert called.code == 0, called.err
    lines = called.out.strip().splitlines()
    assert len(lines) == 13
    assert "1961-01" in lines[1]
    assert "1961-12" in lines[-1]


def test_report_writes_the_page_anew(runs, call, tmp_path):
    run = runs["waves"]
    called = call("report", run.folder, "--out", tmp_path / "page.html")
    assert called.code == 0, called.err
    assert str(tmp_path / "page.html") in called.out
    assert run.result.outcome.answer.title in (tmp_path / "page.html").read_text()


def test_report_sets_runs_side_by_side(runs, call, tmp_path):
    called = call("report", "--compare", runs["waves"].folder, runs["shapes"].folder, "--out", tmp_path / "page.html")
    assert called.code == 0, called.err
    page = (tmp_path / "page.html").read_text()
    assert "not tested on the same rows" in page
    for name in ("waves", "shapes"):
        assert runs[name].result.outcome.answer.title in page


def test_report_does_not_write_two_pages_to_one_file(runs, call, tmp_path):
    called = call("report", runs["waves"].folder, runs["shapes"].folder, "--out", tmp_path / "page.html")
    assert called.code == 2
    assert "add --compare" in called.err
    assert not (tmp_path / "page.html").exists()


def test_resume_of_a_finished_run_changes_nothing(runs, call):
    folder = runs["waves"].folder
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    called = call("resume", folder)
    assert called.code == 0, called.err
    assert f"{folder} is finished." in called.err
    assert runs["waves"].result.outcome.answer.title in called.out
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()} == before


def test_a_budget_is_held(runs):
    for run in runs.values():
        answer = run.result.outcome.answer
        assert answer.seconds < 60, run.name  # a busy machine compiles slowly; the arithmetic is tested with a clock


def test_the_command_is_installed():
    done = subprocess.run([Path(sys.executable).with_name("layersmith"), "--help"], capture_output=True, text=True)
    assert done.returncode == 0
    assert "search" in done.stdout
