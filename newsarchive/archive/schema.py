"""The tables of the archive, the same on SQLite and PostgreSQL.

    site ──< source             where a site announces its articles
     │ ├──< crawl_run ──< ledger     what a crawl queued and what became of it
     │ └─── schedule           when it is crawled by itself
     └──< article ──< revision  one canonical URL, and every state of its text
            ├──< address        other addresses that led to it
            └──< sketch ──< sketch_band  what near-copies of a revision's text are found by
    alert                       who was told of what is wrong with a site
    host                        until when a host asked to be left alone, and how often it was asked today
    numbering                   one row: the archive's own name and the last numbers given out, locked by whoever writes

Anyone may open the SQLite file with any tool: text is text, times are UTC as ``YYYY-MM-DD HH:MM:SS[.ffffff]`` (what
SQLite's own date functions read and write), lists are JSON. Views with stable names save the joins, and nobody needs
the tables: :mod:`newsarchive.archive.views` describes them.

The tables are made by the migrations, never from this module; a test holds that the two agree.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeEngine

from newsarchive.model.article import DatePrecision
from newsarchive.model.crawl_run import Outcome, ResourceKind, RunOutcome
from newsarchive.model.schedule import Timing, TurnOutcome

HEAD = "0013"
"""The migration this program was written for: the newest file of ``migrations/versions``."""

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name a later migration can call it by, the same on both databases."""


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: aware in, aware UTC out; naive is refused with ValueError, because nobody knows what it means.

    On SQLite text, ``2024-05-03 10:00:00`` or with six digits of a second behind it, so that text order is time order
    and ``datetime(seen_at, '+1 day')`` works; on PostgreSQL ``TIMESTAMP WITH TIME ZONE``.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:  # noqa: D102
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401, D102 (text or time)
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        if dialect.name != "sqlite":
            return value
        return (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat(" ")[: -len("+00:00")]

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, D102
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(value + "+00:00")
        instant: datetime = value.astimezone(UTC)
        return instant


class Json(TypeDecorator[Any]):
    """JSON: text on SQLite, ``JSONB`` on PostgreSQL; None is NULL.

    No variant of ``JSON``, for that would import the dialect of PostgreSQL, four megabytes, for archives in files.
    """

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:  # noqa: D102
        if dialect.name != "postgresql":
            return dialect.type_descriptor(JSON(none_as_null=True))
        from sqlalchemy.dialects.postgresql import JSONB

        return dialect.type_descriptor(JSONB(none_as_null=True))


def url_key(url: str) -> bytes:
    """Sixteen bytes that stand for an address of any length in an index: the first half of its SHA-256.

    The ledger holds many addresses a crawl; indexing them whole would store each twice, and PostgreSQL indexes no
    text beyond 2,700 bytes.
    """
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).digest()[:16]


def _words(enumeration: type[StrEnum]) -> Enum:
    """A StrEnum stored by its value, as text: readable, and a new member needs no migration."""
    return Enum(enumeration, native_enum=False, length=16, values_callable=lambda members: [m.value for m in members])


# SQLite's own row number, which only a column declared INTEGER is; 64 bits on both.
_Id = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Root of all tables."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        datetime: UTCDateTime(),
        dict[str, Any]: Json(),
        list[Any]: Json(),
        Outcome: _words(Outcome),
        RunOutcome: _words(RunOutcome),
        ResourceKind: _words(ResourceKind),
        DatePrecision: _words(DatePrecision),
        Timing: _words(Timing),
        TurnOutcome: _words(TurnOutcome),
    }


class SiteRow(Base):
    """A registered news site."""

    __tablename__ = "site"

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    home_url: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str | None]
    """The publisher's title, as the site gives it now; a revision keeps what its own page said."""
    publisher: Mapped[str | None]
    """Name of the publisher class chosen for the site."""
    added_at: Mapped[datetime]
    article_url_model: Mapped[dict[str, Any] | None] = mapped_column(Json())
    """What was learnt of the form of its article addresses; None until something was."""
    is_rendered: Mapped[bool] = mapped_column(server_default=false())
    """See ``model.site.Site``."""
    health_looked_at: Mapped[datetime | None]
    """When a worker judged its health last, to tell of what is wrong."""


class SourceRow(Base):
    """A feed, sitemap or section page of a site."""

    __tablename__ = "source"
    __table_args__ = (UniqueConstraint("site_id", "url"),)

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    url: Mapped[str]
    kind: Mapped[ResourceKind]
    title: Mapped[str | None]
    entries: Mapped[int | None]
    last_read_at: Mapped[datetime | None]
    last_status: Mapped[int | None]


class RunRow(Base):
    """One crawl."""

    __tablename__ = "crawl_run"

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), index=True)
    spider: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[RunOutcome | None]
    reason: Mapped[str | None]
    not_due: Mapped[int | None]
    """See ``model.crawl_run.CrawlRun``. Came with migration 0007."""


class LedgerRow(Base):
    """One address a run queued. ``outcome`` is NULL while it waits."""

    __tablename__ = "ledger"
    __table_args__ = (UniqueConstraint("run_id", "url_key", "kind"), Index(None, "run_id", "id"))

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    """In the order of queueing within a run."""
    run_id: Mapped[int] = mapped_column(ForeignKey("crawl_run.id"))
    url_key: Mapped[bytes] = mapped_column(LargeBinary(16))
    """See :func:`url_key`."""
    url: Mapped[str]
    kind: Mapped[ResourceKind]
    found_on: Mapped[str | None]
    queued_at: Mapped[datetime]
    outcome: Mapped[Outcome | None]
    reason: Mapped[str | None]
    detail: Mapped[str | None]
    status: Mapped[int | None]
    finished_at: Mapped[datetime | None]
    warc_file: Mapped[str | None]
    warc_offset: Mapped[int | None] = mapped_column(BigInteger)
    digest: Mapped[str | None]
    announced_at: Mapped[datetime | None]
    """See ``model.crawl_run.LedgerEntry``. Came, as the next one, with migration 0006."""
    reaches_back_to: Mapped[datetime | None]


class VisitRow(Base):
    """What an address answered last; the columns are those of ``model.visit.Visit``."""

    __tablename__ = "visit"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    url_key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    outcome: Mapped[Outcome]
    first_asked_at: Mapped[datetime]
    asked_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    claimed_modified: Mapped[str | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    fetched_at: Mapped[datetime | None]
    warc_file: Mapped[str | None]
    warc_offset: Mapped[int | None] = mapped_column(BigInteger)


class ScheduleRow(Base):
    """When a site is crawled by itself; the columns are those of ``model.schedule.Schedule``."""

    __tablename__ = "schedule"

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True, autoincrement=False)
    timing: Mapped[Timing]
    cron: Mapped[str | None]
    every_s: Mapped[int | None]
    timezone: Mapped[str]
    added_at: Mapped[datetime]
    is_paused: Mapped[bool]
    due_at: Mapped[datetime] = mapped_column(index=True)
    planned_at: Mapped[datetime]
    last_due_at: Mapped[datetime | None]
    turn: Mapped[int]
    turn_at: Mapped[datetime | None]
    rhythm: Mapped[list[Any] | None]
    failures: Mapped[int]
    failing_since: Mapped[datetime | None]
    last_run_id: Mapped[int | None] = mapped_column(ForeignKey("crawl_run.id"))
    last_finished_at: Mapped[datetime | None]
    last_outcome: Mapped[TurnOutcome | None]
    last_reason: Mapped[str | None]


class AlertRow(Base):
    """A finding that somebody was told of; see ``monitoring.alerts``."""

    __tablename__ = "alert"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    site: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    """Empty for the site as a whole."""
    record: Mapped[dict[str, Any]]
    channels: Mapped[list[Any]]
    over: Mapped[list[Any]]


class HostRow(Base):
    """A host that crawls ask, see ``hosts``. Its row goes when neither a rest nor the day's requests count any more."""

    __tablename__ = "host"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    name: Mapped[str] = mapped_column(primary_key=True)
    """As in addresses, in lower case and ASCII, without port and brackets."""
    rests_until: Mapped[datetime | None]
    """None: it never asked to be left alone."""
    asked_on: Mapped[date | None]
    """The last day, in UTC, on which a crawl asked it. Came, as the next one, with migration 0013."""
    asked: Mapped[int] = mapped_column(server_default="0")
    """Requests on that day, robots.txt and all."""


class NumberingRow(Base):
    """One row, id 1: the last numbers given out.

    Who stores articles locks this row for the length of the transaction. So writers take turns (two of them cannot
    both find an article missing), and revision numbers become visible in their order, also on PostgreSQL: a reader
    that follows them never passes one whose transaction is still open.
    """

    __tablename__ = "numbering"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last_article_id: Mapped[int] = mapped_column(BigInteger)
    last_revision_id: Mapped[int] = mapped_column(BigInteger)
    archive_id: Mapped[str] = mapped_column(String(32), server_default=text("''"))
    """Drawn by chance when the archive was made; a copy keeps it."""


class ArticleRow(Base):
    """One canonical URL."""

    __tablename__ = "article"

    id: Mapped[int] = mapped_column(_Id, primary_key=True, autoincrement=False)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), index=True)
    """The registered site it was first fetched for."""
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    """Of the youngest capture that showed it, changed or not. Never moves back."""
    revision_count: Mapped[int]
    latest_revision_id: Mapped[int] = mapped_column(BigInteger)
    """The revision that ``last_seen_at``'s capture showed. No foreign key: article and revision would point at each
    other, and SQLite would search one for the other at every insert."""
    canonical_url: Mapped[str] = mapped_column(unique=True)
    cluster_id: Mapped[int] = mapped_column(BigInteger, index=True, server_default="0")
    """The lowest id among the articles whose texts are near-copies of each other; its own if there is no other."""


class AddressRow(Base):
    """An address other than the canonical one that led to an article: asked for, or answered after redirects."""

    __tablename__ = "address"

    url: Mapped[str] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    """Where it led last."""


class SketchRow(Base):
    """What of a revision's text its near-copies are recognized by; texts too short for that have none."""

    __tablename__ = "sketch"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """Of the revision."""
    minima: Mapped[bytes] = mapped_column(LargeBinary)


class SketchBandRow(Base):
    """One of the keys under which a sketch is found, see ``near_copies``: near-copies have one in common."""

    __tablename__ = "sketch_band"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    band: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(_Id, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    witness: Mapped[int]


class RevisionRow(Base):
    """One state of an article: what ``parser_version`` read from the capture at ``seen_at``.

    Small columns stand first: SQLite reads a row from its beginning, and a long one goes on in overflow pages.
    """

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: Mapped[int] = mapped_column(_Id, primary_key=True, autoincrement=False)
    """The archive's sequence, which the search index follows: a revision whose fields change, or that becomes the
    latest again, gets a new, higher one. What people cite is article and number, which never change."""
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    number: Mapped[int]
    """1, 2, 3 … in the order the archive learnt of them; ``seen_at`` has the order in the world."""
    seen_at: Mapped[datetime]
    """``fetched_at`` of the capture."""
    content_digest: Mapped[str] = mapped_column(String(71))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("crawl_run.id"))
    status: Mapped[int]
    warc_file: Mapped[str | None]
    warc_offset: Mapped[int | None] = mapped_column(BigInteger)
    digest: Mapped[str | None]
    """WARC-Payload-Digest of the capture."""
    parser_version: Mapped[str]
    url: Mapped[str]
    publisher: Mapped[str | None]
    headline: Mapped[str | None]
    alternative_headline: Mapped[str | None]
    description: Mapped[str | None]
    article_section: Mapped[str | None]
    keywords: Mapped[list[Any]]
    authors: Mapped[list[Any]]
    date_published: Mapped[datetime | None]
    date_published_raw: Mapped[str | None]
    date_precision: Mapped[DatePrecision | None]
    date_modified: Mapped[datetime | None]
    in_language: Mapped[str | None]
    is_accessible_for_free: Mapped[bool | None]
    images: Mapped[list[Any]]
    related_links: Mapped[list[Any]]
    field_sources: Mapped[dict[str, Any]]
    block_kinds: Mapped[str]
    """One letter a block (``p`` paragraph, ``h`` heading, ``q`` quote, ``l`` list item, ``t`` table row)."""
    article_body: Mapped[str]
    """The blocks' texts, a blank line between them. Stored once: with ``block_kinds`` the blocks come back exactly."""
    next_page_url: Mapped[str | None]
    """Came with migration 0002, so it stands behind the long columns."""
