"""What may become of a trial."""

__all__ = ["TrialStatus"]


class TrialStatus:
    """The states of a trial, by KerasTuner's names.

    Attributes:
        RUNNING: It runs, or may begin.
        IDLE: There is none now; ask again once others have ended.
        INVALID: This run failed; it may be tried again.
        STOPPED: There is none, and none will follow: the search is over.
        COMPLETED: It ended with a result.
        FAILED: It failed for good.
    """

    RUNNING = "RUNNING"
    IDLE = "IDLE"
    INVALID = "INVALID"
    STOPPED = "STOPPED"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
