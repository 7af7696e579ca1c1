"""Which backend Keras runs on; each case in a process of its own."""

import json
import os
import subprocess
import sys

import pytest

from layersmith import backend

CHOOSE = "import os; from layersmith.backend import choose; print(choose(), os.environ.get('KERAS_BACKEND'))"


def run(code, home, **environment):
    """Return the last line that `code` prints in a process with its own Keras folder."""
    kept = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**kept, "KERAS_HOME": str(home), "TF_CPP_MIN_LOG_LEVEL": "3", **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1].split()


def configure(home, text):
    (home / "keras.json").write_text(text, encoding="utf-8")


def test_jax_where_nothing_is_said(tmp_path):
    assert run(CHOOSE, tmp_path) == ["jax", "jax"]
    assert run(CHOOSE, tmp_path / "absent") == ["jax", "jax"]


@pytest.mark.parametrize("name", ["tensorflow", "jax", "numpy"])
def test_the_environment_wins_over_the_file(tmp_path, name):
    configure(tmp_path, '{"backend": "jax"}' if name != "jax" else '{"backend": "tensorflow"}')
    assert run(CHOOSE, tmp_path, KERAS_BACKEND=name) == [name, name]


def test_an_empty_environment_variable_says_nothing(tmp_path):
    assert run(CHOOSE, tmp_path, KERAS_BACKEND="") == ["jax", "jax"]


def test_the_file_wins_over_the_default(tmp_path):
    configure(tmp_path, '{"backend": "tensorflow", "floatx": "float32"}')
    assert run(CHOOSE, tmp_path) == ["tensorflow", "tensorflow"]


@pytest.mark.parametrize(
    "text",
    ['{"backend": "torch"}', '{"backend": "nonsense"}', '{"backend": "a.b"}', '{"backend": 3}', '{"backend": ["jax"]}',
     "{}", "[]", "3", "null", "", "{broken", '{"backend": ""}', '{"backend": "json"}'],
)  # fmt: skip
def test_a_file_that_names_no_installed_backend_says_nothing(tmp_path, monkeypatch, text):
    configure(tmp_path, text)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    found = backend.importlib.util.find_spec
    monkeypatch.setattr(backend.importlib.util, "find_spec", lambda name: None if name == "torch" else found(name))
    assert backend._configured() == ""


def test_a_file_that_is_no_text_says_nothing(tmp_path, monkeypatch):
    (tmp_path / "keras.json").write_bytes(b"\xff\xfe\x00")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert backend._configured() == ""


def test_choosing_loads_neither_keras_nor_jax(tmp_path):
    code = f"{CHOOSE}; import sys; print('keras' in sys.modules, 'jax' in sys.modules)"
    assert run(code, tmp_path) == ["False", "False"]


def test_an_imported_keras_wins_over_everything(tmp_path):
    code = f"""
import os, keras
os.environ["KERAS_BACKEND"] = "tensorflow"
{CHOOSE}
"""
    assert run(code, tmp_path, KERAS_BACKEND="jax") == ["jax", "tensorflow"]  # and nothing is touched


def test_an_imported_tensorflow_wins_over_the_default(tmp_path):
    code = f"import tensorflow\n{CHOOSE}\nimport keras; print(choose(), keras.backend.backend())"
    assert run(code, tmp_path) == ["tensorflow", "tensorflow"]


def test_the_keras_that_tensorflow_imports_is_left_alone(tmp_path):
    code = "import tensorflow\nfrom layersmith.backend import choose\nname = choose()\n"
    code += "import keras; print(name, keras.backend.backend())"
    assert run(code, tmp_path, KERAS_BACKEND="jax") == ["jax", "jax"]


def test_an_imported_tensorflow_that_has_not_imported_keras_wins_over_the_environment(tmp_path):
    code = f"import sys; sys.modules['tensorflow'] = object()\n{CHOOSE}"
    assert run(code, tmp_path, KERAS_BACKEND="jax") == ["tensorflow", "tensorflow"]


def test_keras_follows_the_choice_and_it_never_changes(tmp_path):
    code = f"""
{CHOOSE}
import keras
os.environ["KERAS_BACKEND"] = "tensorflow"
print(keras.backend.backend(), choose(), choose())
"""
    assert run(code, tmp_path) == ["jax", "jax", "jax"]


def test_the_file_that_keras_writes_by_itself_decides_nothing(tmp_path):
    run("import keras; print(keras.backend.backend())", tmp_path, KERAS_BACKEND="jax")
    written = json.loads((tmp_path / "keras.json").read_text(encoding="utf-8"))
    assert written["backend"] == "tensorflow"
    assert run(CHOOSE, tmp_path) == ["jax", "jax"]
    configure(tmp_path, json.dumps({**written, "floatx": "float16"}))  # edited by the user
    assert run(CHOOSE, tmp_path) == ["tensorflow", "tensorflow"]
