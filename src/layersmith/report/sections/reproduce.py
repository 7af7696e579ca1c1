"""How to run it again: the command, the folder, the seed, the versions."""

from typing import Any

from layersmith.report.reproduce import command_line
from layersmith.study.outcome import Outcome

__all__ = ["reproduce_section"]


def reproduce_section(outcome: Outcome) -> dict[str, Any]:
    """Return what repeats a run.

    Args:
        outcome: A finished run.
    """
    return {
        "command": command_line(outcome.settings),
        "folder": str(outcome.folder.path),
        "seed": str(outcome.settings.get("seed", 0)),
        "versions": [(name, str(version)) for name, version in outcome.answer.versions.items()],
    }
