import numpy as np
import pandas as pd
import pytest

from layersmith.data import ReadOptions, encode, read
from layersmith.study import leaks
from layersmith.study.leaks import telling_columns

ROWS = 600
RNG = np.random.default_rng(0)
PLAIN = pd.DataFrame({"a": RNG.normal(size=ROWS), "town": RNG.choice(["north", "south"], ROWS)})
CLASSES = np.where(PLAIN.a + RNG.normal(0, 1, ROWS) > 0, "yes", "no")
AMOUNTS = PLAIN.a + RNG.normal(0, 1, ROWS)


def found(target, **columns):
    frame = PLAIN.assign(**columns, target=target)
    problem = read(frame, options=ReadOptions(target="target"))
    return telling_columns(encode(problem, np.arange(500)), np.arange(500), seed=0)


@pytest.mark.parametrize(
    ("target", "leak"),
    [
        (CLASSES, np.where(CLASSES == "yes", 7.0, 3.0)),
        (CLASSES, np.where(CLASSES == "yes", "paid", "open")),
        (AMOUNTS, AMOUNTS * 1.2 + 5),
    ],
    ids=["a number", "a category", "an amount"],
)
def test_a_column_that_was_made_of_the_target_is_found(target, leak):
    [(name, share)] = found(target, leak=leak)
    assert name == "leak"
    assert share >= 0.98


@pytest.mark.parametrize("target", [CLASSES, AMOUNTS], ids=["classes", "amounts"])
def test_columns_that_merely_help_are_not(target):
    assert found(target) == []


def test_a_strong_feature_is_no_leak():
    flipped = RNG.random(ROWS) < 0.05
    strong = np.where(CLASSES == "yes", 1.0, 0.0)
    assert found(CLASSES, strong=np.where(flipped, 1 - strong, strong)) == []


def test_a_number_of_each_row_says_nothing():
    assert found(CLASSES, id=np.arange(ROWS)) == []


def test_the_iris_has_none_and_images_are_not_asked():
    for source in ("sklearn:iris", "sklearn:digits"):
        problem = read(source)
        assert telling_columns(encode(problem, np.arange(100)), np.arange(120), seed=0) == []


def test_few_rows_prove_nothing():
    problem = read(PLAIN.assign(target=CLASSES).iloc[:60], options=ReadOptions(target="target"))
    assert telling_columns(encode(problem, np.arange(50)), np.arange(50), seed=0) == []


@pytest.mark.parametrize("amounts", [False, True], ids=["classes", "amounts"])
def test_no_column_that_a_tree_finds_is_passed_over(amounts, monkeypatch):
    rng = np.random.default_rng(1)
    target = rng.normal(size=ROWS)
    noise = {f"noise {spread:g}": target + rng.normal(0, spread, ROWS) for spread in np.geomspace(1e-4, 1.0, 30)}
    steps = {f"step {size:g}": np.round(target / size) for size in np.geomspace(1e-2, 4.0, 20)}
    folded = {f"folded {often}": np.sin(often * target) for often in range(1, 6)}
    truth = target if amounts else np.where(target > 0, "yes", "no")
    screened = found(truth, **noise, **steps, **folded)
    monkeypatch.setattr(leaks, "_may_tell", lambda columns, y, task: np.ones(columns.shape[1], bool))
    assert found(truth, **noise, **steps, **folded) == screened
    assert 3 < len(screened) < 50
