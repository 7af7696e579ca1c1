"""The decisions between two epochs."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layersmith.engine.course import SCHEDULES, Course
from layersmith.errors import SpaceError
from layersmith.records import Recipe

RATED = [name for name in SCHEDULES if name != "own"]


def course(epochs=10, schedule="constant", patience=0, rate=0.1, **options):
    recipe = Recipe(epochs=epochs, schedule=schedule, patience=patience, learning_rate=rate)
    return Course(recipe, **options)


def drive(course, losses, validation=None, elapsed=None):
    """Return what each epoch gave: (keep, stop), until it stops."""
    answers = []
    for epoch, loss in enumerate(losses):
        metrics = {"loss": loss} if validation is None else {"loss": loss, "val_loss": validation[epoch]}
        answers.append(course.observe(epoch, metrics, 0.0 if elapsed is None else elapsed[epoch]))
        if answers[-1][1]:
            break
    return answers


# Learning rates.


def test_constant():
    assert [course().rate(epoch) for epoch in (0, 5, 9)] == [0.1] * 3


def test_cosine_falls_from_the_rate_towards_zero():
    rates = [course(schedule="cosine").rate(epoch) for epoch in range(10)]
    assert rates == [pytest.approx(0.05 * (1 + math.cos(math.pi * epoch / 10))) for epoch in range(10)]
    assert rates[0] == 0.1
    assert rates[5] == pytest.approx(0.05)
    assert 0 < rates[-1] < 0.003


def test_one_cycle_warms_up_for_three_tenths():
    rates = [course(schedule="one_cycle").rate(epoch) for epoch in range(10)]
    assert rates[:4] == [pytest.approx(value) for value in (0.01, 0.04, 0.07, 0.1)]
    assert rates[3:] == [
        pytest.approx(0.05 * (1 + math.cos(math.pi * (epoch / 10 - 0.3) / 0.7))) for epoch in range(3, 10)
    ]


def test_cosine_warmup_warms_up_for_a_tenth():
    rates = [course(epochs=20, schedule="cosine_warmup").rate(epoch) for epoch in range(20)]
    assert rates[:3] == [pytest.approx(value) for value in (0.01, 0.055, 0.1)]
    assert rates[2:] == [
        pytest.approx(0.05 * (1 + math.cos(math.pi * (epoch / 20 - 0.1) / 0.9))) for epoch in range(2, 20)
    ]


@pytest.mark.parametrize(("epochs", "cycles"), [(80, 4), (32, 4), (16, 2), (10, 1), (3, 1)])
def test_triangular_rises_and_falls(epochs, cycles):
    rates = [course(epochs=epochs, schedule="triangular").rate(epoch) for epoch in range(epochs)]
    assert rates[0] == pytest.approx(0.01)
    if epochs % (2 * cycles) == 0:
        half = epochs // cycles // 2
        assert [place for place, rate in enumerate(rates) if rate == pytest.approx(0.1)] == [
            half + 2 * half * cycle for cycle in range(cycles)
        ]
        assert rates[2 * half :] == pytest.approx(rates[: -2 * half or None][: epochs - 2 * half])


@given(st.sampled_from(RATED), st.integers(1, 300), st.integers(0, 400))
def test_rates_never_leave_their_range(schedule, epochs, epoch):
    assert 0 <= course(epochs=epochs, schedule=schedule).rate(epoch) <= 0.1 * (1 + 1e-12)


def test_an_optimizer_may_keep_its_own_rate():
    assert course(epochs=3, schedule="own").rate(1) is None


@pytest.mark.parametrize("schedule", RATED)
def test_a_single_epoch_has_a_rate(schedule):
    assert course(epochs=1, schedule=schedule).rate(0) > 0


def test_plateau_halves_after_a_tenth_of_the_epochs_without_a_lower_loss():
    plateau = course(epochs=50, schedule="plateau")
    rates = []
    for epoch, loss in enumerate([1.0, 0.9] + [0.95] * 12):
        plateau.observe(epoch, {"loss": loss, "val_loss": 1.0}, 0.0)
        rates.append(plateau.rate(epoch + 1))
    assert rates == [0.1] * 6 + [0.05] * 5 + [0.025] * 3


def test_plateau_counts_anew_after_a_lower_loss():
    plateau = course(epochs=50, schedule="plateau")
    drive(plateau, [1.0, 1.0, 1.0, 1.0, 1.0, 0.9, 0.9, 0.9, 0.9, 0.9], [1.0] * 10)
    assert plateau.rate(10) == 0.1


def test_plateau_ends_at_a_tenth_of_the_rate():
    plateau = course(epochs=30, schedule="plateau")
    drive(plateau, [1.0] * 29, [1.0] * 29)
    assert plateau.rate(29) == pytest.approx(0.01)


@pytest.mark.parametrize(("epochs", "waits"), [(10, 3), (100, 10), (2000, 50)])
def test_plateau_waits_3_to_50_epochs(epochs, waits):
    plateau = course(epochs=epochs, schedule="plateau")
    losses = [1.0] * (waits + 1)
    drive(plateau, losses[:-1], losses)
    assert plateau.rate(0) == 0.1
    plateau.observe(waits, {"loss": 1.0, "val_loss": 1.0}, 0.0)
    assert plateau.rate(0) == 0.05


def test_an_unknown_schedule_is_refused():
    with pytest.raises(SpaceError, match="'linear'") as caught:
        course(schedule="linear")
    assert "one_cycle" in caught.value.expected


# The epoch that is kept.


def test_the_lowest_validation_loss_is_kept():
    guided = course(epochs=5)
    assert [keep for keep, _ in drive(guided, [5, 4, 3, 2, 1], [3.0, 2.0, 2.5, 1.0, 1.0])] == [
        True,
        True,
        False,
        True,
        False,
    ]
    assert guided.best_epoch == 4


def test_where_the_last_epoch_is_kept_the_validation_loss_decides_nothing():
    one = Course(Recipe(epochs=4, patience=1, keep="last"), validated=True)
    answers = drive(one, losses=[1.0, 2.0, 3.0, 4.0], validation=[1.0, 5.0, math.nan, 9.0])
    assert answers == [(True, None), (True, None), (True, None), (True, "finished")]
    assert one.best_epoch == 4


@pytest.mark.parametrize("schedule", ["cosine", "one_cycle"])
def test_a_refit_whose_rate_ends_low_keeps_the_last_epoch(schedule):
    guided = course(epochs=4, schedule=schedule, validated=False)
    assert [keep for keep, _ in drive(guided, [1.0, 3.0, 2.0, 2.5])] == [True] * 4
    assert guided.best_epoch == 4


@pytest.mark.parametrize("schedule", ["constant", "plateau"])
def test_another_refit_keeps_the_lowest_training_loss(schedule):
    guided = course(epochs=4, schedule=schedule, validated=False)
    assert [keep for keep, _ in drive(guided, [3.0, 1.0, 2.0, 1.5])] == [True, True, False, False]
    assert guided.best_epoch == 2


# Stopping.


def test_it_finishes_after_the_planned_epochs():
    answers = drive(course(epochs=3), [1.0] * 9, [1.0] * 9)
    assert [stop for _, stop in answers] == [None, None, "finished"]


def test_patience_counts_from_the_best_epoch():
    answers = drive(course(epochs=50, patience=3), [1.0] * 50, [3.0, 2.0, 2.5, 2.5, 2.5, 2.5])
    assert [stop for _, stop in answers] == [None, None, None, None, "patience"]


def test_patience_0_never_stops_early():
    assert len(drive(course(epochs=50), [1.0] * 50, [1.0] * 50)) == 50


def test_a_refit_has_no_patience():
    answers = drive(course(epochs=20, patience=2, validated=False), [1.0] * 20)
    assert (len(answers), answers[-1][1]) == (20, "finished")


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("where", ["loss", "val_loss"])
def test_divergence_keeps_the_best_epoch_before_it(bad, where):
    guided = course()
    guided.observe(0, {"loss": 1.0, "val_loss": 1.0}, 0.0)
    assert guided.observe(1, {"loss": 1.0, "val_loss": 1.0, where: bad}, 0.0) == (False, "diverged")
    assert guided.best_epoch == 1


def test_divergence_at_once_keeps_nothing():
    guided = course()
    assert guided.observe(0, {"loss": math.nan, "val_loss": 1.0}, 0.0) == (False, "diverged")
    assert guided.best_epoch == 0


def test_a_refit_looks_at_no_validation_loss():
    assert course(validated=False).observe(0, {"loss": 1.0, "val_loss": math.nan}, 0.0) == (True, None)


def test_stop_after_ends_within_the_whole_schedule():
    guided = course(epochs=10, schedule="cosine", stop_after=4, validated=False)
    answers = drive(guided, [1.0] * 10)
    assert [stop for _, stop in answers] == [None, None, None, "finished"]
    assert guided.planned_epochs == 10
    assert guided.rate(3) == pytest.approx(0.05 * (1 + math.cos(math.pi * 0.3)))


def test_stop_after_beyond_the_plan_changes_nothing():
    assert len(drive(course(epochs=3, stop_after=9, validated=False), [1.0] * 9)) == 3


# Time: the first epoch takes 5 seconds, 4 of them compilation; each later epoch takes 1.


def clock(epochs, first=5.0, each=1.0):
    return [first + each * epoch for epoch in range(epochs)]


def test_without_a_limit_time_plays_no_part():
    guided = course(epochs=5)
    drive(guided, [1.0] * 5, [1.0] * 5, clock(5, 1e6, 1e6))
    assert guided.planned_epochs == 5
    assert not guided.overdue(1e9)


def test_a_limit_shortens_the_schedule_to_what_fits():
    guided = course(epochs=100, schedule="cosine", seconds=20.0)
    answers = drive(guided, [1.0] * 100, [1.0] * 100, clock(100))
    assert guided.planned_epochs == 20
    assert (len(answers), answers[-1][1]) == (20, "time")
    assert guided.rate(19) < 0.1 * 0.01


def test_no_rate_is_foreseen_that_a_limit_or_the_losses_may_change():
    limited, falling = course(epochs=9, seconds=20.0), course(epochs=9, schedule="plateau")
    assert [limited.foresees(epoch) for epoch in range(1, 10)] == [False] * 2 + [True] * 6 + [False]
    assert not any(map(falling.foresees, range(10)))
    assert [course(epochs=9, stop_after=4).foresees(epoch) for epoch in (3, 4)] == [True, False]


def test_enough_time_leaves_the_schedule_alone():
    guided = course(epochs=10, seconds=1000.0)
    assert drive(guided, [1.0] * 10, [1.0] * 10, clock(10))[-1][1] == "finished"
    assert guided.planned_epochs == 10


def test_no_course_is_shortened_below_three_epochs():
    guided = course(epochs=100, seconds=0.5)
    answers = drive(guided, [1.0] * 100, [1.0] * 100, clock(100, each=60.0))
    assert (guided.planned_epochs, len(answers), answers[-1][1]) == (3, 3, "time")
    assert course(epochs=2, seconds=0.5).planned_epochs == 2


def test_short_courses_stay_short():
    guided = course(epochs=2, seconds=0.5)
    assert drive(guided, [1.0] * 2, [1.0] * 2, clock(2, each=60.0))[-1][1] == "finished"


def test_epochs_that_grow_slower_end_in_time():
    guided = course(epochs=100, seconds=20.0)
    elapsed = [5.0, 6.0, 8.0, 12.0, 20.0, 26.0, 40.0]
    answers = drive(guided, [1.0] * 7, [1.0] * 7, elapsed)
    assert (len(answers), answers[-1][1]) == (6, "time")


def test_patience_shrinks_with_the_schedule_but_not_below_5():
    guided = course(epochs=100, patience=50, seconds=20.0)
    answers = drive(guided, [1.0] * 100, [1.0] * 100, clock(100))
    assert (len(answers), answers[-1][1]) == (11, "patience")  # a fifth of 50, after the best epoch
    guided = course(epochs=100, patience=20, seconds=20.0)
    assert len(drive(guided, [1.0] * 100, [1.0] * 100, clock(100))) == 6


def test_a_short_patience_does_not_grow():
    guided = course(epochs=100, patience=2, seconds=50.0)
    assert len(drive(guided, [1.0] * 100, [1.0] * 100, clock(100))) == 3


def test_stop_after_shrinks_in_proportion():
    guided = course(epochs=100, stop_after=50, seconds=20.0, validated=False)
    answers = drive(guided, [1.0] * 100, None, clock(100))
    assert (len(answers), answers[-1][1]) == (10, "time")


def test_overdue_grants_the_first_epoch_its_compilation():
    guided = course(epochs=100, seconds=10.0)
    assert not guided.overdue(31.0)  # 20 seconds of compilation
    assert guided.overdue(31.6)
    guided.observe(0, {"loss": 1.0, "val_loss": 1.0}, 5.0)
    assert not guided.overdue(5.0 + 11.4)
    assert guided.overdue(5.0 + 11.6)


def test_a_long_first_epoch_counts_beyond_the_grace():
    guided = course(epochs=100, seconds=10.0)
    guided.observe(0, {"loss": 1.0, "val_loss": 1.0}, 60.0)
    assert guided.overdue(60.0)


@pytest.mark.parametrize(
    ("epochs", "share", "due"),
    [(12, 1 / 3, 4), (10, 1 / 3, 4), (5, 1 / 27, 1), (100, 0.07, 7), (1, 0.5, 1), (9, 1.0, None)],
)
def test_a_pause_is_due_at_its_share_of_the_epochs(epochs, share, due):
    course = Course(Recipe(epochs=epochs))
    found = [epoch + 1 for epoch in range(epochs) if course.is_due(epoch, share)]
    assert found[:1] == ([] if due is None else [due])
