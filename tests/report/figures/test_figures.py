"""Every figure: its data are those given, names are text, and it says what it rests on."""

import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest

from layersmith.records import Candidate, Training, Trial
from layersmith.report import figures
from layersmith.report.figures.canvas import shown_range
from layersmith.report.figures.palette import DARK, LIGHT
from layersmith.report.figures.text import label_of, rounded
from layersmith.study.interaction import Interaction
from layersmith.study.marginals import Marginal

EVIL = "<script>alert(1)</script><a href='x'>%{x}</a>"


def trained(*curves, best_epoch=2):
    trainings = tuple(
        Training(curves=curve, best_epoch=best_epoch, planned_epochs=3, seconds=1.0, stopped="finished")
        for curve in curves
    )
    return Trial(candidate=Candidate(values={}, origin="tpe"), score=0.5, trainings=trainings)


LOSSES = {"loss": (3.0, 2.0, 1.0), "val_loss": (3.5, 2.5, 2.7)}
MARGINAL = Marginal(name=EVIL, values=(EVIL, 2), scores=(0.5, 0.7), low=(0.4, 0.6), high=(0.6, 0.8), num_trials=30)
TOGETHER = Interaction(
    names=(EVIL, EVIL), columns=(EVIL, "b"), rows=("c",), scores=((0.5, math.nan),), counts=((3, 0),)
)
ROWS = np.arange(40)
AMOUNTS = np.linspace(0.0, 1.0, 40)


@pytest.fixture
def evil_outcome(make_outcome):
    base = make_outcome()
    trials = list(base.trials)
    trials[0] = Trial(
        candidate=Candidate(values={}, origin=f"portfolio: {EVIL}"), score=0.8, trainings=trials[0].trainings, params=9
    )
    return make_outcome(trials=trials, title=EVIL)


@pytest.fixture(
    params=[
        "learning_curves", "score_against_cost", "best_so_far", "importance_bars", "marginal_curve", "interaction_map",
        "confusion_matrix", "label_errors", "reliability_curve", "predicted_against_true", "residuals",
        "forecast_lines", "error_by_step",
    ]
)  # fmt: skip
def figure(request, evil_outcome):
    forecasts = np.ones((40, 3))
    return {
        "learning_curves": lambda: figures.learning_curves(trained(LOSSES), EVIL),
        "score_against_cost": lambda: figures.score_against_cost(evil_outcome),
        "best_so_far": lambda: figures.best_so_far(evil_outcome),
        "importance_bars": lambda: figures.importance_bars({EVIL: 1.0}, num_trials=40),
        "marginal_curve": lambda: figures.marginal_curve(MARGINAL, "accuracy"),
        "interaction_map": lambda: figures.interaction_map(TOGETHER, "accuracy"),
        "confusion_matrix": lambda: figures.confusion_matrix(ROWS % 2, ROWS % 3 % 2, [EVIL, "b"]),
        "label_errors": lambda: figures.label_errors(ROWS[:, None] % 2, AMOUNTS[:, None], [EVIL]),
        "reliability_curve": lambda: figures.reliability_curve(AMOUNTS, ROWS > 20, of=EVIL),
        "predicted_against_true": lambda: figures.predicted_against_true(AMOUNTS, AMOUNTS, target=EVIL),
        "residuals": lambda: figures.residuals(AMOUNTS, AMOUNTS**2, target=EVIL),
        "forecast_lines": lambda: figures.forecast_lines(ROWS, forecasts, forecasts, target=EVIL),
        "error_by_step": lambda: figures.error_by_step(forecasts, forecasts, target=EVIL),
    }[request.param]()


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


def test_no_name_is_markup(figure):
    found = list(texts(json.loads(figure.to_json())))
    allowed = re.compile(r"<br>|<extra>[a-z]*</extra>")
    assert not [text for text in found if "<" in allowed.sub("", text)]


def test_no_name_is_read_as_a_template(figure):
    for trace in json.loads(figure.to_json())["data"]:
        assert "alert" not in trace.get("hovertemplate", "") + trace.get("texttemplate", "")


def test_it_says_how_much_stands_behind_it(figure):
    assert re.search(r"n = \d|\d training", figure.layout.title.text)


def test_its_colours_have_a_dark_counterpart(figure):
    found = [text for text in texts(json.loads(figure.to_json())) if re.fullmatch(r"#[0-9a-f]{6}", text)]
    assert found
    assert set(found) <= set(LIGHT.values())


def test_the_palettes_have_the_same_roles_and_each_colour_one():
    assert list(LIGHT) == list(DARK)
    assert len(set(LIGHT.values())) == len(LIGHT)


def test_each_fold_has_two_lines_and_the_legend_two_entries():
    figure = figures.learning_curves(trained(LOSSES, LOSSES), "a")
    assert len(figure.data) == 4
    assert [trace.name for trace in figure.data if trace.showlegend] == ["training", "validation"]


def test_the_kept_epoch_is_marked():
    figure = figures.learning_curves(trained(LOSSES), "a")
    assert [trace.marker.size for trace in figure.data] == [(0, 0, 0), (0, 9, 0)]


def test_long_curves_are_thinned_and_keep_their_ends_and_the_kept_epoch():
    figure = figures.learning_curves(trained({"val_loss": tuple(range(1, 5001))}, best_epoch=2347), "a")
    [line] = figure.data
    assert len(line.x) <= 151
    assert {1, 2347, 5000} <= set(line.x)


def test_losses_over_decades_stand_on_a_log_axis():
    assert figures.learning_curves(trained({"loss": (100.0, 1.0)}), "a").layout.yaxis.type == "log"
    assert figures.learning_curves(trained({"loss": (2.0, 1.0)}), "a").layout.yaxis.type is None


def test_a_loss_that_is_not_finite_is_a_gap():
    figure = figures.learning_curves(trained({"loss": (1.0, math.inf, math.nan)}), "a")
    assert list(figure.data[0].y) == [1.0, None, None]


def test_the_front_joins_what_nothing_smaller_beats(outcome):
    others, front, winner = figures.score_against_cost(outcome).data
    assert list(front.x) == [5000, 301_066, 301_066]
    assert list(front.y) == [0.95, 0.97, 0.97]
    assert list(winner.x) == [5000]
    assert len(others.x) == 2


def test_a_cost_that_was_an_objective_is_shown_in_its_own_unit(make_outcome):
    base = make_outcome()
    trials = [
        replace(trial, objectives=(trial.score, 10.0 + place)) if trial.phase == "search" else trial
        for place, trial in enumerate(base.trials)
    ]
    outcome = make_outcome(trials=trials, settings={**base.settings, "costs": ["latency_ms"]}, winner=base.trials[-1])
    figure = figures.score_against_cost(outcome, "latency_ms")
    assert figure.layout.xaxis.title.text == "latency (ms)"
    assert list(figure.data[0].x) == [10.0, 11.0]
    assert list(figure.data[2].x) == [12.0]


def test_the_best_so_far_only_rises(outcome):
    points, best = figures.best_so_far(outcome).data
    assert list(points.x) == [2.0, 4.0, 6.0]
    assert list(best.y) == [0.9, 0.97, 0.97]


def test_of_many_classes_the_ones_with_errors_are_shown():
    truth = np.arange(50).repeat(2)
    predicted = truth.copy()
    predicted[-1] = 7
    figure = figures.confusion_matrix(truth, predicted, [f"c{i}" for i in range(50)])
    assert len(figure.data[0].z) == 20
    assert {"c7", "c49"} <= set(figure.layout.xaxis.ticktext)
    assert "20 classes of 50" in figure.layout.title.text


def test_bins_of_a_reliability_curve_have_intervals_that_hold_the_share():
    _, curve = figures.reliability_curve(np.linspace(0, 1, 100), np.arange(100) > 50, of="x").data
    assert len(curve.x) == 10
    assert all(up >= 0 for up in curve.error_y.array)
    assert all(down >= 0 for down in curve.error_y.arrayminus)


def test_many_rows_are_thinned_and_that_is_said():
    amounts = np.linspace(0, 1, 10_000)
    figure = figures.predicted_against_true(amounts, amounts, target="y")
    assert len(figure.data[1].x) <= 1500
    assert "10,000 test rows" in figure.layout.title.text


def test_forecasts_do_not_overlap_and_end_with_the_last():
    starts = np.arange(10, 21)
    figure = figures.forecast_lines(starts, np.ones((11, 4)), np.ones((11, 4)), target="y")
    assert [list(trace.x) for trace in figure.data[1:]] == [list(range(n, n + 4)) for n in (12, 16, 20)]


def test_dates_stand_for_steps():
    dates = [f"2020-01-{day:02d}" for day in range(1, 6)]
    figure = figures.forecast_lines(np.arange(3), np.ones((3, 3)), np.ones((3, 3)), target="y", dates=dates)
    assert list(figure.data[1].x) == dates[2:5]


def test_an_empty_run_gives_empty_figures(outcome):
    empty = replace(outcome, trials=())
    assert "n = 0" in figures.score_against_cost(empty).layout.title.text
    assert "n = 0" in figures.best_so_far(empty).layout.title.text


def test_far_worse_candidates_are_counted_where_they_are_not_shown(make_outcome):
    base = make_outcome()
    added = [
        replace(base.trials[2], candidate=Candidate(values={}, origin="gp", number=50 + place), score=score)
        for place, score in enumerate((0.949, 0.948, 0.1))
    ]
    outcome = replace(base, trials=(*base.trials, *added))
    for figure in (figures.score_against_cost, figures.best_so_far):
        assert "; 1 far worse not shown" in figure(outcome).layout.title.text


@pytest.mark.parametrize("higher", [True, False])
def test_a_few_far_scores_do_not_set_the_axis(higher):
    sign = 1 if higher else -1
    low, high = shown_range([sign * value for value in (0.9, 0.89, 0.88, -50.0)], higher_is_better=higher)
    assert low < high
    assert high - low < 1
    assert shown_range([0.9, 0.89, 0.88, 0.87], higher_is_better=True) is None


def test_labels_are_shortened_and_numbers_rounded():
    assert label_of("a\nb") == "a b"
    assert len(label_of("x" * 99)) == 32
    assert rounded([0.0, math.inf, 1 / 3]) == [0.0, None, 0.3333]
