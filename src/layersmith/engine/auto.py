"""The engine that compiles what it can and trains the rest by `model.fit`, saying once which part was the reason."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from layersmith.engine.compiled import CompiledEngine
from layersmith.engine.job import Job
from layersmith.engine.native import NativeEngine
from layersmith.engine.unsupported import Unsupported
from layersmith.records import Training

__all__ = ["AutoEngine"]

_LOG = logging.getLogger(__name__)


class AutoEngine:
    """Compiled where everything has a compiled form, else native."""

    name = "auto"

    def __init__(self) -> None:
        self._compiled, self._native = CompiledEngine(), NativeEngine()
        self._said: set[str] = set()

    def train(self, model: Any, job: Job) -> Training:
        """Train `model` in place; it ends with the weights of the best epoch.

        Args:
            model: A compiled Keras model.
            job: What to train it on, and how.

        Returns:
            The record, with the engine that ran and, for `native`, the reason.
        """
        try:
            return self._compiled.train(model, job)
        except Unsupported as reason:
            return replace(self._native.train(model, job), fallback=self._say(reason))

    def predict(self, model: Any, x: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
        """Return the outputs `(rows, num_outputs)` of `model` on features `x`."""
        try:
            return self._compiled.predict(model, x)
        except Unsupported as reason:
            self._say(reason)
            return self._native.predict(model, x)

    def _say(self, reason: Unsupported) -> str:
        if reason.got not in self._said:
            self._said.add(reason.got)
            _LOG.info("training natively: %s", reason.got)
        return reason.got
