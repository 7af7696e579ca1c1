"""Prints the figures of `benchmarks/results/*.json` as a markdown table.

    python benchmarks/table.py

Results of benchmarks that keep no figures, those of the strategies, are left out.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from measure import RESULTS, Figure

__all__ = ["table"]


def table(paths: Sequence[Path]) -> Iterator[str]:
    """Yield the table's lines.

    Args:
        paths: Results, each a file that `measure.write` wrote, or another one, which gives no line.
    """
    yield "| benchmark | figure | measured | wanted |"
    yield "|---|---|---|---|"
    for path in paths:
        result = json.loads(path.read_text(encoding="utf-8"))
        for figure in (Figure(**fields) for fields in result.get("figures", ())):
            yield f"| {path.stem} | {figure.what} | {figure.shown()} | {figure.wanted} |"


if __name__ == "__main__":
    print(*table(sorted(RESULTS.glob("*.json"))), sep="\n")
