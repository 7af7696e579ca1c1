"""Python expressions as data, and their layout on lines of bounded length.

An expression is text, or a `Group`: a head, an opening bracket, items, a closing bracket. A group that does not fit its
line is opened, one item a line with a comma after each: the layout that Black and Ruff leave as it is.
"""

from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["WIDTH", "Expression", "Group", "Item", "call", "flat", "layout", "sequence"]

WIDTH = 100
_INDENT = "    "
_BRACKETS = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, kw_only=True)
class Item:
    """One entry of a group.

    Attributes:
        value: The expression.
        prefix: What stands before it: `name=` of a keyword argument, `"key": ` of a dictionary entry.
    """

    value: "Expression"
    prefix: str = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """A bracketed expression.

    Attributes:
        items: What stands between the brackets.
        head: What is called; empty for a list, a tuple or a dictionary.
        bracket: The opening bracket.
        opened: Whether to put each item on its own line even where all would fit on one.
    """

    items: tuple[Item, ...]
    head: "Expression" = ""
    bracket: str = "("
    opened: bool = False


Expression: TypeAlias = str | Group


def call(head: Expression, *args: Expression, **kwargs: Expression) -> Group:
    """Return the expression that calls `head`.

    Example:
        >>> flat(call("keras.layers.Dense", "64", activation='"relu"'))
        'keras.layers.Dense(64, activation="relu")'
    """
    named = tuple(Item(value=value, prefix=f"{name}=") for name, value in kwargs.items())
    return Group(head=head, items=(*(Item(value=value) for value in args), *named))


def sequence(bracket: str, *values: Expression, opened: bool = False) -> Group:
    """Return a list (`[`), tuple (`(`) or, with prefixes given by hand, a dictionary."""
    return Group(bracket=bracket, items=tuple(Item(value=value) for value in values), opened=opened)


def flat(expression: Expression) -> str:
    """Return an expression on one line."""
    if isinstance(expression, str):
        return expression
    inside = ", ".join(item.prefix + flat(item.value) for item in expression.items)
    comma = "," if _is_single_tuple(expression) else ""
    return f"{flat(expression.head)}{expression.bracket}{inside}{comma}{_BRACKETS[expression.bracket]}"


def layout(expression: Expression, *, prefix: str = "", depth: int = 0, suffix: str = "") -> str:
    """Return an expression as lines at most `WIDTH` long, as far as its smallest parts allow.

    Args:
        expression: What to lay out.
        prefix: Text before it on its first line, such as `x = `.
        depth: Levels of indentation.
        suffix: Text after it on its last line, such as a comma.

    Example:
        >>> print(layout(call("keras.layers.Dense", "64", name='"hidden"'), prefix="x = ", depth=1))
            x = keras.layers.Dense(64, name="hidden")
    """
    line = f"{_INDENT * depth}{prefix}{flat(expression)}{suffix}"
    if isinstance(expression, str) or (len(line) <= WIDTH and not _is_opened(expression)):
        return line
    return _open(expression, prefix=prefix, depth=depth, suffix=suffix)


def _open(group: Group, *, prefix: str, depth: int, suffix: str) -> str:
    close = _BRACKETS[group.bracket]
    head = group.head
    tail = ", ".join(item.prefix + flat(item.value) for item in group.items)
    if isinstance(head, Group) and head.items and len(_INDENT * depth) + len(tail) < WIDTH // 2:
        return _open(head, prefix=prefix, depth=depth, suffix=f"{group.bracket}{tail}{close}{suffix}")
    if not group.items:
        return f"{_INDENT * depth}{prefix}{flat(group)}{suffix}"
    lines = [layout(item.value, prefix=item.prefix, depth=depth + 1, suffix=",") for item in group.items]
    first = f"{_INDENT * depth}{prefix}{flat(head)}{group.bracket}"
    return "\n".join([first, *lines, f"{_INDENT * depth}{close}{suffix}"])


def _is_opened(expression: Expression) -> bool:
    if isinstance(expression, str):
        return False
    inner = (expression.head, *(item.value for item in expression.items))
    return expression.opened or any(map(_is_opened, inner))


def _is_single_tuple(group: Group) -> bool:
    return group.bracket == "(" and not group.head and len(group.items) == 1
