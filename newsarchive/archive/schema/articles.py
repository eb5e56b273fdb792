"""Tables of articles, of the states they were seen in, and of the numbers both are given."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    Named,
    String,
    Table,
    Text,
    TypedColumns,
    UniqueConstraint,
    text,
)

from newsarchive.archive.schema.column_types import ROW_ID, Json, UTCDateTime, word
from newsarchive.archive.schema.metadata import METADATA
from newsarchive.model.article import DatePrecision


class NumberingColumns(TypedColumns):
    """One row, id 1: the last numbers given out.

    Who stores articles locks this row for the length of the transaction. So writers take turns (two of them cannot
    both find an article missing), and revision numbers become visible in their order, also on PostgreSQL: a reader
    that follows them never passes one whose transaction is still open.
    """

    id: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    last_article_id: Named[int] = Column(BigInteger)
    last_revision_id: Named[int] = Column(BigInteger)
    archive_id: Named[str] = Column(String(32), server_default=text("''"))
    """Drawn by chance when the archive was made; a copy keeps it."""


class ArticleColumns(TypedColumns):
    """One canonical URL."""

    id: Named[int] = Column(ROW_ID, primary_key=True, autoincrement=False)
    site_id: Named[int | None] = Column(ROW_ID, ForeignKey("site.id"), index=True)
    """The registered site it was first fetched for."""
    first_seen_at: Named[datetime] = Column(UTCDateTime)
    last_seen_at: Named[datetime] = Column(UTCDateTime)
    """Of the youngest capture that showed it, changed or not. Never moves back."""
    revision_count: Named[int] = Column(Integer)
    latest_revision_id: Named[int] = Column(BigInteger)
    """The revision that ``last_seen_at``'s capture showed. No foreign key: article and revision would point at each
    other, and SQLite would search one for the other at every insert."""
    canonical_url: Named[str] = Column(Text, unique=True)
    cluster_id: Named[int] = Column(BigInteger, index=True, server_default="0")
    """The lowest id among the articles whose texts are near-copies of each other; its own if there is no other."""


class AddressColumns(TypedColumns):
    """An address other than the canonical one that led to an article: asked for, or answered after redirects."""

    url: Named[str] = Column(Text, primary_key=True)
    article_id: Named[int] = Column(ROW_ID, ForeignKey("article.id"))
    """Where it led last."""


class RevisionColumns(TypedColumns):
    """One state of an article: what ``parser_version`` read from the capture at ``seen_at``.

    Small columns stand first: SQLite reads a row from its beginning, and a long one goes on in overflow pages.
    """

    id: Named[int] = Column(ROW_ID, primary_key=True, autoincrement=False)
    """The archive's sequence, which the search index follows: a revision whose fields change, or that becomes the
    latest again, gets a new, higher one. What people cite is article and number, which never change."""
    article_id: Named[int] = Column(ROW_ID, ForeignKey("article.id"))
    number: Named[int] = Column(Integer)
    """1, 2, 3 … in the order the archive learnt of them; ``seen_at`` has the order in the world."""
    seen_at: Named[datetime] = Column(UTCDateTime)
    """``fetched_at`` of the capture."""
    content_digest: Named[str] = Column(String(71))
    run_id: Named[int | None] = Column(ROW_ID, ForeignKey("crawl_run.id"))
    status: Named[int] = Column(Integer)
    warc_file: Named[str | None] = Column(Text)
    warc_offset: Named[int | None] = Column(BigInteger)
    digest: Named[str | None] = Column(Text)
    """WARC-Payload-Digest of the capture."""
    parser_version: Named[str] = Column(Text)
    url: Named[str] = Column(Text)
    publisher: Named[str | None] = Column(Text)
    headline: Named[str | None] = Column(Text)
    alternative_headline: Named[str | None] = Column(Text)
    description: Named[str | None] = Column(Text)
    article_section: Named[str | None] = Column(Text)
    keywords: Named[list[Any]] = Column(Json)
    authors: Named[list[Any]] = Column(Json)
    date_published: Named[datetime | None] = Column(UTCDateTime)
    date_published_raw: Named[str | None] = Column(Text)
    date_precision: Named[DatePrecision | None] = Column(word(DatePrecision))
    date_modified: Named[datetime | None] = Column(UTCDateTime)
    in_language: Named[str | None] = Column(Text)
    is_accessible_for_free: Named[bool | None] = Column(Boolean)
    images: Named[list[Any]] = Column(Json)
    related_links: Named[list[Any]] = Column(Json)
    field_sources: Named[dict[str, Any]] = Column(Json)
    block_kinds: Named[str] = Column(Text)
    """One letter a block (``p`` paragraph, ``h`` heading, ``q`` quote, ``l`` list item, ``t`` table row)."""
    article_body: Named[str] = Column(Text)
    """The blocks' texts, a blank line between them. Stored once: with ``block_kinds`` the blocks come back exactly."""
    next_page_url: Named[str | None] = Column(Text)
    """Came with migration 0002, so it stands behind the long columns."""


NUMBERING = Table("numbering", METADATA, NumberingColumns)
ARTICLE = Table("article", METADATA, ArticleColumns)
ADDRESS = Table("address", METADATA, AddressColumns)
REVISION = Table("revision", METADATA, RevisionColumns, UniqueConstraint("article_id", "number"))
