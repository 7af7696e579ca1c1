"""Where compiled programs stand on disk, for the next process.

In the user's cache folder: `$LAYERSMITH_CACHE`, else `$XDG_CACHE_HOME/layersmith/programs`, else
`~/.cache/layersmith/programs`. `LAYERSMITH_CACHE=off` keeps none. What the engine compiles stands in `executables`
there (`layersmith.engine.executables`); what `model.fit` compiles on JAX, beside it by JAX's own cache.
"""

import logging
import os
from pathlib import Path

import jax
import keras

__all__ = ["cache_folder", "keep_programs"]

_LOG = logging.getLogger(__name__)
_OFF = "off"
_MOST_BYTES = 512 * 2**20  # the least recently used programs go first


def cache_folder() -> Path | None:
    """Return where programs are kept; None for nowhere."""
    chosen = os.environ.get("LAYERSMITH_CACHE", "")
    if chosen.lower() == _OFF:
        return None
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(chosen) if chosen else base / "layersmith" / "programs"


def keep_programs() -> None:
    """Let JAX keep what `model.fit` compiles, where Keras runs on JAX and the user has not set JAX's cache.

    Called before `model.fit` alone: the settings are those of the whole process, because JAX has no others, and what
    else it compiles is kept too from then on.
    """
    if keras.backend.backend() != "jax":
        return
    if jax.config.jax_compilation_cache_dir is not None:
        return
    folder = cache_folder()
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _LOG.info("compiled programs are not kept on disk: %s", error)
        return
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.05)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    jax.config.update("jax_compilation_cache_max_size", _MOST_BYTES)
