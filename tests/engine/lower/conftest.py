"""What tests of lowered layers share: models with many branches, so that one compilation compares many options."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest


def _quick(layer: Any) -> Any:
    """Return the layer with initialisers that cost nothing to compile."""
    config = layer.get_config()
    zeros = {name: "zeros" for name in config if name.endswith("_initializer")}
    return type(layer).from_config({**config, **zeros})


@pytest.fixture(scope="session")
def branches() -> Callable[..., Any]:
    """Return a function that builds a model of branches over one input, each a layer or a list of layers."""
    import keras

    def build(shape: Sequence[int], *paths: Any) -> Any:
        entry = keras.Input(tuple(shape))
        outputs = []
        for path in paths:
            value = entry
            for layer in path if isinstance(path, list) else [path]:
                value = _quick(layer)(value)
            outputs.append(value)
        model = keras.Model(entry, outputs)
        source = np.random.default_rng(7)
        model.set_weights([source.normal(size=w.shape).astype("float32") * 0.5 for w in model.get_weights()])
        return model

    return build


@pytest.fixture(scope="session")
def numbers() -> Callable[..., Any]:
    """Return a function that draws float32 numbers of a shape."""

    def draw(*shape: int, seed: int = 0) -> Any:
        return np.random.default_rng(seed).normal(size=shape).astype("float32")

    return draw


@pytest.fixture
def strict() -> Any:
    """Forbid implicit dtype promotion while the test runs."""
    import jax

    with jax.numpy_dtype_promotion("strict"):
        yield


@pytest.fixture
def plain(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Compile with few optimisations, and equal programs once: for training and inference they are often the same."""
    import jax
    from jax.experimental.compilation_cache import compilation_cache

    settings = {
        "jax_compilation_cache_dir": str(tmp_path_factory.mktemp("programs")),
        "jax_disable_most_optimizations": True,
        "jax_persistent_cache_min_compile_time_secs": 0.0,
    }
    before = {name: jax.config.values[name] for name in settings}
    for values in (settings, before):
        for name, value in values.items():
            jax.config.update(name, value)
        compilation_cache.reset_cache()
        if values is settings:
            yield
