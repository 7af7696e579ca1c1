"""Which verdicts are right for which cause."""

from tests.probes.trainings import Case

UNDER, OVER, IMPROVING = ("under-fitted",), ("over-fitted",), ("still improving",)
STUCK = ("still improving", "under-fitted")
ROUGH = ("unstable", "diverged", "under-fitted")
UNEVEN = (*ROUGH, "still improving", "over-fitted")
TOO_GOOD = ("good fit", "over-fitted", "still improving")
BLIND = (
    "under-fitted",
    "good fit",
    "over-fitted",
    "still improving",
)  # as long as it trained; the cause is what counts


GOOD = ("good fit",)


def cases(kinds, cause, *rows):
    """Name the cases of one cause; a row is data, network and, where the data are changed, the change."""
    made = []
    for data, network, *change in rows:
        name = f"{cause}: {data} {network} {change[0] if change else ''}".replace("Network", "")
        made.append(Case(name, data, kinds, cause, network, change[0] if change else None))
    return made
