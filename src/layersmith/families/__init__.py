"""Architecture families: which networks exist, what of them may vary, and where a search starts.

Each family is one module with `NAME`, `KINDS`, `space`, `body` and `portfolio` (the `Family` protocol). Importing this
package loads no Keras; building does.
"""

from layersmith.families import conv, dense, recurrent, temporal
from layersmith.families.established import Established
from layersmith.families.family import Family
from layersmith.families.training import patience

__all__ = ["FAMILIES", "Established", "Family", "patience"]

FAMILIES: dict[str, Family] = {family.NAME: family for family in (conv, temporal, recurrent, dense)}
