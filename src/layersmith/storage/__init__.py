"""Studies in SQL: what was tried and what came of it, in Optuna's own schema.

store        StudyStore: create, open, start, finish, trials, interrupted
location     where a study lives, and what may be wrong there
parameters   candidates in Optuna's words
"""

from layersmith.storage.store import Direction, StudyStore

__all__ = ["Direction", "StudyStore"]
