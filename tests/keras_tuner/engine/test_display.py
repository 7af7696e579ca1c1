import time

from layersmith.keras_tuner.engine.display import Display
from layersmith.keras_tuner.engine.trial import Trial
from layersmith.space import HyperParameters


def trial(number, **values):
    hp = HyperParameters()
    hp.values = values
    made = Trial(hp, trial_id=f"{number:04d}")
    made.number, made.seconds = number, 10.0
    return made


def shown(verbose=1):
    lines = []
    return Display(lines.append, verbose), lines


def test_a_trial_is_shown_beside_the_best():
    display, lines = shown()
    display.begin(trial(4, units=32, rate=0.123456789, kind="a very long name indeed"), trial(1, units=64), 10)
    assert lines[0] == "\nSearch: Running Trial #5 of 10\n"
    assert lines[1:5] == [
        "Value             |Best Value So Far |Hyperparameter",
        "32                |64                |units",
        "0.12346           |None              |rate",
        "a very long nam...|None              |kind",
    ]


def test_the_first_trial_has_no_best_and_perhaps_no_values():
    display, lines = shown()
    display.begin(trial(0, units=True), None, None)
    display.begin(trial(1), None, None)
    assert lines[0].strip() == "Search: Running Trial #1"
    assert "True              |?                 |units" in lines
    assert "default configuration" in lines


def test_what_came_of_it_and_the_time_left(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    display, lines = shown()
    best = trial(1)
    best.score = 0.75
    for number in (2, 3):
        display.begin(trial(number), best, 10)
    lines.clear()
    now[0] += 10.0
    display.end(trial(2), best, "val_accuracy", 3)
    assert lines[0] == "\nTrial 3 Complete [10 s]"
    assert "\nBest val_accuracy So Far: 0.75" in lines
    assert lines[-1] == "Total elapsed time: 10 s, about 30 s left for 3 trials"
    now[0] += 2.0
    display.end(trial(3), best, "val_accuracy", 2)
    assert lines[-1] == "Total elapsed time: 12 s, about 12 s left for 2 trials"  # two at once: one ends every 6 s
    display.end(best, best, "val_accuracy", None)
    assert "val_accuracy: 0.75" in lines
    assert "left" not in lines[-1]


def test_nothing_is_said_unless_asked():
    display, lines = shown(verbose=0)
    display.begin(trial(0), None, 10)
    display.end(trial(0), None, "loss", 9)
    assert lines == []
