"""Learning rate schedules: `rate = schedule(step, numbers)`, pure functions of the step and of their own numbers.

One file per schedule of Keras, and one for `layersmith.schedules.Triangular`. What changes the shape of the computation
(a staircase, a cycle, the presence of a warm-up) picks another function or other names among the numbers; everything
else is a number, given when the program runs.
"""

from layersmith.engine.schedules.resolve import SCHEDULES, resolve_schedule
from layersmith.engine.schedules.schedule import Numbers, Reading, Schedule

__all__ = ["SCHEDULES", "Numbers", "Reading", "Schedule", "resolve_schedule"]
