"""The summary on a terminal: the answer, the score beside its baselines, the best candidates, the files."""

import math
from typing import Any

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from layersmith.report.formats import format_count, format_interval, format_score
from layersmith.report.leaderboard import failures, leaderboard
from layersmith.report.verdict import strongest
from layersmith.report.words import answer_text
from layersmith.study.outcome import Outcome
from layersmith.validation.metrics import better, metric_named

__all__ = ["print_summary"]

_TOP = 10
_WIDEST = 110
_FILES = (
    ("model", "the fitted Keras model"),
    ("source", "its plain Keras source"),
    ("report", "this report, with curves and layers"),
    ("trials", "every trial"),
)


def print_summary(outcome: Outcome, console: Console | None = None) -> None:
    """Print a finished run.

    Args:
        outcome: The run.
        console: Where to print; standard output by default.
    """
    target = console or Console()
    shown = _summary(outcome)
    width = min(target.width, _WIDEST)
    if not target.options.ascii_only:
        target.print(shown, width=width, highlight=False)
        return
    with target.capture() as captured:
        target.print(shown, width=width, highlight=False)
    encoding = target.encoding
    text = captured.get().replace("→", "->").encode(encoding, errors="replace")
    target.file.write(text.decode(encoding))


def _summary(outcome: Outcome) -> Group:
    answer = outcome.answer
    line = str(answer.facts.get("architecture", ""))
    heading = Text.assemble((answer.title, "bold"), f"\n{line}" if line else "")
    parts = [
        heading,
        Text(answer_text(outcome)),
        _scores(outcome),
        _candidates(outcome),
        _failed(outcome),
        _files(outcome),
    ]
    return Group(*(Padding(part, (0, 0, 1, 0)) for part in parts if part is not None))


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim")


def _scores(outcome: Outcome) -> Table:
    """Return the winner's test score and the baselines', the best in bold."""
    answer = outcome.answer
    label = metric_named(answer.test.metric).label
    table = _table(f"Test score on {format_count(answer.test.num_rows, 'row')} kept aside")
    table.add_column("model", ratio=1)
    table.add_column(label, justify="right")
    table.add_column("95 % interval", justify="right", no_wrap=True)
    rival = strongest(answer.baselines)
    loses = rival is not None and better(answer.test.metric, rival.score.value, answer.test.value)
    rows = [(answer.title, answer.test), *((baseline.name, baseline.score) for baseline in reversed(answer.baselines))]
    best = rival.name if loses and rival is not None else answer.title
    for name, score in rows:
        value = format_score(score.metric, score.value)
        cells = (name, value, format_interval(score))
        table.add_row(*(Text(cell) for cell in cells), style="bold" if name == best else "")
    return table


def _candidates(outcome: Outcome) -> Table:
    board = leaderboard(outcome)
    metric = outcome.answer.test.metric
    title = "Candidates by validation score" + (f" (the best {_TOP} of {len(board)})" if len(board) > _TOP else "")
    table = _table(title)
    table.add_column("", justify="right", no_wrap=True)
    table.add_column("name", ratio=1)
    has_finals = bool((board["phase"] == "final").any())
    for name in ("search", *(("final",) if has_finals else ()), "parameters", "epochs", "time"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in board.head(_TOP).to_dict("records"):
        cells = _cells(row, metric, has_finals=has_finals)
        table.add_row(*(Text(cell) for cell in cells), style="bold" if row["winner"] else "")
    return table


def _cells(row: dict[Any, Any], metric: str, *, has_finals: bool) -> list[str]:
    final = "" if math.isnan(row["final_score"]) else format_score(metric, row["final_score"])
    return [
        str(row["rank"]),
        row["name"],
        "" if math.isnan(row["score"]) else format_score(metric, row["score"]),
        *((final,) if has_finals else ()),
        f"{row['params']:,}",
        str(row["epochs"]),
        f"{row['seconds']:.1f} s",
    ]


def _failed(outcome: Outcome) -> Text | None:
    found = failures(outcome)
    if found.empty:
        return None
    rows = found.to_dict("records")
    lines = [f"{format_count(int(row['count']), 'trial')} {row['state']}: {row['reason']}" for row in rows]
    return Text("\n".join(lines), style="yellow")


def _files(outcome: Outcome) -> Group | None:
    paths = [(getattr(outcome.folder, attribute), meaning) for attribute, meaning in _FILES]
    written = [(path, meaning) for path, meaning in paths if path.is_file()]
    if not written:
        return None
    table = Table.grid(padding=(0, 2))
    for path, meaning in written:
        table.add_row(Text(f"  {path.name}"), Text(meaning, style="dim"))
    return Group(Text(f"Files in {outcome.folder.path}", style="bold", overflow="fold"), table)
