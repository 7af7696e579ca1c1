import os

import keras
import pytest

from layersmith.errors import GraphError
from layersmith.exporters import keras_file
from layersmith.graph import difference

# Keras 3.15 converts its variables in a way that NumPy 2 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")


@pytest.mark.parametrize("name", ["mlp", "table", "nested", "recurrent"])
def test_a_saved_model_loads_in_safe_mode_and_agrees(build, name, tmp_path):
    path = keras_file.save(build(name), tmp_path / "model.keras")
    assert difference(build(name), keras.saving.load_model(path, safe_mode=True)) <= 1e-6


def test_compile_settings_are_in_the_file(build, tmp_path):
    loaded = keras.saving.load_model(keras_file.save(build("mlp"), str(tmp_path / "model.keras")))
    assert loaded.compiled
    assert float(loaded.optimizer.learning_rate.numpy()) == pytest.approx(3e-3)


def test_other_endings_are_refused(build, tmp_path):
    with pytest.raises(GraphError, match=r"use model\.keras"):
        keras_file.save(build("mlp"), tmp_path / "model.h5")
    assert os.listdir(tmp_path) == []


def test_lambda_layers_are_refused_before_anything_is_written(tmp_path):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Lambda(lambda x: x, name="twice")])
    with pytest.raises(GraphError, match="'twice' is a Lambda"):
        keras_file.save(model, tmp_path / "model.keras")
    assert os.listdir(tmp_path) == []


def test_a_failed_save_leaves_the_old_file(build, tmp_path, monkeypatch):
    path = keras_file.save(build("mlp"), tmp_path / "model.keras")
    before = path.read_bytes()

    def fail(target):
        target.write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(build("mlp"), "save", fail)
    with pytest.raises(OSError, match="disk full"):
        keras_file.save(build("mlp"), path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["model.keras"]
