"""The colours of report and figures, by role, for light and dark paper.

The colours of data are those of Okabe and Ito ("Color Universal Design", 2008), which people with any common colour
blindness can tell apart. A page names them as CSS variables; a figure is made in the light ones, and `darkened` says
what takes their place.
"""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["DARK", "LIGHT", "darkened"]

LIGHT: Mapping[str, str] = MappingProxyType(
    {
        "paper": "#fdfcfa",
        "ink": "#1f2328",
        "quiet": "#59626b",
        "rule": "#e3e0da",
        "soft": "#f4f2ed",
        "accent": "#0072b2",
        "second": "#d55e00",
        "third": "#009e73",
        "muted": "#9aa3ab",
        "warn": "#8a5000",
        "warn-soft": "#fdf3e0",
    }
)
DARK: Mapping[str, str] = MappingProxyType(
    {
        "paper": "#15181c",
        "ink": "#e4e6e8",
        "quiet": "#a3adb7",
        "rule": "#2d3238",
        "soft": "#1d2126",
        "accent": "#56b4e9",
        "second": "#e69f00",
        "third": "#2fc79a",
        "muted": "#6b747d",
        "warn": "#e6b35c",
        "warn-soft": "#2a2317",
    }
)


def darkened() -> dict[str, str]:
    """Return the dark colour of each light one.

    Example:
        >>> darkened()["#0072b2"]
        '#56b4e9'
    """
    return {colour: DARK[role] for role, colour in LIGHT.items()}
