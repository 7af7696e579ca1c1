"""Names from data are text in a real browser, in Plotly's labels too."""

from dataclasses import replace

import numpy as np
import pytest

from layersmith.data import ReadOptions, encode, read
from layersmith.records import Candidate
from layersmith.report.page import write_report
from layersmith.space import HyperParameters
from layersmith.study.holdout_rows import keep_holdout, write_holdout

EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture
def evil_page(make_outcome, tmp_path):
    import pandas as pd

    frame = pd.DataFrame({EVIL: np.arange(100.0), "label": [EVIL, "</script>"] * 50})
    problem = read(frame, options=ReadOptions(target="label"))
    dataset = encode(problem, np.arange(40, 100))
    hp = HyperParameters()
    hp.Int(EVIL, 1, 64)
    hp.Choice("activation", [EVIL, "tanh"])
    base = make_outcome(title=EVIL)
    trials = [
        replace(
            base.trials[1],
            candidate=Candidate(
                values={EVIL: n, "activation": (EVIL, "tanh")[n % 2]}, origin=f"portfolio: {EVIL}", number=100 + n
            ),
            score=n / 100,
        )
        for n in range(1, 65)
    ]
    outcome = replace(base, trials=(*base.trials, *trials), space=hp)
    outcome.folder.preprocess.write_text(dataset.preprocess.to_json())
    given = np.linspace(0, 1, 40)[:, None]
    write_holdout(outcome.folder.test, keep_holdout(given, dataset, problem, np.arange(40), seed=0))
    return write_report(outcome, tmp_path / "evil.html")


def test_names_are_shown_letter_by_letter(visit, evil_page):
    visited = visit(evil_page)
    page = visited.page
    assert visited.complaints == []
    assert page.evaluate("document.querySelectorAll('img').length") == 0
    ticks = page.locator("#confusion .ytick text").all_text_contents()
    assert set(ticks) == {"<img src…ert(1)>", "</script>"}
    assert any(EVIL in text for text in page.locator("figcaption").all_text_contents())
    assert page.locator("#board summary").all_text_contents().count(EVIL) > 40
