"""Training: the `Engine` protocol and its implementations.

`course` decides, between epochs and in plain Python, which learning rate comes next, which weights are kept and when to
stop; an engine only runs epochs. `native` runs them with `model.fit`.
"""

from layersmith.engine.course import Course
from layersmith.engine.job import Engine, Job, Rows

__all__ = ["Course", "Engine", "Job", "Rows"]
