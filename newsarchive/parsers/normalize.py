"""One form for all articles: NFC, clean white space, normalized addresses, aware UTC. Pure and idempotent."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import regex

from newsarchive.model.article import Article, Block, Image, Link
from newsarchive.parsers.decoding.mojibake import repaired
from newsarchive.urls import identity_url, resolve

REPAIRED = "+repaired"
"""Behind a field's source whose text was UTF-8 read as another encoding: the capture has it as the page wrote it."""
_LINES = ("publisher", "headline", "alternative_headline", "description", "article_section")
_LISTS = ("keywords", "authors")
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

# Putting n marks on one letter in order takes n² steps; UAX #15 calls text with at most 30 "stream-safe" and parts
# longer runs by the joiner U+034F. No language comes near it, but a page of 2 MB of accents would never end.
_MANY_MARKS = regex.compile(r"(?:(?!\u034f)\p{M}){30}(?=(?!\u034f)\p{M})")
_SOME_MARKS = regex.compile(r"\p{M}{3}")


def normalize(article: Article) -> Article:
    """The same article in the archive's form; doing it twice changes nothing more.

    Text is NFC, stream-safe (UAX #15) and without invisible characters, white space (no-break spaces too) is single
    spaces, what was decoded wrongly twice is repaired and its source marked. Blocks that become empty are dropped,
    names and keywords appear once, dates are UTC, addresses that are none are dropped.
    """
    texts: dict[str, Any] = {name: _line(getattr(article, name)) for name in _LINES}
    lists: dict[str, Any] = {name: _lines(getattr(article, name)) for name in _LISTS}
    blocks = tuple(block for given in article.blocks if (block := _block(given)) is not None)
    return replace(
        article,
        canonical_url=_identity(article.canonical_url),
        next_page_url=_identity(article.next_page_url) if article.next_page_url else None,
        date_published=_utc(article.date_published),
        date_modified=_utc(article.date_modified),
        date_published_raw=_line(article.date_published_raw),
        blocks=blocks,
        images=tuple(image for given in article.images if (image := _image(given)) is not None),
        related_links=tuple(link for given in article.related_links if (link := _link(given)) is not None),
        field_sources=_sources(article, {**texts, **lists, "blocks": blocks}),
        **texts,
        **lists,
    )


def text_chars(article: Article) -> int:
    """How many characters of text :func:`normalize` goes through, addresses left out."""
    lines = (getattr(article, name) or "" for name in (*_LINES, "date_published_raw"))
    lists = (text for name in _LISTS for text in getattr(article, name))
    pictures = (text or "" for image in article.images for text in (image.caption, image.credit, image.alt))
    parts = (
        lines,
        lists,
        pictures,
        (block.text for block in article.blocks),
        (link.text for link in article.related_links),
    )
    return sum(len(text) for part in parts for text in part)


def _sources(article: Article, cleaned: Mapping[str, Any]) -> Mapping[str, str]:
    """Where the fields came from, those marked whose text was repaired; ``cleaned`` are the new texts by field."""
    marked = dict(article.field_sources)
    for name, new in cleaned.items():
        if name not in marked:
            continue
        old = getattr(article, name)
        if old != new and any(repaired(text) != text for text in _texts(old)):
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
    return _spaced(_clean(text)) or None


def _lines(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for value in values if (line := _line(value))))


# What is clean already, as most is, stays the very object: making another costs more than looking at it.


def _block(block: Block) -> Block | None:
    text = block.text
    clean = _block_text(text)
    if not clean:
        return None
    return block if clean == text else Block(kind=block.kind, text=clean)


def _image(image: Image) -> Image | None:
    url = _address(image)
    if not url:
        return None
    caption, credit, alt = _line(image.caption), _line(image.credit), _line(image.alt)
    if (url, caption, credit, alt) == (image.url, image.caption, image.credit, image.alt):
        return image
    return replace(image, url=url, caption=caption, credit=credit, alt=alt)


def _link(link: Link) -> Link | None:
    url = _address(link)
    if not url:
        return None
    text = _line(link.text) or ""
    return link if (url, text) == (link.url, link.text) else Link(url=url, text=text, rel=link.rel)


def _spaced(text: str) -> str:
    """The text with single spaces for all white space, none around it."""
    if text.isprintable() and "  " not in text and not text.startswith(" ") and not text.endswith(" "):
        return text  # the one white space that counts as printable is the plain space
    return " ".join(text.split())


def _block_text(text: str) -> str:
    """Lines of a block, each clean; none of them empty."""
    clean = _clean(text)
    if clean.isprintable():  # no line break in it
        return _spaced(clean)
    lines = (" ".join(line.split()) for line in clean.splitlines())
    return "\n".join(line for line in lines if line)


def _clean(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    while True:
        seen = repaired(text)
        if not seen.isprintable():
            seen = _UNSEEN.sub("", seen)
        clean = seen if seen.isascii() else unicodedata.normalize("NFC", _stream_safe(seen))
        if clean == text:
            return clean
        text = clean  # what is gone may have hidden more to repair; each repair shortens the text, so this ends


def _stream_safe(text: str) -> str:
    """The text with no more than 30 marks in a row."""
    # Among every tenth character there are three in a row of any 31.
    some = text[::10]
    return text if some.isascii() or not _SOME_MARKS.search(some) else _MANY_MARKS.sub("\\g<0>\u034f", text)


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
