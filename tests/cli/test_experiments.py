"""`sweep` and `compare`, from files."""

import subprocess
import sys

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


@pytest.fixture
def layersmith(tmp_path):
    x = np.random.default_rng(0).normal(size=(60, 3))
    pd.DataFrame(x, columns=["a", "b", "c"]).assign(label=x[:, 0] > 0).to_csv(tmp_path / "rows.csv", index=False)
    (tmp_path / "models.py").write_text(PROGRAM)

    def run(*words):
        command = [sys.executable, "-c", "from layersmith.cli import main; main()", *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    return run


def test_sweep(layersmith, tmp_path):
    words = ["--over", "units=2,8", "--over", "activation=relu,tanh", "--folds", "2", "--epochs", "2"]
    done = layersmith("sweep", "models.py:build", "rows.csv", "--target", "label", *words, "--out", "cells.csv")
    assert done.returncode == 0, done.stderr
    assert "best of 4 cells" in done.stdout
    assert pd.read_csv(tmp_path / "cells.csv")["units"].tolist() == [2, 2, 8, 8]
    wrong = layersmith("sweep", "models.py:build", "rows.csv", "--target", "label", "--over", "unit=2,8")
    assert wrong.returncode == 2
    assert "use 'units'" in wrong.stderr


def test_compare(layersmith, tmp_path):
    models = ["--model", "hidden=models.py:build", "--model", "narrow=models.py:narrow"]
    short = ["--folds", "2", "--epochs", "2", "--out", "models.csv"]
    done = layersmith("compare", "rows.csv", "--target", "label", *models, *short)
    assert done.returncode == 0, done.stderr
    assert "over the same 2 folds and seeds" in done.stdout
    assert sorted(pd.read_csv(tmp_path / "models.csv")["model"]) == ["hidden", "narrow"]
