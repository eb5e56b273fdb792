"""Markdown: tables and running text of what strangers' pages say, which must not become markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&$])")


def escaped(text: str) -> str:
    r"""A text as Markdown shows it: one line, nothing in it markup, no link, no HTML.

    >>> escaped("a|b <script>")
    'a\\|b \\<script\\>'
    """
    line = "".join(character if character.isprintable() else " " for character in text)
    return _SPECIAL.sub(r"\\\1", " ".join(line.split()))


def code(text: str) -> str:
    """A text as code, in as many backticks as it needs; of an empty one a dash.

    >>> code("a `b`")
    '`` a `b` ``'
    """
    line = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    if not line:
        return "–"
    fence = _fence(line, 1)
    return f"{fence}{line}{fence}" if len(fence) == 1 else f"{fence} {line} {fence}"


def fenced(text: str, language: str) -> str:
    """Lines of code of a language, behind a fence that none of them closes."""
    fence = _fence(text, 3)
    return f"{fence}{language}\n{text}\n{fence}"


def _fence(text: str, at_least: int) -> str:
    """More backticks than stand together anywhere in a text."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    return "`" * max(at_least, longest + 1)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[str] = ()) -> str:
    """A table of cells that are Markdown already; ``right`` names the headings of columns of numbers."""
    rule = ["---:" if heading in right else "---" for heading in headings]
    lines = [headings, rule, *([_cell(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def counted(count: int, noun: str) -> str:
    """A number and what it counts.

    >>> counted(1, "address"), counted(2, "address"), counted(1234, "article")
    ('1 address', '2 addresses', '1,234 articles')
    """
    plural = f"{noun}es" if noun.endswith("s") else f"{noun}s"
    return f"{count:,} {noun if count == 1 else plural}"


def share(part: int, whole: int) -> str:
    """A share in whole percent, halves up; of nothing a dash. Never 0 or 100 % of what is neither none nor all.

    >>> share(1, 3), share(1, 1000), share(999, 1000), share(0, 0)
    ('33 %', '<1 %', '>99 %', '–')
    """
    if whole == 0:
        return "–"
    percent = (200 * part + whole) // (2 * whole)
    if percent == 0 and part:
        return "<1 %"
    if percent == 100 and part < whole:
        return ">99 %"
    return f"{percent} %"


def _cell(cell: object) -> str:
    return f"{cell:,}" if isinstance(cell, int) else "" if cell is None else str(cell)
