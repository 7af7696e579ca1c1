"""The data: what was inferred of them, and what was counted: classes, copies, missing values."""

from collections.abc import Mapping, Sequence
from typing import Any

from layersmith.data import Kind
from layersmith.report.formats import format_count
from layersmith.study.outcome import Outcome

__all__ = ["data_section"]

_FACTS = (
    ("Source", "source"),
    ("Kind", "kind"),
    ("Task", "task"),
    ("Rows", "rows"),
    ("Rows to search on", "search_rows"),
    ("Rows to test on", "test_rows"),
)
_MOST_CLASSES = 30


def data_section(outcome: Outcome) -> dict[str, Any]:
    """Return facts, counts, notes and warnings.

    Args:
        outcome: A finished run.
    """
    data = outcome.data
    profile = data.get("profile", {})
    facts = [(label, data.get(key)) for label, key in _FACTS]
    facts += _facts(profile, is_table=data.get("kind") == Kind.TABLE)
    if not profile.get("class_counts"):
        label = "Targets" if data.get("task") == "multiregression" else "Classes"
        facts.append((label, _joined(data.get("classes", ()))))
    rows = int(data.get("rows", 0))
    return {
        "facts": [(label, f"{value:,}" if isinstance(value, int) else str(value)) for label, value in facts if value],
        "classes": _shares(profile.get("class_counts", ())[:_MOST_CLASSES], rows),
        "more_classes": max(0, len(profile.get("class_counts", ())) - _MOST_CLASSES),
        "missing": _shares(profile.get("missing", ()), rows),
        "notes": [str(note) for note in data.get("notes", ())],
        "warnings": [*_telling(profile), *(str(warning) for warning in data.get("warnings", ()))],
    }


def _facts(profile: Mapping[str, Any], *, is_table: bool) -> list[tuple[str, str]]:
    """Return what was looked for, also where nothing was found."""
    if not profile:
        return []
    repeated, shared = profile["repeated"], profile["shared"]
    telling = profile.get("telling", ())
    missing = format_count(len(profile["missing"]), "column") if profile["missing"] else "none"
    facts = [
        ("Rows that repeat another", f"{repeated:,}, kept on one side of every split" if repeated else "none"),
        ("Shared with the test", f"{format_count(shared, 'row')}, not trained on" if shared else "none"),
        ("With missing values", missing),
    ]
    given_away = ("Columns that give the target away", format_count(len(telling), "column") if telling else "none")
    return [*facts, given_away] if is_table else facts


def _telling(profile: Mapping[str, Any]) -> list[str]:
    """Return a warning for each column that gives the target away."""
    return [
        f"{name} alone explains {100 * share:.1f} % of what a constant gets wrong: was it filled in with the target, "
        "or after it? Then drop it and search again."
        for name, share in profile.get("telling", ())
    ]


def _shares(counts: Sequence[Any], rows: int) -> list[tuple[str, str, str, float]]:
    """Return name, count, share for people, and the length of a bar in percent."""
    most = max((count for _, count in counts), default=1)
    return [
        (str(name), f"{count:,}", f"{100 * count / max(rows, 1):.1f} %", round(100 * count / max(most, 1), 1))
        for name, count in counts
    ]


def _joined(names: Sequence[Any]) -> str:
    shown = ", ".join(str(name) for name in names[:_MOST_CLASSES])
    return shown if len(names) <= _MOST_CLASSES else f"{shown} and {len(names) - _MOST_CLASSES} more"
