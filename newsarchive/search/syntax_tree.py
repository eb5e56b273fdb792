"""The syntax tree of a query: what was asked, whatever answers it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Field(StrEnum):
    """A part of an article that a query can name, by the name it is written with."""

    SITE = "site"
    SECTION = "section"
    AUTHOR = "author"
    LANG = "lang"
    HEADLINE = "headline"
    KEYWORD = "keyword"
    URL = "url"


@dataclass(frozen=True, slots=True)
class Everything:
    """Every article: what the empty query asks for."""


@dataclass(frozen=True, slots=True)
class Words:
    """A word, or several that stand one after the other.

    ``foo-bar`` and ``"foo bar"`` ask for the same: how a word is written does not matter, only its terms do.
    """

    text: str
    """As written, without quotes and star; holds a letter or digit."""
    field: Field | None = None
    """None: headline, description or body."""
    is_prefix: bool = False
    """Written with a star: the last word may go on."""


@dataclass(frozen=True, slots=True)
class Published:
    """Publication date in the half-open range from ``since`` to ``until``; an article without a date is in none."""

    since: datetime | None = None
    """Aware, UTC; None: no lower bound."""
    until: datetime | None = None
    """Aware, UTC; None: no upper bound."""


@dataclass(frozen=True, slots=True)
class And:
    """All of its operands, two or more."""

    operands: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of its operands, two or more."""

    operands: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """All articles but those of its operand."""

    operand: Query


Query = Everything | Words | Published | And | Or | Not


def wanted_words(query: Query) -> Iterator[Words]:
    """The words a hit may hold because the query asks for them: not those under a NOT."""
    match query:
        case Words():
            yield query
        case And(operands) | Or(operands):
            for operand in operands:
                yield from wanted_words(operand)
        case _:
            return
