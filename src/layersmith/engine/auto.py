"""The engine that compiles what it can and trains the rest by `model.fit`, saying once which part was the reason."""

import logging
from dataclasses import replace
from typing import Any

from layersmith.engine.compiled import CompiledEngine
from layersmith.engine.job import Begun, Job, Trained
from layersmith.engine.native import NativeEngine
from layersmith.engine.unsupported import Unsupported
from layersmith.engine.worth import require_worth
from layersmith.errors import GraphError, LayersmithError
from layersmith.space import HyperParameters

__all__ = ["AutoEngine"]

_LOG = logging.getLogger(__name__)


class AutoEngine:
    """Compiled where everything has a compiled form and that is the faster one, else native.

    Args:
        pads: Whether models of other widths and activations share compiled programs.
    """

    name = "auto"

    def __init__(self, *, pads: bool = True) -> None:
        self._compiled, self._native = CompiledEngine(pads=pads), NativeEngine()
        self._said: set[str] = set()

    def expect(self, space: HyperParameters) -> None:
        """Make programs for the activations that a search chooses between; see `CompiledEngine.expect`.

        Args:
            space: What candidates are drawn from.
        """
        self._compiled.expect(space)

    def forget(self) -> None:
        """Let go of compiled programs, once nothing more is trained."""
        self._compiled.forget()

    def begin(self, model: Any, job: Job) -> Begun:
        """Begin compiled, or natively where a part of the model has no compiled form or compiling is not worth it.

        Args:
            model: A compiled Keras model.
            job: What to train it on, and how.

        Returns:
            The training; its record tells the engine that ran and, for `native`, the reason.
        """
        try:
            require_worth(model, job.recipe.batch_size, shared=True)
            return self._compiled.begin(model, job)
        except (GraphError, Unsupported) as unsupported:
            reason, native = self._say(unsupported), self._native.begin(model, job)

        def train(share: float = 1.0) -> Trained:
            trained = native(share)
            return replace(trained, training=replace(trained.training, fallback=reason))

        return train

    def _say(self, reason: LayersmithError) -> str:
        if reason.got not in self._said:
            self._said.add(reason.got)
            _LOG.info("training natively: %s", reason.got)
        return reason.got
