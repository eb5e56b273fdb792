"""A query in words: how it was read, for people who must be able to say what a data set holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from newsarchive.search.language.syntax_tree import (
    And,
    Everything,
    Feature,
    Field,
    Has,
    InCluster,
    Not,
    Or,
    Published,
    Query,
    Stem,
    Undated,
    Words,
)

_PLACES: Mapping[Field | None, str] = {
    None: "in headline, description or text",
    Field.SITE: "as the site",
    Field.SECTION: "in the section",
    Field.AUTHOR: "in the name of an author",
    Field.LANG: "as the language",
    Field.HEADLINE: "in the headline",
    Field.BODY: "in the text",
    Field.KEYWORD: "in a keyword",
    Field.URL: "in the address",
}
_FEATURES: Mapping[Feature, str] = {
    Feature.RELATED: "with links to related articles",
    Feature.IMAGE: "with an image",
    Feature.REVISED: "changed since it was first seen",
}


def in_words(query: Query) -> str:
    """What a query asks of an article, as the end of a sentence that begins with "articles".

    >>> from newsarchive.search.language.query import parse_query
    >>> in_words(parse_query("headline:ferry -site:lakes since:2024"))
    'with “ferry” in the headline; and not with “lakes” as the site; and published from 2024-01-01 on, in UTC'
    """
    match query:
        case And(operands):
            return "; and ".join(_part(operand) for operand in operands)
        case Or(operands):
            return "; or ".join(_part(operand) for operand in operands)
        case Not(operand):
            return f"not {_part(operand)}"
        case Everything():
            return "of any kind"
        case Words():
            return _words(query)
        case Stem(word):
            return f"with any form of the word {_quoted(word)} in headline, description or text"
        case InCluster(cluster_id):
            return f"of the cluster {cluster_id} of near-copies"
        case Has(feature):
            return _FEATURES[feature]
        case Undated():
            return "without a known date of publication"
        case Published(since, until):
            return _published(since, until)


def _part(query: Query) -> str:
    return f"({in_words(query)})" if isinstance(query, And | Or) else in_words(query)


def _words(query: Words) -> str:
    text = _quoted(query.text)
    if query.is_prefix:
        text = f"a word that begins with {text}"
    elif query.is_exact:
        text += ", in this case and with these accents,"
    elif query.distance is not None:
        text = f"the words {text} with up to {query.distance} others between them"
    return f"with {text} {_PLACES[query.field]}"


def _published(since: datetime | None, until: datetime | None) -> str:
    first = "" if since is None else f" from {_moment(since)} on"
    last = "" if until is None else f" before {_moment(until)}"
    return f"published{first}{' and' if first and last else ''}{last}, in UTC"


def _moment(value: datetime) -> str:
    return value.isoformat(" ", "minutes")[: len("2024-01-01 00:00")].removesuffix(" 00:00")


def _quoted(text: str) -> str:
    return f"“{text}”"
