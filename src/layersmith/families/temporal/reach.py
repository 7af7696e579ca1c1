"""Kernel lengths, in steps."""

__all__ = ["branching", "shrinking"]


def shrinking(longest: int, num_steps: int) -> tuple[int, int, int]:
    """Return the kernels of three layers in a row, none longer than the series: 8 becomes 8, 5 and 3.

    Example:
        >>> shrinking(8, 100), shrinking(16, 8)
        ((8, 5, 3), (8, 5, 3))
    """
    longest = min(longest, num_steps)
    return longest, max(round(longest * 0.625), 1), max(round(longest * 0.375), 1)


def branching(longest: int, num_steps: int) -> tuple[int, int, int]:
    """Return the kernels of three layers side by side, none longer than the series: 40 becomes 40, 20 and 10.

    Example:
        >>> branching(40, 150), branching(40, 8)
        ((40, 20, 10), (8, 4, 2))
    """
    longest = min(longest, num_steps)
    return longest, max(longest // 2, 1), max(longest // 4, 1)
