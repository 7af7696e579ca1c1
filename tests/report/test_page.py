import base64
import hashlib
import json
import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from layersmith.records import Candidate, Score, Trial
from layersmith.report.page import render_report, write_report
from layersmith.study.answer import Baseline

SECTIONS = ("answer", "baselines", "architecture", "reasons", "training", "errors", "search", "data", "reproduce")


@pytest.fixture
def page(outcome, read_page) -> Any:
    return read_page(render_report(outcome))


def test_the_page_is_balanced_html(page) -> None:
    assert page.faults == []


def test_sections_stand_in_the_readers_order(page) -> None:
    assert [name for name in page.ids if name in SECTIONS] == list(SECTIONS)


def test_ids_are_unique(page) -> None:
    assert len(page.ids) == len(set(page.ids))


def test_nothing_is_loaded_from_elsewhere(page, outcome) -> None:
    assert all(place.startswith("#") for place in page.loads)
    html = render_report(outcome)
    style = html[html.index("<style>") : html.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style


def test_only_the_pages_own_scripts_may_run(page, outcome) -> None:
    html = render_report(outcome)
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]*)"', html)
    own = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in page.scripts[1:]]
    rules = dict(rule.strip().split(maxsplit=1) for rule in unescape(policy).split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"].split() == [f"'sha256-{each}'" for each in own]
    assert len(own) == 2  # Plotly and the page's


def test_the_page_says_what_the_run_says(page) -> None:
    for part in (
        "resnet conv network",
        "Conv2D 32 → Dense 10",
        "95 % interval 97.2 to 99.6 %",
        "logistic regression",
        "Found by the search",
        "8 × 8 × 1",
        "4,990",
        "5,001",
        "40 epochs",
        "out of memory",
        "sklearn:digits",
        "1,797",
        "3 rows are copies",
        "kind: image, because rows are square",
        "layersmith search sklearn:digits --budget 60s --objective accuracy --seed 7",
        "3.15",
        'print("<tag>")',
    ):
        assert part in page.text


def test_the_scripts_data_hold_candidates_and_charts(page) -> None:
    rows = page.data["board"]["rows"]
    assert [row[1] for row in rows] == ["resnet conv network", "image MLP", "small VGG"]
    assert [chart["id"] for chart in page.data["charts"]] == [
        "score-against-params", "curve-5", "curve-4", "best-so-far",
    ]  # fmt: skip
    assert {chart["id"] for chart in page.data["charts"]} <= set(page.ids)


def test_light_dark_phone_and_paper_are_served(outcome) -> None:
    html = render_report(outcome)
    for part in (
        "prefers-color-scheme: dark",
        "width=device-width",
        "@media print",
        "overflow-x: auto",
        "[data-theme=dark]",
    ):
        assert part in html


def test_the_column_of_finals_is_there_only_where_there_were_finals(make_outcome) -> None:
    trials = make_outcome().trials[:4]
    without = render_report(make_outcome(trials=trials, winner=trials[1], found_by=1))
    assert ">Final<" not in without
    assert ">Final<" in render_report(make_outcome())


EVIL = "<script>alert(1)</script>"


def test_no_name_becomes_markup(make_outcome, read_page) -> None:
    base = make_outcome()
    score = Score(metric="accuracy", value=0.5, num_rows=3, extra={"auc": 0.5, EVIL: 1.0})
    bad = Candidate(values={EVIL: EVIL, "family": EVIL, f"{EVIL}/style": EVIL}, origin=f"portfolio: {EVIL}", number=20)
    trials = (
        replace(base.trials[0], candidate=bad, score=0.99),
        Trial(candidate=replace(bad, number=21), state="failed", reason=EVIL),
        *base.trials,
    )
    outcome = make_outcome(
        trials=trials,
        title=EVIL,
        source=EVIL,
        test=score,
        baselines=(Baseline(name=EVIL, score=score),),
        versions={EVIL: EVIL},
        code=EVIL,
        facts={
            "architecture": EVIL,
            "layers": [{"name": EVIL, "class": EVIL, "output_shape": [None, EVIL], "params": 1}],
        },
        data={
            "source": EVIL, "kind": EVIL, "task": EVIL, "classes": [EVIL, '"><img src=x onerror=alert(1)>'],
            "notes": [EVIL], "warnings": [EVIL],
        },
        settings={"source": EVIL, "budget": {}, "read": {"target": EVIL}, "seed": 1},
    )  # fmt: skip
    html = render_report(outcome)
    reader = read_page(html)
    assert EVIL not in html
    assert reader.tags.count("script") == 3  # the data, Plotly, the page's own
    assert "img" not in reader.tags
    assert reader.faults == []
    assert reader.text.count("alert(1)") >= 15
    assert EVIL in json.dumps(reader.data)  # as data, which the script sets as text


def test_a_closing_tag_in_a_name_does_not_end_the_style_or_the_script(make_outcome, read_page) -> None:
    reader = read_page(render_report(make_outcome(title="</style></script></title><!--<b>x")))
    assert reader.faults == []
    assert reader.tags.count("title") == 1


def test_missing_facts_leave_their_parts_out(make_outcome, read_page) -> None:
    outcome = make_outcome(facts={}, versions={}, baselines=(), code=None, data={}, settings={})
    outcome.folder.source.unlink(missing_ok=True)
    reader = read_page(render_report(replace(outcome, trials=())))
    assert reader.faults == []
    assert [name for name in reader.ids if name in SECTIONS] == list(SECTIONS)
    assert "1,000 parameters" in reader.text
    assert "Plain Keras source" not in reader.text
    assert "No training curves were recorded" in reader.text
    assert "This run kept no test rows" in reader.text
    assert "Failed and refused" not in reader.text


def test_a_search_of_2000_trials_stays_below_eight_megabytes(make_outcome, read_page) -> None:
    base = make_outcome()
    trials = [
        replace(
            base.trials[1],
            candidate=Candidate(
                values={f"family/hyperparameter_{i}": n * i / 7 for i in range(30)}, origin="gp", number=100 + n
            ),
            score=n / 3000,
        )
        for n in range(2000)
    ]
    html = render_report(make_outcome(trials=(*trials, *base.trials)))
    assert len(html.encode()) < 8_000_000
    assert len(read_page(html).data["board"]["rows"]) == 2003


def test_the_winners_hyperparameters_are_listed_where_it_has_any(make_outcome) -> None:
    assert "<summary>Hyperparameters" not in render_report(make_outcome())
    assert "<summary>Hyperparameters" in render_report(make_outcome(winner=make_outcome().trials[1]))


def test_long_curves_stay_small(make_outcome) -> None:
    base = make_outcome()
    long = tuple(1 / (1 + epoch) + 0.001 * (epoch % 7) for epoch in range(3000))
    final = base.trials[-1]
    training = replace(final.trainings[0], curves={"loss": long, "val_loss": long})
    heavy = render_report(make_outcome(trials=(*base.trials[:-1], replace(final, trainings=(training,) * 5))))
    assert len(heavy.encode()) < len(render_report(base).encode()) + 100_000


def test_writing_gives_the_path_and_replaces_what_was_there(outcome, tmp_path) -> None:
    path = tmp_path / "new" / "report.html"
    assert write_report(outcome, path) == path
    path.write_text("old")
    write_report(outcome, str(path))
    assert path.read_text(encoding="utf-8") == render_report(outcome)
    assert [entry.name for entry in path.parent.iterdir()] == ["report.html"]


def test_a_report_that_cannot_be_rendered_leaves_the_old_one(outcome, tmp_path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    broken = replace(outcome, answer=replace(outcome.answer, test=Score(metric="no such", value=1.0, num_rows=1)))
    with pytest.raises(KeyError, match="unknown metric 'no such'"):
        write_report(broken, path)
    assert path.read_text() == "old"


def test_the_same_run_gives_the_same_page(outcome) -> None:
    assert render_report(outcome) == render_report(outcome)
