"""What commands print: tables and lines for eyes on a terminal, plain text through a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TextIO

import orjson
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from newsarchive.model.article import Article, DatePrecision

if TYPE_CHECKING:
    from rich.progress import Progress

MIN_COLUMNS = 20
"""Running text is not wrapped narrower than this."""


def out() -> Console:
    """Stdout: results. Long lines are left to the terminal, so that addresses can be copied whole.

    Nothing in them is markup: ``[/b]`` and ``:tea:`` in a headline or an address are what the page says.
    """
    return _console(sys.stdout)


def notes() -> Console:
    """Stderr: progress and remarks, so that stdout stays clean."""
    return _console(sys.stderr)


@lru_cache(maxsize=2)
def _console(stream: TextIO) -> Console:
    return Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=True)


def progress() -> Progress:
    """A progress bar on stderr that leaves nothing behind; none where stderr is no terminal."""
    from rich.progress import Progress

    console = notes()
    return Progress(console=console, transient=True, disable=not console.is_terminal)


def print_json(value: Any) -> None:  # noqa: ANN401 (anything JSON can hold)
    """One JSON value on a line of its own."""
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_UTC_Z).decode() + "\n")


def print_text(text: str | Text, *, prefix: str | Text = "", style: str = "") -> None:
    """Running text behind a prefix: on a terminal wrapped between words, the lines after the first indented alike."""
    console = out()
    prefix = prefix if isinstance(prefix, Text) else Text(prefix, style=style)
    text = text if isinstance(text, Text) else Text(text, style=style)
    if not console.is_terminal:
        console.print(prefix + text)
        return
    for line in text.wrap(console, max(console.width - prefix.cell_len, MIN_COLUMNS)):
        console.print(prefix + line)
        prefix = Text(" " * prefix.cell_len)


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[str] = ()) -> None:
    """A table without rules, as wide as its cells; ``right`` names the headings of columns of numbers.

    What may be long belongs in the last column, where a narrow terminal may break it without harm.
    """
    lines = [list(headings), *(["" if cell is None else str(cell) for cell in row] for row in rows)]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    for number, line in enumerate(lines):
        cells = []
        for heading, cell, width in zip(headings, line, widths, strict=True):
            padding = " " * (width - cell_len(cell))
            cells.append(padding + cell if heading in right else cell + padding)
        out().print("  ".join(cells).rstrip(), style="bold" if number == 0 else "")


def day(moment: datetime | None) -> str:
    """A day for eyes, empty for None."""
    return f"{moment:%Y-%m-%d}" if moment else ""


def moment(value: datetime | None) -> str:
    """A minute in UTC for eyes, empty for None."""
    return f"{value:%Y-%m-%d %H:%M}" if value else ""


def published(article: Article) -> str:
    """The publication date as precisely as the page gave it."""
    if article.date_published is None:
        return ""
    if article.date_precision is DatePrecision.DAY:
        return day(article.date_published)
    return f"{moment(article.date_published)} UTC"


def highlighted(text: str, ranges: Iterable[tuple[int, int]]) -> Text:
    """Text with character ranges marked: in color on a terminal, in ``**`` through a pipe."""
    if out().is_terminal:
        marked = Text(text)
        for start, end in ranges:
            marked.stylize("bold yellow", start, end)
        return marked
    pieces, last = [], 0
    for start, end in ranges:
        pieces += [text[last:start], "**", text[start:end], "**"]
        last = end
    return Text("".join([*pieces, text[last:]]))
