from layersmith.report.leaderboard import leaderboard
from layersmith.report.page import render_report
from layersmith.report.result import Result


def test_a_result_is_the_run_at_a_glance(outcome) -> None:
    result = Result(outcome)
    assert repr(result) == f"<Result 'resnet conv network': test accuracy 98.9 %, in {outcome.folder.path}>"
    assert result.test_score is outcome.answer.test
    assert result.folder == outcome.folder.path
    assert result.outcome is outcome


def test_the_leaderboard_is_the_reports(outcome) -> None:
    assert Result(outcome).leaderboard().equals(leaderboard(outcome))


def test_a_summary_is_printed(outcome, capsys) -> None:
    Result(outcome).summary()
    assert "98.9 %" in capsys.readouterr().out


def test_a_report_is_written_where_it_is_wanted(outcome, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = Result(outcome)
    assert result.save_report().read_text(encoding="utf-8") == render_report(outcome)
    assert (tmp_path / "report.html").is_file()
    assert result.save_report(tmp_path / "other.html") == tmp_path / "other.html"


def test_a_notebook_shows_the_answer_escaped(make_outcome) -> None:
    html = Result(make_outcome(title="<script>alert(1)</script>"))._repr_html_()
    assert "<script>" not in html
    assert "98.9 %" in html
    assert html.startswith("<div")
    assert html.endswith("</div>")
