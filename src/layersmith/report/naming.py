"""What trials are called: a published name, what the search built, or the trial a final goes back to."""

import re
from collections.abc import Sequence

from layersmith.records import Candidate, Trial
from layersmith.study.naming import name_of
from layersmith.study.outcome import Outcome

__all__ = ["searched_number", "trial_name", "trial_names"]

_PORTFOLIO = "portfolio: "
_FINAL = re.compile(r"final of trial (\d+)")


def searched_number(trial: Trial) -> int:
    """Return the number of the search's trial that a trial goes back to: its own, unless it is a final.

    Example:
        >>> searched_number(Trial(candidate=Candidate(values={}, origin="final of trial 3", number=9), phase="final"))
        3
    """
    match = _FINAL.fullmatch(trial.candidate.origin)
    return int(match[1]) if match else trial.number


def trial_name(candidate: Candidate) -> str:
    """Return what a candidate of the search is called.

    Example:
        >>> trial_name(Candidate(values={"family": "conv", "conv/style": "vgg"}, origin="tpe"))
        'vgg conv network'
        >>> trial_name(Candidate(values={}, origin="portfolio: small VGG"))
        'small VGG'
    """
    if candidate.origin.startswith(_PORTFOLIO):
        return candidate.origin.removeprefix(_PORTFOLIO)
    return name_of(candidate, [])


def trial_names(outcome: Outcome) -> dict[int, str]:
    """Return the name of every trial by its number; finals are called as the trial they go back to."""
    answer, trials = outcome.answer, outcome.trials
    names = {trial.number: trial_name(trial.candidate) for trial in trials if trial.phase == "search"}
    names |= {answer.found_by: answer.title}
    finals = [trial for trial in trials if trial.phase == "final"]
    return names | _final_names(finals, names) | {answer.winner.number: answer.title}


def _final_names(finals: Sequence[Trial], names: dict[int, str]) -> dict[int, str]:
    return {trial.number: names.get(searched_number(trial), trial_name(trial.candidate)) for trial in finals}
