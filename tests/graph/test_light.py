import subprocess
import sys

import keras

from layersmith.graph.light import light_serialization


def test_viewing_a_compiled_model_does_not_import_tensorflow():
    code = """
import sys
import keras
from layersmith.graph import outline, view
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, kernel_regularizer="l2")])
model.compile("adam", "mse", metrics=[keras.metrics.AUC()])
assert view(model).compiled.loss == "mse"
assert outline(model).nodes
assert "tensorflow" not in sys.modules
assert keras.src.utils.module_utils.tensorflow._available is None
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_an_error_inside_leaves_keras_as_it_was():
    lazy = keras.src.utils.module_utils.tensorflow
    before = lazy._available
    try:
        with light_serialization():
            raise ValueError
    except ValueError:
        assert lazy._available is before
