"""What the index keeps of an article: the fields of its documents, and the document of a revision.

Text fields hold terms of :mod:`newsarchive.search.terms.analysis`, parted by blanks; the index splits there and does no
more. No text is stored: hits are read from the archive.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import tantivy

from newsarchive.model.article import LinkRel
from newsarchive.search.terms.analysis import terms
from newsarchive.search.terms.stems import stem_entries
from newsarchive.search.terms.written import exact_entries, read_texts

FORMAT = 4
"""Rises when the fields or the analysis change, so that an index made by other rules is not searched by these."""

TEXT_FIELDS = ("headline", "description", "body")
"""Where a word without a field is looked for."""

NAME_LENGTH = 200
"""Characters of a section's or author's name that are counted."""

_EPOCH = date(1970, 1, 1).toordinal()
_ID_BITS = 29
_MAX_SECONDS = 2**33  # years 1697 to 2242; what lies beyond is put at the nearer end


def schema() -> tantivy.Schema:
    """The fields of a document.

    Columns of numbers: ``article_id``, ``sequence`` (of the archive's revision), ``cluster``; absent without a date
    ``published`` (:func:`published_key`), ``day`` (days since 1970, UTC) and ``month`` (202305).
    Columns of words: ``site``; ``language``, with all it is a kind of; for counting, as they are written,
    ``section_name``, ``author_name`` and ``language_code``; ``has`` (related, image, revised); ``exact``
    (:mod:`newsarchive.search.terms.written`); ``stem`` (:mod:`newsarchive.search.terms.stems`).
    The others hold terms with their positions.
    """
    builder = tantivy.SchemaBuilder()
    # Signed, because tantivy-py deletes by the term of a signed number and finds none in a column of unsigned ones.
    builder.add_integer_field("article_id", indexed=True, fast=True)
    builder.add_integer_field("sequence", fast=True)
    builder.add_integer_field("published", fast=True)
    for name in ("cluster", "day", "month"):
        builder.add_integer_field(name, indexed=True, fast=True)
    for name in ("section_name", "author_name", "language_code"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_text_field("has", tokenizer_name="raw", index_option="basic")
    for name in ("exact", "stem"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("site", tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_text_field("language", tokenizer_name="raw", index_option="basic", fast=True)
    for name in (*TEXT_FIELDS, "section", "author", "keyword", "url"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    return builder.build()


def document(row: Any, sequence: int) -> tantivy.Document:  # noqa: ANN401 (a row)
    """The document of an article in the revision of a row of ``revision_rows.INDEXED``.

    Each block, author and keyword is a value of its own, so that no phrase runs from one into the next.
    """
    made = tantivy.Document()
    made.add_integer("article_id", row.article_id)
    made.add_integer("sequence", sequence)
    made.add_integer("cluster", row.cluster_id)
    published = row.date_published
    if published is not None:
        made.add_integer("published", published_key(published, row.article_id))
        day = published.astimezone(UTC).date()
        made.add_integer("day", day.toordinal() - _EPOCH)
        made.add_integer("month", day.year * 100 + day.month)
    for name, values in (
        ("section_name", (row.article_section,)),
        ("author_name", dict.fromkeys(row.authors)),
        ("language_code", (row.in_language,)),
        ("has", _has(row)),
    ):
        for value in values:
            if value:
                made.add_text(name, value[:NAME_LENGTH])
    if site := key(row.site or ""):
        made.add_text("site", site)
    languages = language_keys(row.in_language or "")
    for language in languages:
        made.add_text("language", language)
    for name, names in (
        ("section", (row.article_section,)),
        ("author", row.authors),
        ("keyword", row.keywords),
    ):
        for value in names:
            if value and (found := _terms_of_name(value)):
                made.add_text(name, found)
    for url in {row.canonical_url, row.url}:
        made.add_text("url", " ".join(terms(url)))
    _add_texts(made, row, languages[0] if languages else "")
    return made


def _add_texts(made: tantivy.Document, row: Any, language: str) -> None:  # noqa: ANN401 (a row)
    """Headline, description and body, and beside them what is written otherwise than its term, and stems."""
    values = [
        ("headline", row.headline),
        ("headline", row.alternative_headline),
        ("description", row.description),
        *(("body", block) for block in row.article_body.split("\n\n")),
    ]
    texts = [(name, text) for name, text in values if text]
    found, words = read_texts([text for _, text in texts])
    for (name, _), own in zip(texts, found, strict=True):
        if not own.isspace():
            made.add_text(name, own)
    if exact := exact_entries(words):
        made.add_text("exact", " ".join(exact))
    if stems := set(stem_entries(language, words)):
        made.add_text("stem", " ".join(stems))


@lru_cache(maxsize=8192)  # most sections, authors and keywords come again
def _terms_of_name(name: str) -> str:
    return " ".join(terms(name))


def _has(row: Any) -> Iterator[str]:  # noqa: ANN401 (a row)
    """What an article has that a query can ask for with ``has:`` and ``is:``."""
    if any(link["rel"] == LinkRel.RELATED for link in row.related_links):
        yield "related"
    if row.images:
        yield "image"
    if row.revision_count > 1:
        yield "revised"


def published_key(moment: datetime, article_id: int = 0) -> int:
    """Publication time as one number: whole seconds since 1970, and the article's id in the lowest 29 bits.

    So one column answers ranges and gives an order without ties (up to half a billion articles of the same second).
    """
    seconds = max(-_MAX_SECONDS, min(int(moment.timestamp() // 1), _MAX_SECONDS - 1))
    return (seconds << _ID_BITS) | (article_id & ((1 << _ID_BITS) - 1))


@lru_cache(maxsize=1024)
def key(text: str) -> str:
    """What a short name is compared by: ``Great-Lakes`` and ``great lakes`` are the same; empty if it holds no term."""
    return "-".join(terms(text))


@lru_cache(maxsize=1024)
def language_keys(code: str) -> tuple[str, ...]:
    """A language code and what it is a kind of.

    >>> language_keys("zh-Hant-TW")
    ('zh', 'zh-hant', 'zh-hant-tw')
    """
    subtags = terms(code)
    return tuple("-".join(subtags[:end]) for end in range(1, len(subtags) + 1))
