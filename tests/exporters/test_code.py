import importlib
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from layersmith.errors import GraphError
from layersmith.exporters import code, keras_file, to_source
from layersmith.graph import difference, view

# Keras 3.15 converts its variables in a way that NumPy 2 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")


def run(source):
    namespace = {"__name__": "generated"}
    exec(compile(source, "generated.py", "exec"), namespace)
    return namespace["build_model"]()


def small(*layers, **kwargs):
    return keras.Sequential([keras.Input((4,)), *layers], **kwargs)


@pytest.fixture(scope="module")
def rebuild():
    """Run a model's source, once a model."""
    built = {}

    def give(model):
        if model.name not in built:
            built[model.name] = run(to_source(model))
        return built[model.name]

    return give


def test_rebuilt_model_loads_the_saved_weights_and_agrees(model, rebuild, tmp_path):
    rebuilt = rebuild(model)
    rebuilt.load_weights(keras_file.save(model, tmp_path / "model.keras"))
    assert difference(model, rebuilt) <= 1e-6


def test_rebuilt_model_loads_weights_files(build, tmp_path):
    for name in ("nested", "table"):
        model, path = build(name), tmp_path / f"{name}.weights.h5"
        model.save_weights(path)
        rebuilt = run(to_source(model))
        rebuilt.load_weights(path)
        assert difference(model, rebuilt) <= 1e-6


def test_rebuilt_model_has_the_same_layers_and_configs(model, rebuild):
    def described(graph):
        return [(node.layer_name, node.class_name, comparable(node)) for node in graph.layers.values() if node.weights]

    def comparable(node):
        config = keras.saving.serialize_keras_object(node.operation)["config"]
        return {key: value for key, value in config.items() if key not in ("layer", "backward_layer")}

    assert described(view(rebuild(model))) == described(view(model))


def test_source_is_laid_out_as_the_formatter_leaves_it(model):
    source = to_source(model)
    arguments = ["format", "--isolated", "--line-length", "100", "--quiet", "-"]
    formatted = subprocess.run(
        [sys.executable, "-m", "ruff", *arguments], input=source, capture_output=True, text=True, check=True
    ).stdout
    assert source == formatted
    assert max(map(len, source.splitlines())) <= 100


def test_source_has_nothing_unused_and_no_layersmith(model):
    source = to_source(model)
    subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F,I", "--quiet", "-"],
        input=source,
        text=True,
        check=True,
    )
    assert "layersmith" not in source


def test_a_chain_reads_as_a_chain(build):
    assert to_source(build("mlp")) == (
        "import keras\n"
        "\n"
        "\n"
        "def build_model() -> keras.Model:\n"
        "    model = keras.Sequential(\n"
        "        [\n"
        '            keras.Input((4,), name="features"),\n'
        "            keras.layers.Dense(\n"
        "                8,\n"
        '                activation="relu",\n'
        "                kernel_regularizer=keras.regularizers.L2(l2=0.0001),\n"
        '                name="hidden",\n'
        "            ),\n"
        '            keras.layers.Dropout(0.25, name="dropout"),\n'
        '            keras.layers.Dense(1, name="output"),\n'
        "        ],\n"
        '        name="mlp",\n'
        "    )\n"
        "    model.compile("
        'optimizer=keras.optimizers.Adam(learning_rate=0.003), loss="mse", metrics=["mae"])\n'
        "    model.optimizer.build(model.trainable_variables)\n"
        "    return model\n"
        "\n"
        "\n"
        'if __name__ == "__main__":\n'
        "    build_model().summary()\n"
    ).replace('name="dropout"', f'name="{build("mlp").layers[1].name}"')


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("branches", ["left = keras.layers.Dense(8, activation=", "x = keras.layers.Add("]),
        ("shared_layer", ["tower_layer = keras.layers.Dense(8, name=", "tower = tower_layer(a)", "x = tower_layer(b)"]),
        ("nested", ["def build_residual() -> keras.Model:", "residual_layer = build_residual()"]),
        (
            "table",
            ["keras.ops.isnan(numeric)", 'keras.ops.cast(x, "float32")', "np.array([0, 2]", "import numpy as np"],
        ),
        ("operators", ["inputs * 2", "1 - x", "x[:, 1:5]", "x[:, ::-1]", "split[0]", "keepdims=True"]),
        (
            "recurrent",
            ["initial_state=[gru", 'merge_mode="sum"', "keras.layers.LSTM(3, dropout=0.1, return_sequences=True"],
        ),
        ("attention", ["use_causal_mask=True", "epsilon=1e-06"]),
        ("configured", ["trainable=False", 'mode="fan_out"', "keras.initializers.Constant(value=0.25)"]),
        ("two_outputs", ["keras.optimizers.schedules.CosineDecay(0.1, 100)", "keras.losses.Huber(delta=0.5)"]),
    ],
)
def test_features_are_written_readably(build, name, lines):
    source = to_source(build(name))
    for line in lines:
        assert line in source


def test_masks_that_travel_by_themselves_are_not_written(build):
    source = to_source(build("masked"))
    assert "mask=" not in source
    assert "not_equal" not in source
    assert "training" not in source


def test_compile_settings_survive(build):
    rebuilt = run(to_source(build("two_outputs")))
    assert rebuilt.optimizer.momentum == 0.9
    assert rebuilt.optimizer.nesterov
    assert rebuilt.get_compile_config()["loss_weights"] == {"mean": 1.0, "scale": 0.5}
    rows = np.ones((4, 4), "float32")
    targets = {"mean": np.ones((4, 1)), "scale": np.ones((4, 1))}
    assert np.isfinite(rebuilt.evaluate(rows, targets, verbose=0)).all()


def test_weights_of_a_trained_and_compiled_model_load(tmp_path):
    model = small(keras.layers.Dense(1))
    model.compile("adam", "mse")
    model.fit(np.ones((4, 4), "float32"), np.ones((4, 1), "float32"), verbose=0)
    rebuilt = run(to_source(model))
    rebuilt.load_weights(keras_file.save(model, tmp_path / "model.keras"))
    assert difference(model, rebuilt) <= 1e-6


def test_header_becomes_comments():
    source = to_source(small(keras.layers.Dense(1)), header="Found by a search.\n\nSecond line")
    assert source.startswith("# Found by a search.\n#\n# Second line\nimport keras\n")


def test_learning_rate_is_the_present_one():
    model = small(keras.layers.Dense(1))
    model.compile("rmsprop", "mse")
    model.optimizer.learning_rate = 0.25
    assert "RMSprop(learning_rate=0.25)" in to_source(model)


def test_an_uncompiled_model_is_returned_as_it_is():
    assert "compile" not in to_source(small(keras.layers.Dense(1)))


def test_lambda_layers_are_refused():
    with pytest.raises(GraphError, match="lambda"):
        to_source(small(keras.layers.Lambda(lambda x: x * 2)))


def test_classes_that_cannot_be_imported_are_refused():
    class Local(keras.layers.Layer):
        def call(self, inputs):
            return inputs

    with pytest.raises(GraphError, match="cannot import it"):
        to_source(small(Local()))


def test_classes_and_functions_of_other_modules_are_imported(tmp_path, monkeypatch):
    (tmp_path / "my_parts.py").write_text(
        "import keras\n\n\n"
        "@keras.saving.register_keras_serializable('mine')\n"
        "class Twice(keras.layers.Layer):\n"
        "    def call(self, inputs):\n"
        "        return inputs * 2\n\n\n"
        "@keras.saving.register_keras_serializable('mine')\n"
        "def cubed(truth, prediction):\n"
        "    return keras.ops.mean(abs(truth - prediction) ** 3)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    my_parts = importlib.import_module("my_parts")
    model = small(my_parts.Twice(name="twice"))
    model.compile("sgd", loss=my_parts.cubed)
    source = to_source(model)
    assert source.startswith("import keras\nimport my_parts\n")
    assert 'my_parts.Twice(name="twice")' in source
    assert "loss=my_parts.cubed" in source
    assert difference(model, run(source)) == 0.0


def test_a_layer_in_two_models_is_refused():
    dense = keras.layers.Dense(4, name="twice")
    inputs = keras.Input((4,))
    inner = keras.Sequential([keras.Input((4,)), dense], name="inner")
    with pytest.raises(GraphError, match="'twice' belongs to"):
        to_source(keras.Model(inputs, inner(dense(inputs)), name="outer"))


def test_large_constants_are_refused():
    inputs = keras.Input((200,))
    with pytest.raises(GraphError, match="40000 values"):
        to_source(keras.Model(inputs, keras.ops.matmul(inputs, np.ones((200, 200), "float32"))))


def test_save_writes_a_module_that_runs(tmp_path):
    model = small(keras.layers.Dense(1))
    path = code.save(model, tmp_path / "model.py")
    assert run(path.read_text()).count_params() == 5


def test_other_backends_read_the_same_source(tmp_path):
    """Export on TensorFlow, in a process of its own."""
    script = f"""
import runpy
from layersmith.exporters import to_source
from layersmith.graph import difference, rebuild, view
import keras
assert keras.backend.backend() == "tensorflow"
models = runpy.run_path({str(Path(__file__).with_name("zoo.py"))!r})["MODELS"]
for name in ("table", "nested", "operators", "masked"):
    model = models[name]()
    model.save({str(tmp_path / "model.keras")!r})
    namespace = {{"__name__": "generated"}}
    exec(to_source(model), namespace)
    again = namespace["build_model"]()
    again.load_weights({str(tmp_path / "model.keras")!r})
    assert difference(model, again) <= 1e-6, name
    assert difference(model, rebuild(view(model))) <= 1e-6, name
"""
    environment = {**__import__("os").environ, "KERAS_BACKEND": "tensorflow", "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


def test_a_layer_called_as_an_operator_is_rebuilt(tmp_path):
    entry = keras.Input((3,))
    doubled = keras.layers.Dense(3)(entry) + entry
    model = keras.Model(entry, keras.layers.Add(name="add")([doubled + 1.0, entry]))
    rebuilt = run(to_source(model))
    rebuilt.set_weights(model.get_weights())
    x = np.ones((2, 3), np.float32)
    np.testing.assert_allclose(rebuilt.predict(x, verbose=0), model.predict(x, verbose=0))
