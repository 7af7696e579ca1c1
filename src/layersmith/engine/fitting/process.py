"""Settings of the whole process that bend `model.fit`."""

import keras

from layersmith.engine.unsupported import Unsupported

__all__ = ["require_plain_process"]

_LIMITS = ("max_epochs", "max_steps_per_epoch")


def require_plain_process() -> None:
    """Refuse to train where Keras is told to stop early or to spread over devices.

    Raises:
        Unsupported: If `keras.config` limits epochs or steps, or a `keras.distribution` is set.

    Example:
        >>> require_plain_process()
    """
    for name in _LIMITS:
        limit = getattr(keras.config, name, None)  # older versions of Keras have no such limits
        if limit is not None and limit():
            raise Unsupported(f"keras.config.{name}", f"it is {limit()}")
    if keras.distribution.distribution() is not None:
        raise Unsupported("a keras.distribution")
