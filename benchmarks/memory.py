"""Whether memory grows with the number of candidates: 1,000 small dense networks, one epoch each, in one process.

The figure is the process's resident memory after the last candidate against that after the first tenth of them. Garbage
is collected before each reading only; a search does so after every candidate.
"""

import gc
import os
from dataclasses import replace
from pathlib import Path

from measure import Figure, Report, in_process, main

CANDIDATES = 1000
LIMIT = 5  # percent


def resident_megabytes() -> float:
    """Return the memory of this process that is in use now, from Linux' `/proc`."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def train(number: int) -> list[float]:
    """Return the resident megabytes after each tenth of the candidates."""
    from candidates import drawn, trainings
    from tune_small_dense import TASK

    found = []
    task = replace(TASK, epochs=1)
    for place, _ in enumerate(trainings(task, drawn(task, number)), start=1):
        if place % (number // 10) == 0:
            gc.collect()
            found.append(resident_megabytes())
    return found


def measure(quick: bool) -> Report:
    """Measure in one process."""
    number = 30 if quick else CANDIDATES
    found = in_process(__file__, "train", number=number)
    early, late = found[0], found[-1]
    growth = 100 * (late / early - 1)
    figures = [
        Figure(
            what=f"growth from {number // 10} to {number} candidates", value=growth, unit="%", wanted=f"below {LIMIT}%"
        ),
        Figure(what=f"resident after {number} candidates", value=late, unit="MB"),
    ]
    return Report(
        title="Memory over small dense candidates in one process",
        figures=figures,
        details={"candidates": number, "megabytes_after_each_tenth": found},
    )


if __name__ == "__main__":
    main(__file__, measure, {"train": train})
