"""A search of thousands of candidates still gives a page that opens and works."""

from dataclasses import replace

from layersmith.records import Candidate
from layersmith.report.page import write_report
from layersmith.space import HyperParameters


def searched(base, count):
    """Return a space and trials of it with their curves."""
    hp = HyperParameters()
    for number in range(20):
        hp.Float(f"block/hyperparameter_{number}", 0.0, 1.0)
    for n in range(count):
        values = {entry.name: (n * (place + 3) % 997) / 997 for place, entry in enumerate(hp.space)}
        score = 0.7 + 0.2 * values["block/hyperparameter_0"]
        candidate = Candidate(values=values, origin="gp", number=100 + n)
        yield hp, replace(base.trials[1], candidate=candidate, score=score, params=1000 + 37 * n)


def test_two_thousand_trials(make_outcome, visit, tmp_path):
    base = make_outcome()
    pairs = list(searched(base, 2000))
    outcome = replace(base, trials=(*base.trials, *(trial for _, trial in pairs)), space=pairs[0][0])
    path = write_report(outcome, tmp_path / "many.html")
    assert path.stat().st_size < 8_000_000
    visited = visit(path, width=390)
    page = visited.page
    assert visited.complaints == []
    assert page.locator("#board tbody tr").count() == 50
    page.click("#more")
    assert page.locator("#board tbody tr").count() == 100
    assert page.text_content("#shown") == "100 of 2,003 candidates"
    page.fill("#filter", "small vgg")
    assert page.locator("#board tbody tr").count() == 1
    assert page.locator("#importance .point").count() == 12
