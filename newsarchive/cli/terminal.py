"""What commands print: tables and lines for eyes on a terminal, plain text through a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import orjson
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from newsarchive.model.article import Article, DatePrecision


def out() -> Console:
    """Stdout: results. Wide enough through a pipe that nothing is cut."""
    console = Console(highlight=False, soft_wrap=True)
    return console if console.is_terminal else Console(highlight=False, soft_wrap=True, width=10_000, no_color=True)


def notes() -> Console:
    """Stderr: progress and remarks, so that stdout stays clean."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def progress() -> Progress:
    """A progress bar on stderr that leaves nothing behind; none where stderr is no terminal."""
    console = notes()
    return Progress(console=console, transient=True, disable=not console.is_terminal)


def print_json(value: Any) -> None:  # noqa: ANN401 (anything JSON can hold)
    """One JSON value on a line of its own."""
    out().file.write(orjson.dumps(value, option=orjson.OPT_UTC_Z).decode() + "\n")


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[str] = ()) -> None:
    """A table without rules; ``right`` names the headings of columns of numbers."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for heading in headings:
        table.add_column(heading, justify="right" if heading in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text("" if cell is None else str(cell)) for cell in row))
    Console(highlight=False, width=None if out().is_terminal else 200).print(table)


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
    return (
        day(article.date_published) if article.date_precision is DatePrecision.DAY else moment(article.date_published)
    )


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
