"""`sweep` and `compare`, from files."""

import numpy as np
import pandas as pd
import pytest

PROGRAM = """
import keras

def build(hp):
    hidden = keras.layers.Dense(hp.Int("units", 1, 64), hp.Choice("activation", ["relu", "tanh"]))
    model = keras.Sequential([keras.Input((3,)), hidden, keras.layers.Dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy")
    return model

def narrow():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy")
    return model
"""


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    x = np.random.default_rng(0).normal(size=(60, 3))
    pd.DataFrame(x, columns=["a", "b", "c"]).assign(label=x[:, 0] > 0).to_csv(tmp_path / "rows.csv", index=False)
    (tmp_path / "models.py").write_text(PROGRAM)
    monkeypatch.chdir(tmp_path)


def test_sweep(call):
    words = ["--over", "units=2,8", "--over", "activation=relu,tanh", "--folds", 2, "--epochs", 2]
    done = call("sweep", "models.py:build", "rows.csv", "--target", "label", *words, "--out", "cells.csv")
    assert done.code == 0
    assert "best of 4 cells" in done.out
    assert pd.read_csv("cells.csv")["units"].tolist() == [2, 2, 8, 8]
    wrong = call("sweep", "models.py:build", "rows.csv", "--target", "label", "--over", "unit=2,8")
    assert wrong.code == 2
    assert "use 'units'" in wrong.err


def test_compare(call):
    models = ["--model", "hidden=models.py:build", "--model", "narrow=models.py:narrow"]
    short = ["--folds", 2, "--epochs", 2, "--out", "models.csv"]
    done = call("compare", "rows.csv", "--target", "label", *models, *short)
    assert done.code == 0
    assert "over the same 2 folds and seeds" in done.out
    assert sorted(pd.read_csv("models.csv")["model"]) == ["hidden", "narrow"]
