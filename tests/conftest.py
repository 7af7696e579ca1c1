"""What every test shares: the backend, the real data, a small terminal."""

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("MPLBACKEND", "Agg")
# Programs that several test files or runs compile are compiled once.
os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(Path(__file__).resolve().parents[1] / ".pytest_cache" / "jax"))
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
os.environ.setdefault("LAYERSMITH_CACHE", "off")  # traces of an earlier run would hide what tracing does


def _compile_quickly() -> None:
    """Let JAX compile what tests run for milliseconds in half the time; the engine chooses options of its own.

    Other processes must not see the flags: TensorFlow compiles with fast arithmetic, and then loses NaNs by them.
    """
    if "XLA_FLAGS" in os.environ:
        return
    os.environ["XLA_FLAGS"] = "--xla_backend_optimization_level=1 --xla_cpu_use_fusion_emitters=false"
    import jax

    jax.jit(lambda: 0)()  # which reads the flags
    del os.environ["XLA_FLAGS"]


_compile_quickly()

_LONGEST = (
    "tests/cli/",
    "tests/study/",
    "tests/report/browser/",
    "tests/keras_tuner/test_examples",
    "tests/test_facade",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest: with two workers, what comes last is waited for alone."""
    items.sort(key=lambda item: not item.nodeid.startswith(_LONGEST))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets that stands beside the checkout."""
    folder = Path(__file__).resolve().parents[1].parent / "shared" / "data"
    if not folder.is_dir():
        pytest.fail(f"the data sets are missing: expected the folder {folder}")
    return folder


@pytest.fixture(scope="module", autouse=True)
def _forget_compiled() -> Iterator[None]:
    """Let go of compiled programs after each file: a whole run would hold five gigabytes of them."""
    yield
    if "jax" in sys.modules:
        sys.modules["jax"].clear_caches()
        gc.collect()
