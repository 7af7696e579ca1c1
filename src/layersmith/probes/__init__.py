"""What a training or a trained model shows about itself: pure functions of records and arrays.

A verdict on learning curves:

curves    the verdict on learning curves: `judge`
facts     what is known beside the curves
measures  what is measured on them
kinds     how the training went
causes    what may be behind it
remedies  what to do about it
"""

from layersmith.probes.causes import Cause
from layersmith.probes.curves import Verdict, judge
from layersmith.probes.facts import Facts, constant_scores
from layersmith.probes.kinds import VerdictKind

__all__ = ["Cause", "Facts", "Verdict", "VerdictKind", "constant_scores", "judge"]
