"""Names of variables in generated source."""

import keyword
import re
from collections.abc import Iterable

__all__ = ["Names", "identifier"]


def identifier(text: str) -> str:
    """Return `text` as a lower-case Python identifier.

    Example:
        >>> identifier("Block 1/conv2d#2"), identifier("2nd"), identifier("class")
        ('block_1_conv2d_2', 'n2nd', 'class_')
    """
    name = re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_").lower() or "node"
    name = name if name.isidentifier() or keyword.iskeyword(name) else f"n{name}"
    return f"{name}_" if keyword.iskeyword(name) else name


class Names:
    """Hands out identifiers, each once.

    Example:
        >>> names = Names(["x"])
        >>> names.new("dense"), names.new("dense"), names.new("x")
        ('dense', 'dense_2', 'x_2')
    """

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self._taken = set(reserved)

    def new(self, text: str) -> str:
        """Return an identifier like `text` that was not handed out before."""
        base = identifier(text)
        name, number = base, 2
        while name in self._taken:
            name, number = f"{base}_{number}", number + 1
        self._taken.add(name)
        return name
