"""Bad input ends with one message and exit code 2, before anything is trained or written."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

ROWS = 60
RNG = np.random.default_rng(0)
X = RNG.normal(size=(ROWS, 3))
Y = np.arange(ROWS) % 2


def table(**columns):
    base = {"age": RNG.integers(18, 80, ROWS), "town": ["a", "b", "c"] * 20, "income": ["no", "yes"] * 30}
    return pd.DataFrame({**base, **columns})


def csv(path, **columns):
    table(**columns).to_csv(path / "data.csv", index=False)
    return path / "data.csv"


def amounts(path):
    return csv(path, income=RNG.normal(size=ROWS))


def text(content):
    def write(path):
        (path / "data.csv").write_text(content)
        return path / "data.csv"

    return write


def archive(**arrays):
    def write(path):
        np.savez(path / "data.npz", **arrays)
        return path / "data.npz"

    return write


def pickled(path):
    ragged = np.empty(2, dtype=object)
    ragged[:] = [np.zeros(3), np.zeros(2)]
    np.savez(path / "data.npz", x=ragged, y=[0, 1], allow_pickle=True)
    return path / "data.npz"


def images(path, *, spoilt=False, classes=("cat", "dog")):
    for name in classes:
        (path / "pets" / name).mkdir(parents=True)
        for number in range(12):
            Image.new("L", (8, 8), number).save(path / "pets" / name / f"{number}.png")
    if spoilt:
        (path / "pets" / classes[0] / "3.png").write_bytes(b"not a picture")
    return path / "pets"


def months(path, **columns):
    dates = pd.date_range("2000-01-01", periods=72, freq="MS").strftime("%Y-%m-%d")
    frame = pd.DataFrame({"month": dates, "sales": np.sin(np.arange(72)) + 2, **columns})
    frame.to_csv(path / "sales.csv", index=False)
    return path / "sales.csv"


def gap(column, value):
    values = np.array(table()[column], dtype=object)
    values[7] = value
    return values


INCOME = ("--target", "income")
SALES = ("--forecast", "sales")
# name: what writes the source, further words, what the message says
SEARCHES = {
    # sources
    "no such file": (lambda path: path / "nothing.csv", INCOME, "nothing.csv"),
    "no such sample": (lambda path: "sklearn:digitz", (), "sklearn:digits"),
    "no name": (lambda path: "", (), "empty"),
    "empty file": (text(""), INCOME, "empty"),
    "header only": (text("age,income\n"), INCOME, "no rows"),
    "not text": (lambda path: path / "data.bin", INCOME, "data.bin"),
    "ragged lines": (text("a,income\n1,2\n1,2,3,4\n"), INCOME, "cannot be read"),
    "pickled archive": (pickled, (), "pickled"),
    "unequal lengths": (archive(x=X, y=Y[:30]), (), "30"),
    "archive without x": (archive(z=X), (), "holds z"),
    "infinite values": (archive(x=np.where(X > 2, np.inf, X), y=Y), (), "infinite"),
    "overlapping split": (archive(x=X, y=Y, train=[0, 1, 2], test=[2, 3]), (), "overlap"),
    "corrupt image": (lambda path: images(path, spoilt=True), (), "3.png"),
    "one folder of images": (lambda path: images(path, classes=("cat",)), (), "one class"),
    # targets
    "no target": (csv, (), "income"),
    "unknown target": (csv, ("--target", "incom"), "use 'income'"),
    "one unknown target": (csv, ("--target", "age", "--target", "tax"), "tax"),
    "target twice": (csv, ("--target", "age", "--target", "age"), "twice"),
    "empty target": (csv, ("--target", ""), "no target is named"),
    "target with gaps": (lambda path: csv(path, income=gap("income", None)), INCOME, "row 7"),
    "one class": (lambda path: csv(path, income=["no"] * ROWS), INCOME, "one class"),
    "class of one row": (lambda path: csv(path, income=gap("income", "maybe")), INCOME, "maybe"),
    "constant amounts": (lambda path: csv(path, income=[2.5] * ROWS), INCOME, "2.5"),
    "only a target": (text("income\nno\nyes\nno\nyes\n"), INCOME, "no column besides"),
    "too few rows": (text("age,income\n1,no\n2,yes\n3,no\n4,yes\n"), INCOME, "4"),
    # numbers and names
    "budget in parsecs": (csv, (*INCOME, "--budget", "5 parsecs"), "5 parsecs"),
    "budget of nothing": (csv, (*INCOME, "--budget", "0s"), "at least"),
    "budget below zero": (csv, (*INCOME, "--budget", "-1m"), "-1m"),
    "budget of letters": (csv, (*INCOME, "--budget", "abc"), "abc"),
    "empty budget": (csv, (*INCOME, "--budget", ""), "30s"),
    "budget in months": (csv, (*INCOME, "--budget", "5months"), "5months"),
    "endless budget": (csv, (*INCOME, "--budget", "inf"), "inf"),
    "no trials": (csv, (*INCOME, "--max-trials", 0), "max_trials is 0"),
    "trials below zero": (csv, (*INCOME, "--max-trials", -3), "max_trials is -3"),
    "no holdout": (csv, (*INCOME, "--holdout", 0), "holdout of 0"),
    "large holdout": (csv, (*INCOME, "--holdout", 1.5), "holdout of 1.5"),
    "holdout of nan": (csv, (*INCOME, "--holdout", "nan"), "holdout of nan"),
    "negative seed": (csv, (*INCOME, "--seed", -1), "seed of -1"),
    "unknown strategy": (csv, (*INCOME, "--strategy", "tpo"), "tpe"),
    "unknown objective": (csv, (*INCOME, "--objective", "acuracy"), "use 'accuracy'"),
    "amounts' metric for classes": (csv, (*INCOME, "--objective", "rmse"), "binary"),
    "classes' metric for amounts": (amounts, (*INCOME, "--objective", "accuracy"), "regression"),
    "classes' metric for a forecast": (months, (*SALES, "--objective", "auc"), "auc"),
    "binary metric for many": (csv, ("--target", "town", "--objective", "brier"), "multiclass"),
    "unknown kind": (csv, (*INCOME, "--kind", "tabel"), "use 'table'"),
    "unknown task": (csv, (*INCOME, "--task", "clustering"), "clustering"),
    "amounts of words": (csv, (*INCOME, "--task", "regression"), "text"),
    # columns
    "unknown split column": (csv, (*INCOME, "--split-column", "part"), "part"),
    "split without test": (
        lambda path: csv(path, part=["train"] * ROWS), (*INCOME, "--split-column", "part"), "no test rows",
    ),
    "unknown group": (csv, (*INCOME, "--group", "twon"), "use 'town'"),
    "one group": (lambda path: csv(path, ward=["w"] * ROWS), (*INCOME, "--group", "ward"), "group"),
    "unknown time": (csv, (*INCOME, "--time", "day"), "day"),
    "time of words": (csv, (*INCOME, "--time", "town"), "town"),
    # forecasts
    "unknown series": (months, ("--forecast", "sale"), "use 'sales'"),
    "series of words": (lambda path: months(path, sales=["a", "b"] * 36), SALES, "'a'"),
    "series with gaps": (lambda path: months(path, sales=[1.0, np.nan, 2.0] * 24), SALES, "missing"),
    "constant series": (lambda path: months(path, sales=[1.0] * 72), SALES, "in every step"),
    "no horizon": (months, (*SALES, "--horizon", 0), "horizon is 0"),
    "long horizon": (months, (*SALES, "--horizon", 70), "shorter horizon"),
    "long lookback": (months, (*SALES, "--horizon", 12, "--lookback", 70), "72 steps"),
    "horizon alone": (csv, (*INCOME, "--horizon", 3), "horizon"),
    "forecast and target": (months, (*SALES, "--target", "month"), "target"),
}  # fmt: skip


def assert_refused(called, said):
    assert called.code == 2, called.err
    assert said in called.err
    assert "Traceback" not in called.err
    assert called.err.startswith("Error: ")
    assert called.err.count("expected:") == called.err.count("fix:") == 1
    assert called.out == ""


@pytest.mark.parametrize("case", SEARCHES)
def test_search_refuses(case, call, tmp_path):
    write, words, said = SEARCHES[case]
    called = call("search", write(tmp_path), *words, "--out", tmp_path / "run")
    assert_refused(called, said)
    assert not (tmp_path / "run").exists()


def other_run(path):
    (path / "run").mkdir()
    (path / "run" / "config.json").write_text("{}")
    return path / "run"


def letters(path):
    (path / "run").mkdir()
    (path / "run" / "letter.txt").write_text("Dear reader")
    return path / "run"


def a_file(path):
    (path / "run").write_text("Dear reader")
    return path / "run"


PLACES = {
    "another run": (other_run, "holds another run"),
    "a folder of letters": (letters, "not empty"),
    "a file": (a_file, "is a file"),
    "below a file": (lambda path: a_file(path) / "deeper" / "run", "is a file"),
}


@pytest.mark.parametrize("case", PLACES)
def test_search_refuses_to_write_to(case, call, tmp_path):
    make, said = PLACES[case]
    place = make(tmp_path)
    source = csv(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert_refused(call("search", source, *INCOME, "--out", place), said)
    assert sorted(tmp_path.rglob("*")) == before


WITHOUT_RUN = {
    "resume": ("resume", "{folder}"),
    "predict": ("predict", "{folder}", "{source}"),
    "report": ("report", "{folder}"),
}


@pytest.mark.parametrize("verb", WITHOUT_RUN)
@pytest.mark.parametrize(("kind", "said"), [("absent", "there is no folder"), ("empty", "holds no run")])
def test_verbs_refuse_a_folder_without_a_run(verb, kind, said, call, tmp_path):
    folder = tmp_path / "nothing"
    if kind == "empty":
        folder.mkdir()
    words = [word.format(folder=folder, source=csv(tmp_path)) for word in WITHOUT_RUN[verb]]
    assert_refused(call(*words), said)


@pytest.mark.parametrize("verb", ["predict", "report"])
def test_verbs_refuse_a_run_that_has_not_finished(verb, call, tmp_path):
    folder = other_run(tmp_path)
    words = [word.format(folder=folder, source=csv(tmp_path)) for word in WITHOUT_RUN[verb]]
    called = call(*words)
    assert_refused(called, "result.json is missing")
    assert "layersmith resume" in called.err


@pytest.mark.parametrize("content", ["", "{", "[1]", "\x00\xff", "{}", '{"budget": 3}'])
def test_resume_refuses_a_damaged_run(content, call, tmp_path):
    folder = other_run(tmp_path)
    (folder / "config.json").write_text(content)
    assert_refused(call("resume", folder), "config.json is damaged")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"winner": {}}'])
def test_report_refuses_a_damaged_result(content, call, tmp_path):
    folder = other_run(tmp_path)
    (folder / "result.json").write_text(content)
    assert_refused(call("report", folder), "result.json is damaged")


NEW_ROWS = {
    "no such file": (lambda path: path / "nothing.csv", "nothing.csv"),
    "a missing column": (csv, "start"),
    "no rows": (text("age,town,start\n"), "no rows"),
    "rows of another shape": (archive(x=X[:, :2]), "2 columns"),
}


@pytest.mark.parametrize("case", NEW_ROWS)
def test_predict_refuses(case, call, finished, tmp_path):
    write, said = NEW_ROWS[case]
    called = call("predict", finished, write(tmp_path), "--out", tmp_path / "out.csv")
    assert_refused(called, said)
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("verb", ["predict", "report"])
def test_verbs_refuse_to_write_over_a_folder(verb, call, finished, tmp_path):
    (tmp_path / "out").mkdir()
    source = [finished.parent / "people.csv"] if verb == "predict" else []
    assert_refused(call(verb, finished, *source, "--out", tmp_path / "out"), "is a folder")


@pytest.mark.parametrize(
    "words",
    [("serach", "x.csv"), ("search",), ("search", "x.csv", "--bugdet", "5m"), ("search", "x.csv", "--seed", "one")],
)
def test_words_that_are_no_command_end_with_code_2(words, call):
    called = call(*words)
    assert called.code == 2
    assert "Traceback" not in called.err
    assert "Usage" in called.err


def test_a_column_that_is_the_target_in_disguise_only_warns(tmp_path):
    from layersmith.data import ReadOptions, read

    source = csv(tmp_path, code=["n", "y"] * 30)
    problem = read(Path(source), options=ReadOptions(target="income"))
    assert any("code" in warning for warning in problem.warnings)
