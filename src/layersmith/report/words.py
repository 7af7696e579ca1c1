"""The answer in plain words: what won, its honest score, what that has to beat, and what to do where it does not."""

from layersmith.records import Score
from layersmith.report.formats import format_count, format_interval, format_score
from layersmith.report.verdict import Verdict, compare, strongest
from layersmith.study.answer import Answer, Baseline
from layersmith.study.outcome import Outcome
from layersmith.study.progress import duration
from layersmith.validation.metrics import metric_named

__all__ = ["answer_paragraphs", "answer_text", "format_interval", "format_score", "verdict_sentence"]

_INTERRUPTED = "It was interrupted, so a longer search may find more."
_NAIVE = ("a constant", "the last ")

_VERDICTS = {
    Verdict.BETTER: "The winner beats {other} beyond doubt: the intervals do not overlap.",
    Verdict.PROBABLY_BETTER: "The winner is probably better than {other}, not certainly: the intervals overlap.",
    Verdict.UNDECIDED: "These rows cannot tell the winner from {other}: take the simpler one, or test on more rows.",
    Verdict.PROBABLY_WORSE: "{other} is probably better on these rows: use that, or give the search more time or rows.",
    Verdict.WORSE: "{other} is better on these rows: use that, or give the search more time or more rows.",
}
_NAIVE_VERDICTS = {
    Verdict.UNDECIDED: "These rows cannot tell the winner from {other}: the inputs may say little about the target.",
    Verdict.PROBABLY_WORSE: "Even {other} is probably better: do not use this model; look for inputs that say more.",
    Verdict.WORSE: "Even {other} is better: do not use this model; look for inputs that say more about the target.",
}


def answer_text(outcome: Outcome) -> str:
    """Return the answer of a finished run in three to six sentences."""
    return " ".join(answer_paragraphs(outcome.answer))


def answer_paragraphs(answer: Answer) -> list[str]:
    """Return the answer in short paragraphs, the most important first.

    Args:
        answer: What a run says.

    Returns:
        What won with its test score; the baselines' scores with the verdict; the effort, and whether it was
        interrupted. What does not apply is left out.
    """
    paragraphs = (
        (_winner(answer), _test(answer.test)),
        (_baselines(answer.baselines), verdict_sentence(answer)),
        (_effort(answer), _INTERRUPTED if answer.interrupted else ""),
    )
    joined = (" ".join(sentence for sentence in paragraph if sentence) for paragraph in paragraphs)
    return [paragraph for paragraph in joined if paragraph]


def verdict_sentence(answer: Answer) -> str:
    """Return whether the winner beats the strongest baseline; empty where there is none to beat."""
    rival = strongest(answer.baselines)
    if rival is None:
        return ""
    verdict = compare(answer.test, rival.score)
    is_naive = rival.name.startswith(_NAIVE)
    template = _NAIVE_VERDICTS.get(verdict, _VERDICTS[verdict]) if is_naive else _VERDICTS[verdict]
    return _capitalised(template.format(other=rival.name))


def _winner(answer: Answer) -> str:
    source = f" ({answer.source})" if answer.source else ", found by the search,"
    epochs = format_count(answer.refit.epochs, "epoch")
    return (
        f"{_capitalised(answer.title)}{source} won: {format_count(answer.winner.params, 'parameter')}, "
        f"trained for {epochs} ({duration(answer.refit.seconds)}) on {format_count(answer.train_rows, 'row')}."
    )


def _test(score: Score) -> str:
    label = metric_named(score.metric).label
    rows = format_count(score.num_rows, "test row")
    return f"On {rows} that no decision had seen, its {label} is {_measured(score, named=True)}."


def _baselines(baselines: tuple[Baseline, ...]) -> str:
    if not baselines:
        return ""
    parts = [f"{baseline.name} has {_measured(baseline.score)}" for baseline in reversed(baselines)]
    return f"On the same rows {', '.join(parts[:-1])}{' and ' if parts[:-1] else ''}{parts[-1]}."


def _measured(score: Score, *, named: bool = False) -> str:
    """Return a score with its interval, which is said to be one where `named`."""
    interval = format_interval(score)
    if not interval or score.interval is None:
        return format_score(score.metric, score.value)
    name = f"{100 * score.interval.level:g} % interval " if named else ""
    return f"{format_score(score.metric, score.value)} ({name}{interval})"


def _effort(answer: Answer) -> str:
    tried = format_count(answer.num_trials, "candidate")
    return f"The search tried {tried}; the whole run took {duration(answer.seconds)}."


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
