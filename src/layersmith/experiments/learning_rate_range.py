"""What a range test of the learning rate found, and the rate to choose by it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from layersmith.errors import TrainingError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["LearningRateRange", "choose_rate", "smoothed"]

_WIDTH = 4.0  # standard deviation of the smoothing, in steps
_BELOW_LOWEST = 10.0
_FEWEST = 3  # steps down to the lowest loss
_SIZE = (5.0, 3.2)  # inches


@dataclass(frozen=True, kw_only=True, eq=False)
class LearningRateRange:
    """A range test: the loss while the learning rate rises.

    Attributes:
        rate: The learning rate to use, or to peak at in a schedule.
        rates: The rates tested `(steps,)`, ascending.
        losses: Loss of the batch trained at each rate `(steps,)`, the median of the restarts; infinite after
            divergence.
    """

    rate: float
    rates: NDArray[np.float64]
    losses: NDArray[np.float64]

    def figure(self) -> "Figure":
        """Return the losses over the rates, smoothed, and the rate chosen."""
        from matplotlib.figure import Figure

        smooth = smoothed(self.losses)
        figure = Figure(figsize=_SIZE, layout="constrained")
        panel = figure.subplots()
        shown = np.where(self.losses <= 2 * smooth.max(), self.losses, np.nan)
        panel.plot(self.rates, shown, color="#b5bcc4", linewidth=0.9, label="batch")
        panel.plot(self.rates[: len(smooth)], smooth, color="#2f7fb8", linewidth=1.6, label="smoothed")
        panel.axvline(self.rate, color="#c4572f", linewidth=1.2, label=f"chosen: {self.rate:.2g}")
        panel.set_xscale("log")
        panel.set_xlabel("learning rate")
        panel.set_ylabel("loss")
        panel.spines[["top", "right"]].set_visible(False)
        panel.legend(frameon=False)
        return figure


def smoothed(losses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the losses before divergence, smoothed by a Gaussian."""
    diverged = np.flatnonzero(~np.isfinite(losses))
    finite = losses[: diverged[0]] if len(diverged) else losses
    return np.asarray(gaussian_filter1d(finite, _WIDTH) if len(finite) else finite, np.float64)


def choose_rate(rates: NDArray[np.float64], losses: NDArray[np.float64]) -> float:
    """Return the rate at which the loss falls fastest, or a tenth of that of the lowest loss, the larger of the two.

    Smith 2015, arXiv 1506.01186, looks where the loss falls; Gugger, "How do you find a good learning rate" (2018),
    takes a tenth of the rate of the lowest loss. On five data sets with Adam and SGD either alone was more than a
    factor of 10 from a short grid search's best now and then, the larger of them never.

    Args:
        rates: Rates `(steps,)`, ascending.
        losses: Losses `(steps,)`.

    Raises:
        TrainingError: If the loss falls at no rate.

    Example:
        >>> rates = np.geomspace(1e-5, 10, 121)
        >>> losses = 1 - 0.9 / (1 + (1e-3 / rates) ** 2) + rates
        >>> round(choose_rate(rates, losses), 4)
        0.0014
    """
    smooth = smoothed(losses)
    lowest = int(np.argmin(smooth)) if len(smooth) else 0
    if lowest < _FEWEST:
        raise TrainingError(
            f"the loss falls at no learning rate between {rates[0]:.2g} and {rates[-1]:.2g}",
            expected="a range that begins where training is slow and ends where it diverges",
            fix="scale the inputs, check the targets, or lower `low`",
        )
    steepest = int(np.argmin(np.gradient(smooth[: lowest + 1])))
    return float(max(rates[steepest], rates[lowest] / _BELOW_LOWEST))
