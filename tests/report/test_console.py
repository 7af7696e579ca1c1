import io
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from layersmith.records import Interval, Score
from layersmith.report.console import print_summary
from layersmith.study.answer import Baseline


def printed(outcome, **options) -> str:
    stream = io.StringIO()
    print_summary(outcome, Console(file=stream, **{"width": 80, **options}))
    return stream.getvalue()


@pytest.mark.parametrize("width", [40, 60, 80, 120, 250])
def test_no_line_is_wider_than_the_terminal(make_outcome, width: int) -> None:
    long = make_outcome(title="a very long name of an architecture " * 4, source="Someone et al. " * 9)
    lines = printed(long, width=width).splitlines()
    assert max(cell_len(line) for line in lines) <= width


def test_everything_is_there_at_80_columns(outcome) -> None:
    text = printed(outcome)
    for part in (
        "Conv2D 32 → Dense 10",
        "On 360 test rows that no decision had seen",
        "Test score on 360 rows kept aside",
        "logistic regression",
        "89.0 to 94.5 %",
        "Candidates by validation score",
        "small VGG",
        "99,498",
        "1 trial failed: out of memory",
        "model.py",
    ):
        assert part in text


def test_only_files_that_exist_are_named(make_outcome) -> None:
    assert "model.keras" not in printed(make_outcome())
    outcome = make_outcome()
    outcome.folder.model.write_bytes(b"")
    assert "model.keras" in printed(outcome)
    outcome.folder.model.unlink()
    outcome.folder.source.unlink()
    assert "Files in" not in printed(outcome)


def test_the_best_score_is_bold(outcome) -> None:
    text = printed(outcome, force_terminal=True, color_system="standard")
    assert _bold_line(text, "logistic regression") is False
    assert _bold_line(text, "resnet conv network  ") is True


def test_a_baseline_that_wins_is_bold(make_outcome) -> None:
    better = Baseline(
        name="boosting", score=Score(metric="accuracy", value=0.999, num_rows=9, interval=Interval(low=0.99, high=1.0))
    )
    text = printed(make_outcome(baselines=(better,)), force_terminal=True, color_system="standard")
    assert _bold_line(text, "boosting  ") is True


def _bold_line(text: str, start: str) -> bool:
    """Whether the table row that begins with `start` is bold."""
    row = next(line for line in text.splitlines() if start in line and "95 %" not in line and "%" in line)
    return "\x1b[1m" in row


def test_plain_where_it_is_no_terminal(outcome) -> None:
    assert "\x1b" not in printed(outcome)


def test_a_dumb_terminal_gets_the_same_words(outcome, monkeypatch, capsys) -> None:
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "80")
    print_summary(outcome)
    text = capsys.readouterr().out
    assert "\x1b" not in text
    assert "98.9 %" in text


def test_a_stream_without_unicode_does_not_break(make_outcome) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", errors="strict")
    print_summary(make_outcome(title="réseau"), Console(file=stream, width=80))
    stream.flush()
    text = raw.getvalue().decode("ascii")
    assert "98.9 %" in text
    assert "Conv2D 32 -> Dense 10" in text
    assert "r?seau" in text


def test_only_the_ten_best_are_listed(make_outcome) -> None:
    base = make_outcome()
    trial = base.trials[0]
    trials = [
        replace(trial, candidate=replace(trial.candidate, origin=f"portfolio: net {i}", number=10 + i), score=i / 100)
        for i in range(30)
    ]
    text = printed(make_outcome(trials=(*trials, *base.trials)))
    assert "the best 10 of 33" in text
    assert "net 29" in text
    assert "net 10" not in text


def test_the_column_of_finals_is_there_only_where_there_were_finals(make_outcome) -> None:
    trials = make_outcome().trials[:4]
    without = printed(make_outcome(trials=trials, winner=trials[1], found_by=1))
    assert " final " not in without
    assert " final " in printed(make_outcome())


def test_markup_in_names_is_text(make_outcome) -> None:
    assert "[bold]net[/bold] [/]" in printed(make_outcome(title="[bold]net[/bold] [/]"))
