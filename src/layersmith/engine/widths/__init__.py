"""One program for many widths: feature axes padded to common sizes, activations chosen at run time.

axis        where the live features of a padded axis lie
rules       how an axis passes through a layer: one row per layer class
flow        the axes of a whole graph, and which layers may be padded
activation  activations as a runtime value
padding     the padded graph; weights into it and out of it
buckets     which size to pad to: what compiling costs against what padding wastes
families    the choice for one model among those like it
"""

from layersmith.engine.widths.activation import switched_in
from layersmith.engine.widths.buckets import SECONDS_PER_MAC, macs_of
from layersmith.engine.widths.families import Families
from layersmith.engine.widths.flow import widths_of
from layersmith.engine.widths.padding import Padding, pad

__all__ = ["SECONDS_PER_MAC", "Families", "Padding", "macs_of", "pad", "switched_in", "widths_of"]
