"""A callback that reads a model now and then."""

from collections.abc import Callable, Mapping
from typing import Any

import keras
from numpy.typing import NDArray

__all__ = ["Reader"]


class Reader(keras.callbacks.Callback):  # type: ignore[misc]
    """Reads weights at the end of epochs, sometimes the whole model, and sets nothing but `stop_training`.

    Compiled epochs write their state to the Keras model only where somebody looks. A callback of one's own may look at
    any time; this one says when it will, so that the other epochs cost nothing.

    Attributes:
        source: Returns the present weights while epochs are compiled; the engine sets it.
    """

    source: Callable[[], list[NDArray[Any]]] | None = None

    def weights(self) -> list[NDArray[Any]]:
        """Return copies of the weights at the end of an epoch, in the order of `model.weights`."""
        return list(self.model.get_weights()) if self.source is None else self.source()

    def reads(self, epoch: int, logs: Mapping[str, Any]) -> bool:
        """Whether `on_epoch_end` is about to read more of the model than `weights`; asked once, right before it.

        Args:
            epoch: The epoch that has ended, from 0.
            logs: Its logs.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say in `reads` when it reads the model")
