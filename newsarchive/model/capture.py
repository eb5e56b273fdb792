"""Capture: the exact bytes of one response, when they came, and what was known of the address before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class HintSource(StrEnum):
    """Where a hint was read; becomes the field's source if the hint gives the field."""

    FEED = "feed"
    NEWS_SITEMAP = "news-sitemap"
    SITEMAP = "sitemap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a feed or sitemap said of one address. Raw strings as they stood there; None where it said nothing."""

    source: HintSource
    source_url: str
    """The feed's or sitemap's own address."""
    headline: str | None = None
    date_published_raw: str | None = None
    date_modified_raw: str | None = None
    """For a plain sitemap its ``lastmod``, which is no publication date."""
    authors: tuple[str, ...] = ()
    article_section: str | None = None
    keywords: tuple[str, ...] = ()
    in_language: str | None = None
    description: str | None = None
    image_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One response as it came over the wire, kept in a WARC before anything reads it."""

    requested_url: str
    """The address that was asked for, before redirects."""
    url: str
    """The address that answered."""
    fetched_at: datetime
    """Aware, UTC: when the response began to arrive (WARC-Date)."""
    status: int
    """HTTP status code."""
    headers: Mapping[str, str]
    """Response headers, names in lower case, repeated ones joined with ", "."""
    body: bytes
    """The document: the payload with its Content-Encoding undone, still in its own character encoding."""
    digest: str | None = None
    """WARC-Payload-Digest of the record, like ``sha256:…``: over the payload as transferred. None if not kept yet."""
    warc_file: str | None = None
    """Path of the WARC below the captures folder, with ``/``. None if not kept yet."""
    warc_offset: int | None = None
    """Byte offset of the response record's gzip member in that file."""
    hints: tuple[Hints, ...] = ()
    """In the order they were found; a feed's before a sitemap's."""
    run_id: int | None = None
    """The crawl run that fetched it; None outside a crawl."""
    site: str | None = None
    """Short name of the registered site it was fetched for; None if it belongs to none."""

    @property
    def content_type(self) -> str:
        """Media type in lower case without parameters, or an empty string if the server named none."""
        return self.headers.get("content-type", "").split(";", 1)[0].strip().lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureReference:
    """Where the bytes behind a revision lie: enough to read them again and to check them."""

    warc_file: str | None
    warc_offset: int | None
    digest: str | None
    fetched_at: datetime
    status: int
