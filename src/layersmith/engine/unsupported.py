"""What the compiled engine does not know: the signal to train natively instead."""

from layersmith.errors import LayersmithError

__all__ = ["NotWorthwhile", "Unsupported"]


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


class NotWorthwhile(Unsupported):
    """A model that has a compiled form but is trained faster by `model.fit`.

    Args:
        why: What makes it so.

    Example:
        >>> NotWorthwhile("it is small").got
        'compiling would train slower: it is small'
    """

    def __init__(self, why: str) -> None:
        self.part, self.why = "", why
        LayersmithError.__init__(
            self,
            f"compiling would train slower: {why}",
            expected="a model that the compiled engine trains at least as fast as model.fit",
            fix="train with engine='auto', or with engine='compiled' all the same",
        )

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.why,))
