"""A recurrent network from its options: strided front, cells, ending."""

from collections.abc import Mapping
from typing import Any

from keras import layers

from layersmith.families.convolution import average
from layersmith.families.penalty import penalty
from layersmith.families.recurrent.options import RecurrentOptions

__all__ = ["network"]

_CELLS: Mapping[str, type[layers.Layer]] = {"lstm": layers.LSTM, "gru": layers.GRU}


def network(features: Any, options: RecurrentOptions) -> Any:
    """Return the last features of a recurrent network.

    Args:
        features: Scaled series `(batch, steps, channels)`.
        options: The network's options.

    Returns:
        `(batch, units)`, twice the units where bidirectional.
    """
    if options.stride > 1:
        features = _shortened(features, options)
    for index in range(options.layers):
        sequences = index < options.layers - 1 or options.ending == "average"
        features = _recurrent(options, sequences=sequences)(features)
        if options.normalization == "layer":
            features = layers.LayerNormalization()(features)
        if options.dropout:
            features = layers.Dropout(options.dropout)(features)
    return average(features) if options.ending == "average" else features


def _shortened(features: Any, options: RecurrentOptions) -> Any:
    """Return `(batch, steps / stride, units)`: one convolution that merges `stride` steps into one."""
    front = layers.Conv1D(
        options.units,
        2 * options.stride,
        strides=options.stride,
        padding="same",
        activation="relu",
        kernel_initializer="he_normal",
        kernel_regularizer=penalty(options.l1, options.l2),
    )
    return front(features)


def _recurrent(options: RecurrentOptions, *, sequences: bool) -> Any:
    """Return one recurrent layer, both ways where bidirectional."""
    cell = _CELLS[options.cell](
        options.units,
        return_sequences=sequences,
        kernel_initializer=options.initializer,
        kernel_regularizer=penalty(options.l1, options.l2),
    )
    return layers.Bidirectional(cell) if options.bidirectional else cell
