"""Compiled programs on disk, for the next process.

JAX keeps them (its persistent compilation cache) in the user's cache folder: `$LAYERSMITH_CACHE`, else
`$XDG_CACHE_HOME/layersmith/programs`, else `~/.cache/layersmith/programs`. `LAYERSMITH_CACHE=off` keeps none. A folder
that the user has given to JAX stays. What the engine traced stands beside them (`layersmith.engine.traced`).
"""

import logging
import os
from pathlib import Path

import jax

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
    """Let JAX keep programs on disk, unless the user has set its cache; called before the first one is compiled.

    The settings are those of the whole process, because JAX has no others; what else it compiles is kept too.
    """
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
