"""Forecast windows relative to their own level, and back.

A series that grows leaves the range its model was trained on. Each window `(steps, channels)` is therefore expressed
relative to its own level, the network predicts the continuation in the same terms, and the model's last operations
bring the answer back:

    last      (x - last value)                       NLinear, Zeng et al. 2022, arXiv 2205.13504
    standard  (x - mean) / deviation                 reversible instance normalisation, Kim et al. 2022 (RevIN)
    none      x                                      globally standardised only

Everything runs on globally standardised values, of logarithms where the view says so: a seasonal swing that grows with
the level is then constant. Channel 0 is the series to forecast.
"""

from typing import Any

from keras import ops

__all__ = ["scale_inputs", "scale_targets", "unscale_outputs"]

_FLOOR = 1e-2  # of a globally standardised series: a flat window is not blown up


def _level(window: Any, scaling: str) -> tuple[Any, Any]:
    """Return level and spread of each channel, `(batch, 1, channels)` each; the spread is None where it is 1."""
    if scaling == "last":
        return window[:, -1:, :], None
    return ops.mean(window, axis=1, keepdims=True), ops.sqrt(ops.var(window, axis=1, keepdims=True) + _FLOOR**2)


def scale_inputs(window: Any, scaling: str) -> Any:
    """Return the window `(batch, steps, channels)` relative to its own level."""
    if scaling == "none":
        return window
    level, spread = _level(window, scaling)
    return window - level if spread is None else (window - level) / spread


def scale_targets(targets: Any, window: Any, scaling: str) -> Any:
    """Return targets `(batch, horizon)` in the terms of `scale_inputs`."""
    if scaling == "none":
        return targets
    level, spread = _level(window, scaling)
    return targets - level[:, :, 0] if spread is None else (targets - level[:, :, 0]) / spread[:, :, 0]


def unscale_outputs(outputs: Any, window: Any, scaling: str) -> Any:
    """Return outputs `(batch, horizon)` on the scale of the window: the inverse of `scale_targets`."""
    if scaling == "none":
        return outputs
    level, spread = _level(window, scaling)
    return outputs + level[:, :, 0] if spread is None else outputs * spread[:, :, 0] + level[:, :, 0]
