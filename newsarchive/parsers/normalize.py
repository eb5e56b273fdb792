"""One form for all articles: NFC, clean white space, normalized addresses, aware UTC. Pure and idempotent."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import regex

from newsarchive.model.article import Article, Block, Image, Link
from newsarchive.parsers.mojibake import repaired
from newsarchive.urls import identity_url, resolve

REPAIRED = "+repaired"
"""Behind a field's source whose text was UTF-8 read as another encoding: the capture has it as the page wrote it."""
_NAMED_TEXTS = (
    "publisher",
    "headline",
    "alternative_headline",
    "description",
    "article_section",
    "keywords",
    "authors",
)
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

# Putting n marks on one letter in order takes n² steps; UAX #15 calls text with at most 30 "stream-safe" and parts
# longer runs by the joiner U+034F. No language comes near it, but a page of 2 MB of accents would never end.
_MANY_MARKS = regex.compile(r"(?:(?!\u034f)\p{M}){30}(?=(?!\u034f)\p{M})")


def normalize(article: Article) -> Article:
    """The same article in the archive's form; doing it twice changes nothing more.

    Text is NFC, stream-safe (UAX #15) and without invisible characters, white space (no-break spaces too) is single
    spaces, what was decoded wrongly twice is repaired and its source marked. Blocks that become empty are dropped,
    names and keywords appear once, dates are UTC, addresses that are none are dropped.
    """
    normal = replace(
        article,
        canonical_url=_identity(article.canonical_url),
        next_page_url=_identity(article.next_page_url) if article.next_page_url else None,
        publisher=_line(article.publisher),
        headline=_line(article.headline),
        alternative_headline=_line(article.alternative_headline),
        description=_line(article.description),
        article_section=_line(article.article_section),
        keywords=_lines(article.keywords),
        authors=_lines(article.authors),
        date_published=_utc(article.date_published),
        date_modified=_utc(article.date_modified),
        date_published_raw=_line(article.date_published_raw),
        blocks=tuple(
            Block(kind=block.kind, text=text) for block in article.blocks if (text := _block_text(block.text))
        ),
        images=tuple(
            replace(image, url=url, caption=_line(image.caption), credit=_line(image.credit), alt=_line(image.alt))
            for image in article.images
            if (url := _address(image))
        ),
        related_links=tuple(
            replace(link, url=url, text=_line(link.text) or "")
            for link in article.related_links
            if (url := _address(link))
        ),
    )
    return replace(normal, field_sources=_sources(article, normal))


def _sources(before: Article, after: Article) -> Mapping[str, str]:
    """Where the fields came from, those marked whose text was repaired."""
    marked = dict(before.field_sources)
    for name in (*_NAMED_TEXTS, "blocks"):
        old = getattr(before, name)
        if name in marked and old != getattr(after, name) and any(repaired(text) != text for text in _texts(old)):
            marked[name] = marked[name].removesuffix(REPAIRED) + REPAIRED
    return marked


def _texts(value: str | Iterable[str | Block] | None) -> Iterable[str]:
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    return (item if isinstance(item, str) else item.text for item in value)


def _line(text: str | None) -> str | None:
    if text is None:
        return None
    return " ".join(_clean(text).split()) or None


def _lines(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for value in values if (line := _line(value))))


def _block_text(text: str) -> str:
    """Lines of a block, each clean; none of them empty."""
    lines = (" ".join(line.split()) for line in _clean(text).splitlines())
    return "\n".join(line for line in lines if line)


def _clean(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    while True:
        seen = _UNSEEN.sub("", repaired(text))
        clean = unicodedata.normalize("NFC", _MANY_MARKS.sub("\\g<0>\u034f", seen))
        if clean == text:
            return clean
        text = clean  # what is gone may have hidden more to repair; each repair shortens the text, so this ends


def _identity(url: str) -> str:
    try:
        return identity_url(url)
    except ValueError:
        return url


def _address(item: Image | Link) -> str | None:
    return resolve(item.url, item.url)


def _utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
