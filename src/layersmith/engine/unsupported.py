"""What the compiled engine does not know: the signal to train natively instead."""

from layersmith.errors import LayersmithError

__all__ = ["Unsupported"]


class Unsupported(LayersmithError, NotImplementedError):  # noqa: N818 - a signal, caught by name
    """A layer, loss, metric, optimizer or option that has no compiled form.

    Never the user's fault: the caller trains with `model.fit` and says which part was the reason.

    Args:
        part: What it is, with its name: `layer 'Foo'`.
        why: What about it is not covered; empty where the whole part is unknown.
    """

    def __init__(self, part: str, why: str = "") -> None:
        self.part, self.why = part, why
        super().__init__(
            f"{part} has no compiled form{f': {why}' if why else ''}",
            expected="a part that is in the engine's tables",
            fix="train with engine='native', which is model.fit",
        )

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.part, self.why))
