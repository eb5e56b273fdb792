"""Article: what a reader sees of one news page, in the words of schema.org's NewsArticle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class DatePrecision(StrEnum):
    """How much of a date its source stated."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"


class BlockKind(StrEnum):
    """What a piece of the body is in its markup."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    QUOTE = "quote"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"


class LinkRel(StrEnum):
    """Why the article links there."""

    RELATED = "related"
    """The newsroom points at another article: a "Related:" or "Read also" line or box, in or under the body."""
    INLINE = "inline"
    """A link in the running text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One piece of the article's own text, in reading order.

    Captions, credits, teasers, bylines, "Related:" lines, reading times and comments are not blocks.
    """

    kind: BlockKind
    text: str
    """Never empty, no blank line in it; a line break of the markup (``<br>``) is one newline."""

    def __reduce__(self) -> tuple[Callable[..., Block], tuple[BlockKind, str]]:
        """Pickle as two values. By the way of dataclasses it takes thrice as long, and articles have many."""
        return _block, (self.kind, self.text)


def _block(kind: BlockKind, text: str) -> Block:
    return Block(kind=kind, text=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture that belongs to the article."""

    url: str
    caption: str | None = None
    credit: str | None = None
    """The photographer or agency, without "Photo:" or "©"."""
    alt: str | None = None
    width_px: int | None = None
    """As the markup states it, not measured."""
    height_px: int | None = None
    is_main: bool = False
    """True of at most one image of an article: the one a teaser would show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A typed link out of the article."""

    url: str
    """Absolute, resolved against the page's address or its ``<base>``."""
    text: str
    """The anchor's text, without a "Related:" in front of it."""
    rel: LinkRel

    def __reduce__(self) -> tuple[Callable[..., Link], tuple[str, str, LinkRel]]:
        """Pickle as three values, as blocks are."""
        return _link, (self.url, self.text, self.rel)


def _link(url: str, text: str, rel: LinkRel) -> Link:
    return Link(url=url, text=text, rel=rel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What one page says. What is not on the page, nor in its feed or sitemap entry, is None or empty."""

    url: str
    """The address the page was finally fetched from."""
    canonical_url: str
    """The article's identity: the page's own canonical address if it is credible, else ``url`` without tracking."""
    site: str | None = None
    """Short name the site is registered under, like ``thegreatlakeseye``; None for a page of no registered site."""
    publisher: str | None = None
    """The publisher's title, like "The Great Lakes Eye"."""
    headline: str | None = None
    alternative_headline: str | None = None
    """A kicker, a subtitle or a different headline the page gives for itself."""
    description: str | None = None
    """The standfirst or summary the page gives for itself, never one made from the body."""
    article_section: str | None = None
    """One section a reader would recognize, like "International"."""
    keywords: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    """Names of people (or an agency if it signs), without "By" and without roles, in the order of the byline."""
    date_published: datetime | None = None
    """Aware, UTC. For a date without a time: midnight UTC of that day, with ``date_precision`` ``day``."""
    date_published_raw: str | None = None
    """The string ``date_published`` was read from, also where it could not be read or lies in the future."""
    date_precision: DatePrecision | None = None
    date_modified: datetime | None = None
    """Aware, UTC; None if it is not stated."""
    in_language: str | None = None
    """BCP 47 code, like ``en`` or ``pt-BR``."""
    is_accessible_for_free: bool | None = None
    """False behind a paywall; None if the page says nothing of it."""
    next_page_url: str | None = None
    """Where the same article goes on if it is split over several pages; None on its last page, and of any other. Never
    the next story."""
    blocks: tuple[Block, ...] = ()
    images: tuple[Image, ...] = ()
    related_links: tuple[Link, ...] = ()
    """All typed links, ``related`` and ``inline``, in page order."""
    field_sources: Mapping[str, str] = field(default_factory=dict)
    """Which rule gave each field that is set: ``json-ld``, ``og``, ``meta``, ``h1``, ``feed``, ``publisher`` …"""
    parser_version: str = ""
    """Which parser read it, like ``generic/1`` or ``thegreatlakeseye/1``; a new number when its output can change."""

    @property
    def article_body(self) -> str:
        """All block texts, a blank line between them."""
        return "\n\n".join(block.text for block in self.blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotArticle:
    """The verdict on a page that holds no article. An outcome, not an error."""

    url: str
    reason: str
    """A short code: ``no-headline``, ``no-body``, ``soft-404``, ``bot-wall``, ``not-html``, ``section-page`` …"""
    detail: str = ""
    """What was seen, for a person; may be empty."""
