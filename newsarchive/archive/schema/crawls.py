"""Tables of crawls: what they queued and what became of it, and what the next one has to know."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Named,
    Table,
    Text,
    TypedColumns,
    UniqueConstraint,
)

from newsarchive.archive.schema.column_types import ROW_ID, Json, UTCDateTime, word
from newsarchive.archive.schema.metadata import METADATA
from newsarchive.model.crawl_run import Outcome, ResourceKind, RunOutcome


def url_key(url: str) -> bytes:
    """Sixteen bytes that stand for an address of any length in an index: the first half of its SHA-256.

    The ledger holds many addresses a crawl; indexing them whole would store each twice, and PostgreSQL indexes no
    text beyond 2,700 bytes.
    """
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).digest()[:16]


class RunColumns(TypedColumns):
    """One crawl."""

    id: Named[int] = Column(ROW_ID, primary_key=True)
    site_id: Named[int | None] = Column(ROW_ID, ForeignKey("site.id"), index=True)
    spider: Named[str] = Column(Text)
    arguments: Named[dict[str, Any]] = Column(Json)
    started_at: Named[datetime] = Column(UTCDateTime)
    finished_at: Named[datetime | None] = Column(UTCDateTime)
    outcome: Named[RunOutcome | None] = Column(word(RunOutcome))
    reason: Named[str | None] = Column(Text)
    not_due: Named[int | None] = Column(Integer)
    """See ``model.crawl_run.CrawlRun``. Came with migration 0007."""


class LedgerColumns(TypedColumns):
    """One address a run queued. ``outcome`` is NULL while it waits."""

    id: Named[int] = Column(ROW_ID, primary_key=True)
    """In the order of queueing within a run."""
    run_id: Named[int] = Column(ROW_ID, ForeignKey("crawl_run.id"))
    url_key: Named[bytes] = Column(LargeBinary(16))
    """See :func:`url_key`."""
    url: Named[str] = Column(Text)
    kind: Named[ResourceKind] = Column(word(ResourceKind))
    found_on: Named[str | None] = Column(Text)
    queued_at: Named[datetime] = Column(UTCDateTime)
    outcome: Named[Outcome | None] = Column(word(Outcome))
    reason: Named[str | None] = Column(Text)
    detail: Named[str | None] = Column(Text)
    status: Named[int | None] = Column(Integer)
    finished_at: Named[datetime | None] = Column(UTCDateTime)
    warc_file: Named[str | None] = Column(Text)
    warc_offset: Named[int | None] = Column(BigInteger)
    digest: Named[str | None] = Column(Text)
    announced_at: Named[datetime | None] = Column(UTCDateTime)
    """See ``model.crawl_run.LedgerEntry``. Came, as the next one, with migration 0006."""
    reaches_back_to: Named[datetime | None] = Column(UTCDateTime)


class VisitColumns(TypedColumns):
    """What an address answered last; the columns are those of ``model.visit.Visit``."""

    url_key: Named[bytes] = Column(LargeBinary(16), primary_key=True)
    outcome: Named[Outcome] = Column(word(Outcome))
    first_asked_at: Named[datetime] = Column(UTCDateTime)
    asked_at: Named[datetime] = Column(UTCDateTime)
    published_at: Named[datetime | None] = Column(UTCDateTime)
    changed_at: Named[datetime | None] = Column(UTCDateTime)
    claimed_modified: Named[str | None] = Column(Text)
    etag: Named[str | None] = Column(Text)
    last_modified: Named[str | None] = Column(Text)
    fetched_at: Named[datetime | None] = Column(UTCDateTime)
    warc_file: Named[str | None] = Column(Text)
    warc_offset: Named[int | None] = Column(BigInteger)


class HostColumns(TypedColumns):
    """A host that crawls ask, see ``hosts``. Its row goes when neither a rest nor the day's requests count any more."""

    name: Named[str] = Column(Text, primary_key=True)
    """As in addresses, in lower case and ASCII, without port and brackets."""
    rests_until: Named[datetime | None] = Column(UTCDateTime)
    """None: it never asked to be left alone."""
    asked_on: Named[date | None] = Column(Date)
    """The last day, in UTC, on which a crawl asked it. Came, as the next one, with migration 0013."""
    asked: Named[int] = Column(Integer, server_default="0")
    """Requests on that day, robots.txt and all."""


RUN = Table("crawl_run", METADATA, RunColumns)
LEDGER = Table(
    "ledger", METADATA, LedgerColumns, UniqueConstraint("run_id", "url_key", "kind"), Index(None, "run_id", "id")
)
VISIT = Table("visit", METADATA, VisitColumns, sqlite_with_rowid=False)
HOST = Table("host", METADATA, HostColumns, sqlite_with_rowid=False)
