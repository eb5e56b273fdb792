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
    BODY = "body"
    KEYWORD = "keyword"
    URL = "url"


class Feature(StrEnum):
    """What an article has or is, by the value that is written behind ``has:`` or ``is:``."""

    RELATED = "related"
    """Links to related articles."""
    IMAGE = "image"
    REVISED = "revised"
    """Changed since the archive first saw it."""


@dataclass(frozen=True, slots=True)
class Everything:
    """Every article: what the empty query asks for."""


@dataclass(frozen=True, slots=True)
class Words:
    """A word, or several that stand one after the other.

    ``foo-bar`` and ``"foo bar"`` ask for the same: how a word is written does not matter, only its terms do. At most
    one of ``is_prefix``, ``is_exact`` and ``distance`` is given.
    """

    text: str
    """As written, without quotes and star; holds a letter or digit."""
    field: Field | None = None
    """None: headline, description or body."""
    is_prefix: bool = False
    """Written with a star: the last word may go on."""
    is_exact: bool = False
    """Written with an equals sign: case and accents of each word count. Then there is no field."""
    distance: int | None = None
    """Written with a tilde: the words stand in any order, with so many others between them at most. None: in order."""


@dataclass(frozen=True, slots=True)
class Stem:
    """Any inflected form of a word, in articles whose language is known and has a stemmer."""

    word: str
    """One term."""


@dataclass(frozen=True, slots=True)
class InCluster:
    """The articles of a cluster of near-copies."""

    cluster_id: int


@dataclass(frozen=True, slots=True)
class Has:
    """Articles with a feature."""

    feature: Feature


@dataclass(frozen=True, slots=True)
class Undated:
    """Articles whose publication date is not known."""


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


Query = Everything | Words | Stem | InCluster | Has | Undated | Published | And | Or | Not


def wanted(query: Query) -> Iterator[Query]:
    """The parts of a query, themselves no AND, OR or NOT, that may be why an article is a hit: none under a NOT."""
    match query:
        case And(operands) | Or(operands):
            for operand in operands:
                yield from wanted(operand)
        case Not():
            return
        case _:
            yield query


def wanted_words(query: Query) -> Iterator[Words]:
    """The words a hit may hold because the query asks for them: not those under a NOT."""
    return (part for part in wanted(query) if isinstance(part, Words))
