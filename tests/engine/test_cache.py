"""Programs on disk: a process of its own for each question, because JAX's settings are the process's."""

import json
import os
import subprocess
import sys

import pytest

CODE = """
import json, os
import jax
given = {given!r}
if given:
    jax.config.update("jax_compilation_cache_dir", given)
import layersmith.backend
layersmith.backend.start()
import keras, numpy as np
import layersmith as ls
hits = []
jax.monitoring.register_event_listener(lambda name, **_: hits.append(name))
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, "relu"), keras.layers.Dense(1)])
model.compile("sgd", "mse")
keras.utils.set_random_seed(0)
model.set_weights([np.full(weight.shape, 0.1, "float32") for weight in model.get_weights()])
x = np.arange(30.0, dtype="float32").reshape(10, 3) / 30
history = ls.fit(model, x, x[:, :1], epochs=2, verbose=0, shuffle=False, engine={engine!r}).history
kept = jax.config.jax_compilation_cache_dir
print(json.dumps([kept, sum(name.endswith("/cache_hits") for name in hits), history["loss"]]))
"""


def trained(cache, given="", engine="native"):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JAX_")}
    environment |= {"LAYERSMITH_CACHE": str(cache), "KERAS_BACKEND": "jax"}
    ran = subprocess.run(
        [sys.executable, "-c", CODE.format(given=str(given), engine=engine)],
        capture_output=True,
        text=True,
        env=environment,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])


def test_the_next_process_finds_what_model_fit_compiled(tmp_path):
    folder = tmp_path / "programs"
    first, second = (trained(folder) for _ in range(2))
    assert first[0] == str(folder)
    assert any(path.name.startswith("jit_") for path in folder.iterdir())
    assert second[1] > first[1]
    assert first[2] == second[2]


def test_the_next_process_finds_what_the_engine_compiled_and_jax_keeps_its_settings(tmp_path):
    first, second = (trained(tmp_path, engine="compiled") for _ in range(2))
    assert first[0] is second[0] is None
    (path,) = (tmp_path / "executables").iterdir()
    assert path.name.startswith("_train")
    assert first[2] == second[2]


@pytest.mark.slow  # a process each
@pytest.mark.parametrize("given", [False, True])
def test_nothing_is_kept_where_the_user_says_so_and_a_users_own_folder_stays(tmp_path, given):
    own = tmp_path / "own"
    kept, _, _ = trained("off" if not given else tmp_path / "ours", own if given else "")
    assert kept == (str(own) if given else None)
    assert not list(tmp_path.rglob("ours/*"))


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    kept, _, losses = trained(tmp_path / "file" / "programs")
    assert kept is None
    assert losses[1] < losses[0]
