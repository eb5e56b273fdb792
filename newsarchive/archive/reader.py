"""ArchiveReader: everything that is asked of an archive. Reads only; never changes a row.

What may be long is streamed in chunks of rows ordered by a key, at constant memory, inside one transaction: an export
or an index sees the archive of one moment, however long it takes and whatever is crawled meanwhile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from newsarchive.archive.chunks import chunks
from newsarchive.archive.database import Database
from newsarchive.archive.hosts import asked_on, resting_hosts
from newsarchive.archive.near_copies.earliest import earliest_first
from newsarchive.archive.revision_rows import INDEXED, REVISIONS
from newsarchive.archive.rows import revision_of, storable
from newsarchive.archive.runs.resuming import (
    Ended,
    Unfinished,
    ended_in,
    unfinished,
    unfinished_backfill,
    waiting_after,
)
from newsarchive.archive.runs.rows import ledger_entry, outcomes_by_kind, runs_of
from newsarchive.archive.schema.articles import ADDRESS, ARTICLE, NUMBERING, REVISION
from newsarchive.archive.schema.crawls import LEDGER, RUN
from newsarchive.archive.schema.sites import SITE
from newsarchive.archive.site_rows import SITES, read_sites, unknown_site
from newsarchive.archive.visits import visits_to
from newsarchive.errors import UnknownArticleError
from newsarchive.model.crawl_run import CrawlRun, LedgerEntry, Outcome, ResourceKind
from newsarchive.model.revision import Revision
from newsarchive.model.site import Site
from newsarchive.model.visit import Visit
from newsarchive.urls import identity_url

ROWS = 200
"""Rows fetched at once: about a megabyte of article text."""
_MAX_ID = 2**63 - 1
_MAX_NUMBER = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much an archive holds."""

    sites: int
    articles: int
    revisions: int
    articles_by_site: Mapping[str | None, int]
    """By short name, sites without an article included; None: articles of no registered site."""


class ArchiveReader:
    """Reads sites, runs, ledgers and articles. Threads may share one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Sites

    def sites(self) -> tuple[Site, ...]:
        """All registered sites by name, with their sources in the order they were found."""
        with self._database.read() as connection:
            return read_sites(connection, SITES.order_by(SITE.c.name))

    def site(self, name: str) -> Site:
        """The site of that short name. Raises UnknownSiteError, which names what was perhaps meant."""
        with self._database.read() as connection:
            found = read_sites(connection, SITES.where(SITE.c.name == storable(name)))
            if not found:
                raise unknown_site(connection, name)
            return found[0]

    def article_url_model(self, site: str) -> Mapping[str, Any] | None:
        """What ``ArchiveWriter.save_article_url_model`` kept; None if nothing was. Raises UnknownSiteError."""
        with self._database.read() as connection:
            query = select(SITE.c.article_url_model).where(SITE.c.name == storable(site))
            row = connection.execute(query).one_or_none()
            if row is None:
                raise unknown_site(connection, site)
            model: Mapping[str, Any] | None = row.article_url_model
            return model

    # Runs

    def runs(self, site: str | None = None) -> tuple[CrawlRun, ...]:
        """All crawl runs, or those of a site, oldest first. Raises UnknownSiteError."""
        query = select(RUN.c.id)
        with self._database.read() as connection:
            if site is not None:
                site_id = connection.execute(select(SITE.c.id).where(SITE.c.name == storable(site))).scalar()
                if site_id is None:
                    raise unknown_site(connection, site)
                query = query.where(RUN.c.site_id == site_id)
            return runs_of(connection, connection.execute(query).scalars().all())

    def run(self, run_id: int) -> CrawlRun | None:
        """The run of that number; None if there is none."""
        with self._database.read() as connection:
            found = runs_of(connection, [run_id]) if 0 < run_id <= _MAX_ID else ()
            return found[0] if found else None

    def ledger(
        self, run_id: int, outcome: Outcome | None = None, *, only_waiting: bool = False
    ) -> Iterator[LedgerEntry]:
        """A run's ledger in the order of queueing, streamed: all, those with an outcome, or those without one yet."""
        if not 0 < run_id <= _MAX_ID:
            return
        query = select(LEDGER).where(LEDGER.c.run_id == run_id).order_by(LEDGER.c.id).limit(10 * ROWS)
        if outcome is not None:
            query = query.where(LEDGER.c.outcome == outcome)
        if only_waiting:
            query = query.where(LEDGER.c.outcome.is_(None))
        with self._database.read() as connection:
            after = 0
            while rows := connection.execute(query.where(LEDGER.c.id > after)).all():
                for row in rows:
                    yield ledger_entry(row)
                after = rows[-1].id

    def recent_pages(self, site: str, limit: int) -> tuple[LedgerEntry, ...]:
        """The pages of a site whose captures are the latest, articles or not, each address once. No 304 is among them.

        Of one run those it asked for first: feeds come first, and name new articles. Raises UnknownSiteError.
        """
        read = (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.NOT_ARTICLE)
        query = (
            select(LEDGER)
            .where(LEDGER.c.kind == ResourceKind.PAGE, LEDGER.c.outcome.in_(read))
            .where(LEDGER.c.warc_file.is_not(None), LEDGER.c.digest.is_not(None))
            .order_by(LEDGER.c.id)
            .limit(limit)
        )
        found: dict[str, LedgerEntry] = {}
        with self._database.read() as connection:
            site_id = connection.execute(select(SITE.c.id).where(SITE.c.name == storable(site))).scalar()
            if site_id is None:
                raise unknown_site(connection, site)
            runs = select(RUN.c.id).where(RUN.c.site_id == site_id).order_by(RUN.c.id.desc())
            for run_id in connection.execute(runs).scalars().all():
                for row in connection.execute(query.where(LEDGER.c.run_id == run_id)):
                    found.setdefault(row.url, ledger_entry(row))
                if len(found) >= limit:
                    break
        return tuple(found.values())[:limit]

    # What the next crawl of a site has to know

    def visits(self, urls: Iterable[str]) -> Mapping[str, Visit]:
        """What these addresses answered last, by address; those that never answered are missing."""
        with self._database.read() as connection:
            return visits_to(connection, urls)

    def unfinished(self, site: str) -> Unfinished:
        """How the last crawls of a site ended, and which of them were cut off."""
        with self._database.read() as connection:
            return unfinished(connection, site)

    def waiting_after(self, run_id: int, row_id: int, limit: int) -> Sequence[tuple[int, LedgerEntry]]:
        """The next entries of a run that wait, behind that row of the ledger; each with its row. 0: from the first."""
        with self._database.read() as connection:
            return waiting_after(connection, run_id, row_id, limit)

    def unfinished_backfill(self, site: str, since: datetime | None, until: datetime | None) -> Unfinished:
        """Which backfills of a site one for these days goes on with; None, None: for those of the last one."""
        with self._database.read() as connection:
            return unfinished_backfill(connection, site, since, until)

    def ended_in(self, run_ids: Iterable[int], urls: Iterable[str], since: datetime) -> Mapping[str, Ended]:
        """How these addresses ended in one of these runs, at that time or later; those that did not are missing."""
        with self._database.read() as connection:
            return ended_in(connection, run_ids, urls, since)

    def outcomes_by_kind(self, run_id: int) -> Mapping[tuple[ResourceKind, Outcome], int]:
        """How many addresses of a run were queued as what and came to which outcome."""
        with self._database.read() as connection:
            return outcomes_by_kind(connection, run_id)

    def asked_on(self, day: date) -> Counter[str]:
        """How many requests each host was sent on that day, in UTC, by all crawls."""
        with self._database.read() as connection:
            return asked_on(connection, day)

    def resting_hosts(self, at: datetime) -> dict[str, datetime]:
        """The hosts that asked a crawl to be left alone for longer than until then, each with the end of its rest."""
        with self._database.read() as connection:
            return resting_hosts(connection, at)

    def archive_id(self) -> str:
        """The archive's own name, drawn by chance when it was made; a copy has the same."""
        with self._database.read() as connection:
            return connection.execute(select(NUMBERING.c.archive_id)).scalar_one()

    # Counts

    def counts(self) -> Counts:
        """How many sites, articles and revisions there are."""
        per_site = select(ARTICLE.c.site_id, func.count().label("articles")).group_by(ARTICLE.c.site_id)
        with self._database.read() as connection:
            articles: dict[int | None, int] = {row.site_id: row.articles for row in connection.execute(per_site)}
            revisions = connection.execute(select(func.count()).select_from(REVISION)).scalar_one()
            names = connection.execute(select(SITE.c.id, SITE.c.name).order_by(SITE.c.name)).all()
        by_site: dict[str | None, int] = {row.name: articles.get(row.id, 0) for row in names}
        if None in articles:
            by_site[None] = articles[None]
        return Counts(sites=len(names), articles=sum(articles.values()), revisions=revisions, articles_by_site=by_site)

    # Articles

    def article_id_of(self, url: str) -> int:
        """The article behind an address: canonical, asked for or answered, with or without tracking parameters.

        Raises UnknownArticleError.
        """
        with self._database.read() as connection:
            return _article_id(connection, url)

    def archived(self, urls: Iterable[str]) -> frozenset[str]:
        """Which of these addresses, as they are given, lead to an article that is in the archive."""
        found: set[str] = set()
        with self._database.read() as connection:
            for chunk in chunks(urls):
                for column in (ADDRESS.c.url, ARTICLE.c.canonical_url):
                    found.update(connection.execute(select(column).where(column.in_(chunk))).scalars())
        return frozenset(found)

    def revision(self, article: int | str, number: int | None = None, *, as_of: datetime | None = None) -> Revision:
        """One state of an article, given by id or by any of its addresses: the latest, or that number.

        With ``as_of`` (aware) the state it was in at that time, as far as captures tell. Raises UnknownArticleError if
        there is no such article or revision, or none was seen by then.
        """
        with self._database.read() as connection:
            article_id = _article_id(connection, article)
            query = REVISIONS.where(ARTICLE.c.id == article_id)
            if number is not None:
                query = query.where(REVISION.c.number == min(max(number, 0), _MAX_NUMBER))
            elif as_of is None:
                query = query.where(REVISION.c.id == ARTICLE.c.latest_revision_id)
            else:
                last_seen_at = connection.execute(
                    select(ARTICLE.c.last_seen_at).where(ARTICLE.c.id == article_id)
                ).scalar_one()
                if as_of >= last_seen_at:
                    query = query.where(REVISION.c.id == ARTICLE.c.latest_revision_id)
                else:
                    query = query.where(REVISION.c.seen_at <= as_of).order_by(*_NEWEST_FIRST).limit(1)
            row = connection.execute(query).one_or_none()
            if row is None:
                raise _unknown_revision(connection, article_id, number, as_of)
            return revision_of(row)

    def revisions(self, article: int | str) -> tuple[Revision, ...]:
        """All states of an article in the order they appeared in the world. Raises UnknownArticleError."""
        with self._database.read() as connection:
            query = REVISIONS.where(ARTICLE.c.id == _article_id(connection, article))
            rows = connection.execute(query.order_by(REVISION.c.seen_at, REVISION.c.number))
            return tuple(revision_of(row) for row in rows)

    def near_copies(self, article: int | str) -> tuple[Revision, ...]:
        """The article and all whose texts are nearly the same, in their latest revisions, the earliest known first.

        What "earliest" goes by: ``near_copies.earliest.earliest_first``. Raises UnknownArticleError.
        """
        with self._database.read() as connection:
            cluster = select(ARTICLE.c.cluster_id).where(ARTICLE.c.id == _article_id(connection, article))
            query = REVISIONS.where(REVISION.c.id == ARTICLE.c.latest_revision_id)
            rows = connection.execute(query.where(ARTICLE.c.cluster_id == cluster.scalar_subquery()))
            return earliest_first(map(revision_of, rows))

    def cluster_size(self, cluster_id: int) -> int:
        """How many articles are in a cluster; 0 if there is none of that number."""
        with self._database.read() as connection:
            query = select(func.count()).where(ARTICLE.c.cluster_id == min(cluster_id, _MAX_ID))
            return connection.execute(query).scalar_one()

    def latest(self, article_ids: Sequence[int]) -> tuple[Revision, ...]:
        """The latest revisions of these articles, in this order; ids that do not exist are left out."""
        return tuple(self.iter_latest(article_ids=article_ids))

    def iter_latest(self, *, after_id: int = 0, article_ids: Iterable[int] | None = None) -> Iterator[Revision]:
        """The latest revision of every article with an id above ``after_id``, by id, streamed.

        With ``article_ids`` of these articles, in the given order; ids that do not exist are left out.
        """
        query = REVISIONS.where(REVISION.c.id == ARTICLE.c.latest_revision_id)
        with self._database.read() as connection:
            if article_ids is not None:
                for chunk in chunks((i for i in article_ids if after_id < i <= _MAX_ID), ROWS):
                    rows = connection.execute(query.where(ARTICLE.c.id.in_(chunk)))
                    found = {row.article_id: row for row in rows}
                    yield from (revision_of(found[i]) for i in chunk if i in found)
                return
            query = query.order_by(ARTICLE.c.id).limit(ROWS)
            while chunk_rows := connection.execute(query.where(ARTICLE.c.id > after_id)).all():
                yield from map(revision_of, chunk_rows)
                after_id = chunk_rows[-1].article_id

    def iter_rows_after(self, sequence: int) -> Iterator[Row[*tuple[Any, ...]]]:
        """Every revision with a higher sequence number, in that order, streamed: what an index has yet to learn.

        Rows of ``revision_rows.INDEXED``; the article is in this state now if ``sequence == latest_revision_id``.
        Numbers become visible in their order, also on PostgreSQL (see ``schema.articles.NumberingColumns``): whoever
        has seen one has seen all below it.
        """
        query = INDEXED.order_by(REVISION.c.id).limit(ROWS)
        with self._database.read() as connection:
            while rows := connection.execute(query.where(REVISION.c.id > sequence)).all():
                yield from rows
                sequence = rows[-1].sequence

    def latest_row(self, article_id: int) -> Row[*tuple[Any, ...]]:
        """The latest revision of an article that there is, as such a row."""
        query = INDEXED.where(ARTICLE.c.id == article_id, REVISION.c.id == ARTICLE.c.latest_revision_id)
        with self._database.read() as connection:
            return connection.execute(query).one()

    def next_sequence(self, after: int) -> int | None:
        """The lowest sequence number above that one; None if there is none."""
        with self._database.read() as connection:
            query = select(func.min(REVISION.c.id)).where(REVISION.c.id > after)
            return connection.execute(query).scalar()

    def count_revisions_after(self, sequence: int) -> int:
        """How many revisions have a higher sequence number: by how many an index is behind."""
        with self._database.read() as connection:
            query = select(func.count()).select_from(REVISION).where(REVISION.c.id > min(sequence, _MAX_ID))
            return connection.execute(query).scalar_one()


_NEWEST_FIRST = (REVISION.c.seen_at.desc(), REVISION.c.number.desc())


def _article_id(connection: Connection, article: int | str) -> int:
    """The id of an article given by id or address. Raises UnknownArticleError."""
    if isinstance(article, int):
        query = select(ARTICLE.c.id).where(ARTICLE.c.id == article)
        if not 0 < article <= _MAX_ID or connection.execute(query).scalar() is None:
            raise UnknownArticleError(f"no article {article}: find one with `newsarchive search WORDS`")
        return article
    urls = [storable(article)]
    with suppress(ValueError):  # no http(s) address: then nothing is stored under it either
        urls.append(identity_url(article))
    for column, found in ((ARTICLE.c.canonical_url, ARTICLE.c.id), (ADDRESS.c.url, ADDRESS.c.article_id)):
        for url in urls:
            article_id = connection.execute(select(found).where(column == url)).scalar()
            if article_id is not None:
                return article_id
    raise UnknownArticleError(
        f"no article from {article[:300]}: find one with `newsarchive search WORDS`, or fetch it with "
        "`newsarchive crawl URL`"
    )


def _unknown_revision(
    connection: Connection, article_id: int, number: int | None, as_of: datetime | None
) -> UnknownArticleError:
    row = connection.execute(
        select(ARTICLE.c.revision_count, ARTICLE.c.first_seen_at).where(ARTICLE.c.id == article_id)
    ).one()
    if number is not None:
        there_are = "it has only one" if row.revision_count == 1 else f"its revisions are 1 to {row.revision_count}"
        return UnknownArticleError(f"article {article_id} has no revision {number}: {there_are}")
    return UnknownArticleError(
        f"article {article_id} was not seen by {as_of:%Y-%m-%d %H:%M}: first on {row.first_seen_at:%Y-%m-%d %H:%M} UTC"
    )
