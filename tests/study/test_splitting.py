import numpy as np
import pandas as pd
import pytest

from layersmith.data import ReadOptions, read
from layersmith.errors import SplitError
from layersmith.study.splitting import num_folds, search_splits, set_aside

RNG = np.random.default_rng(0)


def problem_of(rows=300, **options):
    return read(RNG.normal(size=(rows, 3)), np.arange(rows) % 2, options=ReadOptions(**options))


def forecast_of(steps=144, horizon=12):
    months = pd.date_range("2000-01-01", periods=steps, freq="MS")
    frame = pd.DataFrame({"month": months, "sales": np.sin(np.arange(steps) / 2) + 2 + 0.1 * RNG.normal(size=steps)})
    return read(frame, options=ReadOptions(forecast="sales", horizon=horizon, lookback=12))


def disjoint(*parts):
    return len(np.unique(np.concatenate(parts))) == sum(map(len, parts))


def test_a_share_of_the_rows_is_set_aside():
    parts = set_aside(problem_of(), fraction=0.2, seed=0)
    assert disjoint(parts.search, parts.holdout)
    assert len(parts.holdout) == 60
    assert len(parts.search) == 240


def test_the_users_own_test_rows_are_the_holdout():
    frame = pd.DataFrame({"a": RNG.normal(size=80), "y": [0, 1] * 40, "split": (["train"] * 3 + ["test"]) * 20})
    frame.loc[0, ["a", "y"]] = frame.loc[7, ["a", "y"]]  # a copy of a test row
    problem = read(frame, options=ReadOptions(target="y"))
    parts = set_aside(problem, fraction=0.5, seed=0)
    np.testing.assert_array_equal(parts.holdout, np.arange(3, 80, 4))
    assert 0 not in parts.search
    assert disjoint(parts.search, parts.holdout)


def test_a_forecast_sets_whole_horizons_aside_at_its_end():
    problem = forecast_of()
    parts = set_aside(problem, fraction=0.2, seed=0)
    assert parts.holdout[-1] == problem.num_rows - 1
    steps = len(parts.holdout) + problem.horizon - 1
    assert steps == 24  # two horizons of 12 in a fifth of 144
    first_target = problem.starts[parts.holdout[0]]
    assert problem.starts[parts.search].max() + problem.horizon <= first_target  # no target is on both sides


@pytest.mark.parametrize(("rows", "folds"), [(60, 3), (499, 3), (2000, 1)])
def test_few_rows_are_validated_on_several_folds(rows, folds):
    problem = problem_of(rows)
    assert num_folds(problem, np.arange(rows)) == folds
    parts = search_splits(problem, np.arange(rows), seed=0)
    assert len(parts) == folds
    for split in parts:
        assert disjoint(split.train, split.validation)


def test_another_seed_gives_fresh_folds_and_the_same_seed_the_same():
    problem, rows = problem_of(), np.arange(240)
    one, again, other = (search_splits(problem, rows, seed=seed)[0].validation for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)


def test_in_time_order_the_validated_part_follows_what_is_learned_from():
    problem = forecast_of()
    rows = set_aside(problem, fraction=0.2, seed=0).search
    lengths = set()
    for seed in range(3):
        [split] = search_splits(problem, rows, seed=seed)
        assert split.train.max() + problem.horizon <= split.validation.min()
        lengths.add(len(split.validation))
    assert len(lengths) == 3


def test_too_few_rows_are_refused():
    problem = problem_of(4)
    with pytest.raises(SplitError, match="rows"):
        search_splits(problem, np.arange(1), seed=0)
