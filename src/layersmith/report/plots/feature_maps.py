"""What a layer makes of one row: a panel for each channel, those that answer most first."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from layersmith.errors import DataError
from layersmith.report.figures.palette import LIGHT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["feature_maps"]

_SIDE = 1.1  # inches of a panel


def feature_maps(activations: NDArray[Any], title: str, *, most: int = 16) -> "Figure":
    """Return the channels of a layer's output for one row, each on its own scale.

    Args:
        activations: `(height, width, channels)` of an image, or `(steps, channels)` of a series.
        title: What to write above.
        most: Channels at most; those with the largest spread are shown.

    Raises:
        DataError: If the array has another number of axes.

    Example:
        >>> figure = feature_maps(np.zeros((8, 8, 3)), "conv2d")
        >>> [panel.get_title() for panel in figure.axes if panel.axison or panel.images]
        ['0', '1', '2']
    """
    from matplotlib.figure import Figure

    if activations.ndim not in (2, 3):
        raise DataError(
            f"activations of shape {activations.shape}",
            expected="(height, width, channels) or (steps, channels) of one row",
            fix="take one row of the layer's output: activations[0]",
        )
    spread = activations.reshape(-1, activations.shape[-1]).std(axis=0)
    channels = np.argsort(-spread, kind="stable")[:most]
    columns = math.ceil(math.sqrt(len(channels)))
    rows = math.ceil(len(channels) / columns)
    figure = Figure(figsize=(_SIDE * columns + 0.2, _SIDE * rows + 0.5), layout="constrained")
    figure.suptitle(title, x=0.02, ha="left", fontsize=10.5, color=LIGHT["ink"], parse_math=False)
    for panel in figure.subplots(rows, columns, squeeze=False).flat:
        panel.set_axis_off()
    for panel, channel in zip(figure.axes, channels, strict=False):
        panel.set_title(str(channel), fontsize=7, color=LIGHT["quiet"], pad=2)
        if activations.ndim == 3:
            panel.imshow(activations[..., channel], cmap="cividis")
        else:
            panel.plot(activations[:, channel], color=LIGHT["accent"], linewidth=1)
    return figure
