"""The architecture as a drawing: layers as boxes from top to bottom, branches beside each other.

blocks       layers -> boxes; what only follows another layer (activation, dropout) is put into its box
layers_out   which box stands where, and the way of each line between them
svg          the drawing, in the page's own colours
"""

from layersmith.report.drawing.svg import draw_architecture

__all__ = ["draw_architecture"]
