"""What may go wrong in a search, by what it means for the search.

    LayersmithError
    ├── FailedTrialError                    this trial is failed, and not tried again
    │   └── OversizedModelError             its model has more parameters than `max_model_size`
    ├── FatalError                          the search ends
    │   ├── FatalValueError (ValueError)
    │   ├── FatalTypeError (TypeError)
    │   └── FatalRuntimeError (RuntimeError)
    └── UnknownNameError
        └── UnknownMetricError (ValueError) training did not report a metric of that name

Any other exception in a trial makes the trial fail too, but it is tried again as often as `max_retries_per_trial` says.
A program may raise the classes of KerasTuner with a message alone.
"""

from layersmith.errors import LayersmithError, UnknownNameError

__all__ = [
    "FailedTrialError",
    "FatalError",
    "FatalRuntimeError",
    "FatalTypeError",
    "FatalValueError",
    "OversizedModelError",
    "UnknownMetricError",
]


class _PlainError(LayersmithError):
    """An error that may also be raised with a message alone."""

    def __init__(self, got: str = "", *, expected: str = "", fix: str = "") -> None:
        super().__init__(got, expected=expected, fix=fix)

    def __str__(self) -> str:
        return super().__str__() if self.expected or self.fix else str(self.got)


class FailedTrialError(_PlainError):
    """The trial is failed: it is not tried again, and the search goes on.

    Example:
        >>> print(FailedTrialError("the model is too slow"))
        the model is too slow
    """


class OversizedModelError(FailedTrialError):
    """The model has more parameters than `max_model_size` allows; it is refused before it is trained."""


class FatalError(_PlainError):
    """Something needs the user's attention: the search ends, whatever trial it happens in."""


class FatalValueError(FatalError, ValueError):
    """A value that no search can go on with."""


class FatalTypeError(FatalError, TypeError):
    """An object of a kind that no search can go on with."""


class FatalRuntimeError(FatalError, RuntimeError):
    """A state that no search can go on from."""


class UnknownMetricError(UnknownNameError, ValueError):
    """Training did not report a metric of that name."""
