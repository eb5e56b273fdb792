"""Articles as rows and back: which column holds what, and text that every database accepts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from newsarchive.model.article import Article, Block, BlockKind, Image, Link, LinkRel
from newsarchive.model.capture import CaptureReference
from newsarchive.model.revision import Candidate, Revision

_LETTERS = {
    BlockKind.PARAGRAPH: "p",
    BlockKind.HEADING: "h",
    BlockKind.QUOTE: "q",
    BlockKind.LIST_ITEM: "l",
    BlockKind.TABLE_ROW: "t",
}
BLOCK_KINDS = {letter: kind for kind, letter in _LETTERS.items()}
"""Letters of ``block_kinds``, and what they stand for."""
_RELS = {rel.value: rel for rel in LinkRel}
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def storable(text: str) -> str:
    """The text with what no database stores (NUL, half a surrogate pair) as replacement characters."""
    if "\0" not in text:
        if text.isascii():
            return text
        try:
            text.encode()  # finds surrogates several times faster than an expression does
        except UnicodeEncodeError:
            pass
        else:
            return text
    return _UNSTORABLE.sub(_REPLACEMENT, text)


def pack_blocks(blocks: Sequence[Block]) -> tuple[str, str]:
    """``(block_kinds, article_body)`` of the blocks.

    Raises ValueError for blocks that could not be told apart again: one is empty, holds a blank line, or has a newline
    at an end that touches another.
    """
    texts = [block.text for block in blocks]
    body = storable("\n\n".join(texts))
    if texts and (body.count("\n\n") != len(texts) - 1 or "" in texts or "\n\n\n" in body):
        raise ValueError(f"a block is empty, holds a blank line or ends in a newline: {body[:80]!r} …")
    return "".join(_LETTERS[block.kind] for block in blocks), body


def unpack_blocks(block_kinds: str, article_body: str) -> tuple[Block, ...]:
    """The blocks that :func:`pack_blocks` packed."""
    if not block_kinds:
        return ()
    return tuple(
        Block(kind=BLOCK_KINDS[letter], text=text)
        for letter, text in zip(block_kinds, article_body.split("\n\n"), strict=True)
    )


def revision_columns(candidate: Candidate) -> dict[str, Any]:
    """What a candidate puts into a row of ``revision``: all but its number and ids.

    Raises ValueError for blocks that are not normalized, see :func:`pack_blocks`.
    """
    article = candidate.article
    capture = candidate.capture
    block_kinds, article_body = pack_blocks(article.blocks)
    return {
        "seen_at": capture.fetched_at,
        "content_digest": candidate.content_digest,
        "run_id": candidate.run_id,
        "status": capture.status,
        "warc_file": _text(capture.warc_file),
        "warc_offset": capture.warc_offset,
        "digest": _text(capture.digest),
        "parser_version": storable(article.parser_version),
        "url": storable(article.url),
        "publisher": _text(article.publisher),
        "headline": _text(article.headline),
        "alternative_headline": _text(article.alternative_headline),
        "description": _text(article.description),
        "article_section": _text(article.article_section),
        "keywords": [storable(keyword) for keyword in article.keywords],
        "authors": [storable(author) for author in article.authors],
        "date_published": article.date_published,
        "date_published_raw": _text(article.date_published_raw),
        "date_precision": article.date_precision,
        "date_modified": article.date_modified,
        "in_language": _text(article.in_language),
        "is_accessible_for_free": article.is_accessible_for_free,
        "next_page_url": _text(article.next_page_url),
        "images": [_image_object(image) for image in article.images],
        "related_links": [
            {"url": storable(link.url), "text": storable(link.text), "rel": link.rel.value}
            for link in article.related_links
        ],
        "field_sources": {storable(field): storable(source) for field, source in article.field_sources.items()},
        "block_kinds": block_kinds,
        "article_body": article_body,
    }


def revision_of(row: Any) -> Revision:  # noqa: ANN401 (a row: all columns of revision, those of its article, site)
    """The revision in a row of :data:`newsarchive.archive.revision_rows.REVISIONS`."""
    return Revision(
        article_id=row.article_id,
        number=row.number,
        seen_at=row.seen_at,
        content_digest=row.content_digest,
        capture=CaptureReference(
            warc_file=row.warc_file,
            warc_offset=row.warc_offset,
            digest=row.digest,
            fetched_at=row.seen_at,
            status=row.status,
        ),
        article=Article(
            url=row.url,
            canonical_url=row.canonical_url,
            site=row.site,
            publisher=row.publisher,
            headline=row.headline,
            alternative_headline=row.alternative_headline,
            description=row.description,
            article_section=row.article_section,
            keywords=tuple(row.keywords),
            authors=tuple(row.authors),
            date_published=row.date_published,
            date_published_raw=row.date_published_raw,
            date_precision=row.date_precision,
            date_modified=row.date_modified,
            in_language=row.in_language,
            is_accessible_for_free=row.is_accessible_for_free,
            next_page_url=row.next_page_url,
            blocks=unpack_blocks(row.block_kinds, row.article_body),
            images=tuple(Image(**image) for image in row.images),
            related_links=tuple(
                Link(url=link["url"], text=link["text"], rel=_RELS[link["rel"]]) for link in row.related_links
            ),
            field_sources=row.field_sources,
            parser_version=row.parser_version,
        ),
        run_id=row.run_id,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        revision_count=row.revision_count,
        cluster_id=row.cluster_id,
    )


def _text(text: str | None) -> str | None:
    return None if text is None else storable(text)


def _image_object(image: Image) -> Mapping[str, Any]:
    """The image as JSON, without what it does not say."""
    members: dict[str, Any] = {"url": storable(image.url)}
    for name in ("caption", "credit", "alt"):
        text = getattr(image, name)
        if text is not None:
            members[name] = storable(text)
    for name in ("width_px", "height_px"):
        if getattr(image, name) is not None:
            members[name] = getattr(image, name)
    if image.is_main:
        members["is_main"] = True
    return members
