from dataclasses import replace

import numpy as np
import pytest

from layersmith.data import encode, read
from layersmith.errors import RunFolderError
from layersmith.records import Score
from layersmith.report.comparison import render_comparison, write_comparison
from layersmith.storage.run_folder import RunFolder
from layersmith.study.holdout_rows import keep_holdout, write_holdout

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def pair(make_outcome, tmp_path):
    """Two runs on the same rows, of which the second is a little worse."""

    def named(name, value, data):
        outcome = make_outcome(data={**make_outcome().data, **data})
        (tmp_path / name).mkdir(parents=True)
        test = replace(outcome.answer.test, value=value)
        return replace(outcome, folder=RunFolder(tmp_path / name), answer=replace(outcome.answer, test=test))

    def make(first="large", second="small", **data):
        shared = {"fingerprint": "a", **data}
        return named(first, 0.9889, {"fingerprint": "a"}), named(second, 0.95, shared)

    return make


@pytest.fixture
def text_of(read_page):
    def text(outcomes):
        reader = read_page(render_comparison(outcomes))
        assert reader.faults == []
        return reader.text

    return text


def test_runs_stand_side_by_side_the_best_first(pair, text_of):
    large, small = pair()
    text = text_of([small, large])
    assert "large, small" in text
    assert "All runs were tested on the same 360 test rows" in text
    for part in ("98.9 %", "95.0 %", "logistic regression", "resnet conv network", "layersmith search sklearn:digits"):
        assert part in text


def test_other_test_rows_are_said_to_be_others(pair, text_of):
    text = text_of(pair(fingerprint="b"))
    assert "not tested on the same rows" in text
    assert "beats" not in text


def test_runs_of_other_metrics_have_no_common_bars(pair, text_of):
    large, small = pair()
    other = replace(small, answer=replace(small.answer, test=Score(metric="rmse", value=1.5, num_rows=9)))
    text = text_of([large, other])
    assert "judged by different metrics" in text
    assert "root mean squared error" in text


def test_what_differs_is_marked(pair):
    large, small = pair()
    changed = replace(small, settings={**small.settings, "strategy": "random"})
    html = render_comparison([large, changed])
    line = next(line for line in html.split("<tr") if ">Strategy<" in line)
    assert line.startswith(' class="differs"')
    assert ' class="differs"' not in next(line for line in html.split("<tr") if ">Seed<" in line)


@pytest.mark.parametrize(("wrong", "said"), [(60, "is better than small by"), (1, "cannot tell large from small")])
def test_the_same_rows_are_compared_row_by_row(pair, wrong, said, text_of):
    problem = read(np.random.default_rng(0).normal(size=(500, 3)), np.arange(500) % 2)
    dataset = encode(problem, np.arange(400, 500))
    right = dataset.y[:400].astype(float)
    large, small = pair()
    for outcome, mistakes in ((large, 0), (small, wrong)):
        given = np.where(np.arange(400) < mistakes, 1 - right, right)[:, None]
        write_holdout(outcome.folder.test, keep_holdout(given, dataset, problem, np.arange(400), seed=0))
    assert said in text_of([large, small])


def test_folders_of_one_name_go_by_as_much_of_their_paths_as_tells_them_apart(pair, text_of, tmp_path):
    text = text_of(pair(first="old/adult/run", second="new/adult/run"))
    assert "old/adult/run, new/adult/run" in text
    assert tmp_path.name not in text.split("Reproduce")[0]


def test_names_are_text(pair, read_page):
    large, small = pair()
    evil = replace(small, answer=replace(small.answer, title=EVIL, versions={EVIL: EVIL}), settings={"source": EVIL})
    html = render_comparison([large, evil])
    assert EVIL not in html
    assert read_page(html).tags.count("script") == 2  # the data, the page's own: nothing is charted


def test_one_run_is_nothing_to_compare(pair, tmp_path):
    large, _ = pair()
    with pytest.raises(RunFolderError, match="1 run to compare"):
        write_comparison([large], tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()


def test_the_page_is_written_whole(pair, tmp_path):
    path = write_comparison(pair(), tmp_path / "page.html")
    assert path.read_text().startswith("<!doctype html>")
