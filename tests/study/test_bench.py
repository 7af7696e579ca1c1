"""One candidate's way through its folds."""

import math
from dataclasses import replace

import numpy as np
import pytest

from layersmith.data import ReadOptions, encode, read
from layersmith.families import dense, trunk
from layersmith.records import Candidate, Split
from layersmith.study.bench import Allowance, Bench, _fold_seconds
from layersmith.validation.metrics import metric_named

CANDIDATE = Candidate(
    values={"family": "dense", "dense/style": "constant", "dense/layers": 1, "dense/units": 8}, origin="a test"
)


@pytest.fixture(scope="module")
def dataset(short_trainings):
    rng = np.random.default_rng(0)
    x = rng.normal(3.0, 2.0, size=(240, 3))
    return encode(read(x, x[:, 0] + 0.1 * rng.normal(size=240), options=ReadOptions()), np.arange(200))


@pytest.fixture
def bench(dataset):
    from layersmith.engine.auto import AutoEngine

    return Bench(dataset, AutoEngine(), metric_named("rmse"), seed=0)


def folds(count):
    parts = np.array_split(np.arange(200), count + 1)[:count]
    return [Split(train=np.setdiff1d(np.arange(200), part), validation=part) for part in parts]


def test_a_trial_has_a_training_per_fold_and_one_score(bench):
    trial = bench.trial(CANDIDATE, folds(2), Allowance())
    assert (trial.state, trial.reason, trial.phase) == ("complete", "", "search")
    assert len(trial.trainings) == 2
    assert 0 < trial.score < math.inf
    assert trial.loss == pytest.approx(
        np.mean([training.curves["val_loss"][training.best_epoch - 1] for training in trial.trainings])
    )
    assert trial.params == 3 * 8 + 8 + 8 + 1
    assert trial.macs == 3 * 8 + 8
    assert trial.seconds >= sum(training.seconds for training in trial.trainings)


def test_every_fold_starts_from_the_same_weights(bench, dataset):
    split = folds(1)[0]
    trial = bench.trial(CANDIDATE, [split, split], Allowance())
    assert trial.trainings[0].curves["loss"][0] == pytest.approx(trial.trainings[1].curves["loss"][0], rel=0.2)


def test_the_same_trial_twice_gives_the_same_score(bench):
    one, other = (bench.trial(CANDIDATE, folds(1), Allowance()) for _ in range(2))
    assert one.score == pytest.approx(other.score, rel=1e-6)


def test_features_are_scaled_by_the_training_rows_alone(bench, dataset):
    from layersmith.engine.auto import AutoEngine

    x = {name: np.array(values) for name, values in dataset.x.items()}
    x["numeric"][100:] = 50.0 * x["numeric"][100:] + 7.0
    y = np.array(dataset.y)
    y[100:] -= 1e3
    other = Bench(replace(dataset, x=x, y=y), AutoEngine(), metric_named("rmse"), seed=0)
    split = Split(train=np.arange(100), validation=np.arange(100, 200))
    (_, ours), (_, theirs) = (each._encode(each.architectures.values(CANDIDATE), split) for each in (bench, other))
    np.testing.assert_array_equal(ours.x["features"][:100], theirs.x["features"][:100])
    np.testing.assert_array_equal(ours.y[:100], theirs.y[:100])
    assert abs(ours.x["features"][100:] - theirs.x["features"][100:]).max() > 1.0
    whole = Split(train=np.arange(200), validation=np.arange(0))  # other rows, other statistics
    assert not np.array_equal(
        bench._encode(bench.architectures.values(CANDIDATE), whole)[1].x["features"], ours.x["features"]
    )


def test_a_candidate_that_cannot_be_built_fails_with_its_reason(bench, monkeypatch):
    def body(features, options, spec):
        raise ValueError("no such layer\nand more")

    monkeypatch.setattr(dense, "body", body)
    trial = bench.trial(CANDIDATE, folds(2), Allowance(), phase="final")
    assert (trial.state, trial.phase) == ("failed", "final")
    assert trial.reason == "ValueError: no such layer\nand more"
    assert math.isnan(trial.score)


def test_a_loss_that_is_no_number_fails(bench, monkeypatch):
    monkeypatch.setattr(trunk.head, "loss", lambda spec: lambda y, p: p[:, 0] * math.nan)
    trial = bench.trial(CANDIDATE, folds(1), Allowance())
    assert trial.state == "failed"
    assert "not a number" in trial.reason


def test_it_stops_when_asked(bench):
    trial = bench.trial(CANDIDATE, folds(1), Allowance(should_stop=lambda: True))
    assert trial.state == "interrupted"
    assert trial.trainings == ()


def test_epochs_are_told(bench):
    heard = []
    bench.trial(CANDIDATE, folds(1), Allowance(on_epoch=lambda epoch, metrics: heard.append((epoch, sorted(metrics)))))
    assert [epoch for epoch, _ in heard] == [1, 2, 3, 4]
    assert {"loss", "val_loss"} <= set(heard[0][1])


@pytest.mark.parametrize(
    ("seconds", "count", "share"),
    [(None, 3, None), (30.0, 3, 10.0), (6.0, 2, 3.0), (1.0, 4, 0.5), (0.0, 3, 0.5)],
)
def test_folds_share_the_time(seconds, count, share):
    assert _fold_seconds(seconds, count) == share


def test_a_refit_ends_where_its_folds_were_best(bench):
    fitted = bench.refit(CANDIDATE, np.arange(200), 0.0, Allowance())
    assert fitted.training.epochs == 1
    assert fitted.model.predict({"numeric": np.zeros((2, 3), "float32")}, verbose=0).shape == (2, 1)


def test_values_that_a_candidate_leaves_out_take_their_defaults(bench):
    hp = bench.architectures.values(CANDIDATE)
    assert hp.get("dense/units") == 8
    assert hp.get("optimizer") == "adam"


def test_an_attempt_pauses_at_a_rung_and_goes_on_as_if_it_had_not(bench):
    whole = bench.trial(CANDIDATE, folds(2), Allowance())
    attempt = bench.begin(CANDIDATE, folds(2), Allowance())
    first, second = attempt(1 / 3), attempt()
    assert (first.state, second.state) == ("paused", "complete")
    assert {training.stopped for training in first.trainings} == {"paused"}
    assert math.isfinite(first.score)
    assert first.seconds < second.seconds
    assert second.score == whole.score
    assert [training.curves for training in second.trainings] == [training.curves for training in whole.trainings]


def test_who_cannot_win_any_more_is_not_trained_on_further_folds(bench):
    whole = bench.trial(CANDIDATE, folds(3), Allowance())
    assert len(whole.fold_scores) == 3
    assert whole.score == pytest.approx(math.sqrt(np.mean(np.square(whole.fold_scores))), rel=1e-3)  # folds are equal
    stopped = bench.trial(CANDIDATE, folds(3), Allowance(worst_of_best=0.5 * min(whole.fold_scores)))
    assert (stopped.state, len(stopped.trainings), len(stopped.fold_scores)) == ("pruned", 1, 1)
    assert "1 of 3 folds" in stopped.reason
    assert stopped.fold_scores[0] == pytest.approx(whole.fold_scores[0], rel=1e-5)
    held = bench.trial(CANDIDATE, folds(3), Allowance(worst_of_best=max(whole.fold_scores)))
    assert held.state == "complete"
