import io
import math
import sys
from dataclasses import replace
from xml.etree import ElementTree

import matplotlib as mpl
import pytest

from layersmith.records import Candidate, Training, Trial
from layersmith.report.plots.curves import training_curves, trial_curves


def trial(*curves: dict[str, tuple[float, ...]], best_epoch: int = 2) -> Trial:
    trainings = tuple(
        Training(curves=curve, best_epoch=best_epoch, planned_epochs=3, seconds=1.0, stopped="finished")
        for curve in curves
    )
    return Trial(candidate=Candidate(values={}, origin="tpe"), score=0.5, trainings=trainings)


LOSSES = {"loss": (3.0, 2.0, 1.0), "val_loss": (3.5, 2.5, 2.7)}


def lines(figure):
    return [line for line in figure.axes[0].lines if line.get_linestyle() != "None" and line.get_marker() == "None"]


def drawn(figure):
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg")
    return buffer.getvalue()


def test_a_title_is_text_whatever_it_holds() -> None:
    text = drawn(trial_curves(trial(LOSSES), "<script>alert(1)</script> $x_1$ & more"))
    ElementTree.fromstring(text)
    assert "<script" not in text


def markers(figure):
    return [line for line in figure.axes[0].lines if line.get_marker() == "o"]


def test_both_losses_are_drawn_over_epochs_from_one() -> None:
    drawn = lines(trial_curves(trial(LOSSES), "a"))
    assert [list(line.get_xdata()) for line in drawn] == [[1, 2, 3]] * 2
    assert sorted(list(line.get_ydata()) for line in drawn) == [[3.0, 2.0, 1.0], [3.5, 2.5, 2.7]]


def test_each_fold_has_its_line_and_the_legend_two_entries() -> None:
    figure = trial_curves(trial(LOSSES, LOSSES, LOSSES), "a")
    assert len(lines(figure)) == 6
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == ["training", "validation"]


def test_the_kept_epoch_is_marked() -> None:
    (dot,) = markers(trial_curves(trial(LOSSES), "a"))
    assert (list(dot.get_xdata()), list(dot.get_ydata())) == ([2], [2.5])


@pytest.mark.parametrize("best_epoch", [0, 9])
def test_an_epoch_outside_the_curve_is_not_marked(best_epoch: int) -> None:
    assert markers(trial_curves(trial(LOSSES, best_epoch=best_epoch), "a")) == []


@pytest.mark.parametrize(
    ("losses", "scale"),
    [((100.0, 1.0), "log"), ((2.0, 1.0), "linear"), ((100.0, 0.0), "linear"), ((100.0, -1.0), "linear")],
)
def test_a_log_axis_where_losses_span_decades(losses: tuple[float, ...], scale: str) -> None:
    assert trial_curves(trial({"loss": losses}), "a").axes[0].get_yscale() == scale


def test_infinite_and_undefined_losses_leave_gaps() -> None:
    figure = trial_curves(trial({"loss": (2.0, math.inf, math.nan, 1.0)}), "a")
    (line,) = lines(figure)
    assert [math.isnan(value) for value in line.get_ydata()] == [False, True, True, False]


def test_a_figure_has_a_panel_for_each_finalist(outcome) -> None:
    figure = training_curves(outcome)
    assert [panel.get_title(loc="left") for panel in figure.axes] == ["resnet conv network", "image MLP"]


def test_a_run_without_curves_gives_an_empty_figure(outcome) -> None:
    figure = training_curves(replace(outcome, trials=()))
    assert not figure.axes[0].axison


def test_pyplot_and_its_settings_are_left_alone(outcome) -> None:
    before = dict(mpl.rcParams)
    drawn(training_curves(outcome))
    assert dict(mpl.rcParams) == before
    if "matplotlib.pyplot" in sys.modules:
        assert not sys.modules["matplotlib.pyplot"].get_fignums()


def test_a_single_epoch_is_a_point_on_an_axis_of_whole_epochs() -> None:
    figure = trial_curves(trial({"loss": (2.0,), "val_loss": (2.5,)}, best_epoch=1), "a")
    points = [line for line in figure.axes[0].lines if line.get_marker() == "."]
    assert len(points) == 2
    drawn(figure)
    assert all(float(tick).is_integer() for tick in figure.axes[0].get_xticks())
    assert figure.axes[0].get_xlim()[0] == 0
