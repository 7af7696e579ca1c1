"""The interval of a proportion.

Wilson's score interval (E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22,
1927): the proportions whose normal test would not refuse what was seen. It stays within 0 and 1, and has a width even
at none or all of the trials.
"""

import math

from scipy.special import ndtri

from layersmith.records import Interval

__all__ = ["wilson"]


def wilson(successes: float, trials: int, *, level: float = 0.95) -> Interval:
    """Return Wilson's interval of a proportion.

    Args:
        successes: How often it happened.
        trials: How often it could have happened, at least once.
        level: Coverage.

    Example:
        >>> interval = wilson(45, 50)
        >>> round(interval.low, 4), round(interval.high, 4)
        (0.7864, 0.9565)
    """
    z = float(ndtri(0.5 + level / 2))
    share, spread = successes / trials, z * z / trials
    center = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    low = 0.0 if successes <= 0 else max(0.0, center - half)
    high = 1.0 if successes >= trials else min(1.0, center + half)
    return Interval(low=low, high=high, level=level, method="Wilson")
