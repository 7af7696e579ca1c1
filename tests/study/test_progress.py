import io
import sys
import time
from types import SimpleNamespace

import pytest
from rich.console import Console

from layersmith.study import progress as module
from layersmith.study.progress import LiveProgress, PlainProgress, SilentProgress, choose_progress, duration


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, ""),
        (0, "0 s"),
        (-3, "0 s"),
        (0.04, "0 s"),
        (0.06, "0.1 s"),
        (0.949, "0.9 s"),
        (0.951, "1 s"),
        (8.2, "8 s"),
        (59.4, "59 s"),
        (59.6, "1:00 min"),
        (75, "1:15 min"),
        (3599.4, "59:59 min"),
        (3599.6, "1:00 h"),
        (3700, "1:01 h"),
        (90000, "25:00 h"),
    ],
)
def test_durations_are_said_as_people_say_them(seconds, said):
    assert duration(seconds) == said


@pytest.fixture
def stopped_clock(monkeypatch):
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: 7.0))


def follow(progress, trial, *, left=60.0, best="best accuracy 0.9"):
    step = progress.step("trial 1/3 image MLP", left)
    step.begin()
    step.epoch(1, {"loss": 0.7, "val_loss": 0.6543})
    step.end(trial, best)


@pytest.mark.usefixtures("stopped_clock")
def test_plain_progress_writes_a_line_per_step(capsys, make_trial):
    progress = PlainProgress()
    progress.say("kind: table")
    follow(progress, make_trial(0, 0.91234))
    progress.close()
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "kind: table\ntrial 1/3 image MLP: 0.9123 in 0 s · best accuracy 0.9 · 1:00 min left\n"


@pytest.mark.usefixtures("stopped_clock")
def test_plain_progress_says_why_a_trial_failed(capsys, make_trial):
    follow(PlainProgress(), make_trial(0, 0.0, state="failed", reason="out of memory\na traceback"), left=None, best="")
    assert capsys.readouterr().err == "trial 1/3 image MLP: failed: out of memory in 0 s\n"


@pytest.mark.usefixtures("stopped_clock")
def test_plain_progress_knows_steps_that_are_no_trials(capsys):
    follow(PlainProgress(), None, left=None, best="")
    assert capsys.readouterr().err == "trial 1/3 image MLP: done in 0 s\n"


def test_silent_progress_says_nothing(capsys, make_trial):
    progress = SilentProgress()
    progress.say("kind: table")
    follow(progress, make_trial(0, 0.9))
    progress.close()
    assert capsys.readouterr() == ("", "")


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    return Console(force_terminal=True, file=io.StringIO(), width=120, color_system=None)


def drawn(terminal):
    return terminal.file.getvalue()


def test_live_progress_shows_trial_epoch_best_and_time_left(terminal, make_trial):
    progress = LiveProgress(terminal)
    follow(progress, make_trial(0, 0.9), left=75.9)
    steps = [progress.step(f"trial {number}/3 logistic", 75.9) for number in (2, 3)]
    for step in steps:
        step.begin()
    steps[0].epoch(4, {"loss": 0.7, "val_loss": 0.6543})
    until = time.monotonic() + 5.0
    while "trial 2/3" not in drawn(terminal) and time.monotonic() < until:
        time.sleep(0.02)
    progress.close()
    shown = "trial 2/3 logistic · epoch 4, loss 0.6543 · trial 3/3 logistic · best accuracy 0.9 · 1:1"
    assert shown in drawn(terminal)
    assert "min left" in drawn(terminal)


def test_live_progress_keeps_sentences_and_failures_on_screen(terminal, make_trial):
    progress = LiveProgress(terminal)
    progress.say("[bold]a column[/bold]")
    follow(progress, make_trial(0, 0.0, state="failed", reason="out of memory\na traceback"))
    progress.close()
    progress.close()  # closing twice does no harm
    assert "[bold]a column[/bold]" in drawn(terminal)
    assert "trial 1/3 image MLP failed: out of memory" in drawn(terminal)
    assert "a traceback" not in drawn(terminal)


def test_a_terminal_is_live_a_log_is_plain_and_quiet_is_silent(monkeypatch, terminal):
    assert isinstance(choose_progress(quiet=True), SilentProgress)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert isinstance(choose_progress(quiet=False), PlainProgress)
    monkeypatch.setattr(module, "Console", lambda **_: terminal)
    live = choose_progress(quiet=False)
    live.close()
    assert isinstance(live, LiveProgress)


@pytest.mark.parametrize(("term", "expected"), [("xterm-256color", LiveProgress), ("dumb", PlainProgress)])
def test_a_terminal_that_cannot_redraw_gets_plain_lines(monkeypatch, term, expected):
    monkeypatch.setenv("TERM", term)
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich then takes standard error for a terminal
    progress = choose_progress(quiet=False)
    progress.close()
    assert isinstance(progress, expected)
