"""ArchiveWriter: the only way into the archive. One call is one transaction, on disk when it returns.

The clock is the caller's: every time that is written is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from newsarchive.archive.database import Database
from newsarchive.archive.hosts import forget_hosts, write_hosts
from newsarchive.archive.near_copies.reclustering import recluster
from newsarchive.archive.rows import storable
from newsarchive.archive.runs.resuming import carry_over
from newsarchive.archive.schema.articles import ARTICLE, REVISION
from newsarchive.archive.schema.crawls import LEDGER, RUN, url_key
from newsarchive.archive.schema.schedules import SCHEDULE
from newsarchive.archive.schema.sites import SITE, SOURCE
from newsarchive.archive.storing import PageStore
from newsarchive.archive.visits import write_visits
from newsarchive.errors import ArchiveError, SiteExistsError, UnknownSiteError
from newsarchive.model.crawl_run import LedgerEntry, Outcome, RunOutcome
from newsarchive.model.revision import Candidate
from newsarchive.model.site import Site, Source, is_site_name
from newsarchive.model.visit import Visit
from newsarchive.urls import MAX_URL_LENGTH

MAX_DETAIL = 1000
"""Characters kept of a ledger entry's detail: it may quote a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a crawl wants on disk at once, written in this order."""

    queued: tuple[LedgerEntry, ...] = ()
    """Addresses newly queued. One that the run has queued before stays as it is."""
    pages: tuple[tuple[Candidate, LedgerEntry], ...] = ()
    """Pages that were read, each with its ledger entry, whose outcome the archive fills in."""
    finished: tuple[LedgerEntry, ...] = ()
    """Entries of all other addresses that have their outcome. An entry's first outcome stands: a batch that is stored
    twice, because its writer died before it heard of the first time, says ``new`` and not ``unchanged``."""
    visits: tuple[Visit, ...] = ()
    """What addresses answered, for the next time. The archive fills in the outcomes of those of ``pages``."""
    rests: Mapping[str, datetime] = field(default_factory=dict)
    """Hosts that asked to be left alone, and until when."""
    asked: Mapping[tuple[str, date], int] = field(default_factory=dict)
    """Requests sent to hosts, by host and day in UTC. The one thing that adds up: a batch that is stored twice counts
    them twice, so that a host is asked rather less than more."""


class ArchiveWriter:
    """Writes sites, runs, ledgers and articles. Threads may share one; their transactions take turns."""

    def __init__(self, database: Database) -> None:
        self._database = database
        upsert = database.upsert(LEDGER)
        self._queue = upsert.on_conflict_do_nothing(index_elements=_LEDGER_KEY)
        self._finish = upsert.on_conflict_do_update(
            index_elements=_LEDGER_KEY,
            set_={name: upsert.excluded[name] for name in _FINISHING},
            where=LEDGER.c.outcome.is_(None),
        )

    def add_site(self, site: Site) -> None:
        """Register a site, with its sources.

        Raises SiteExistsError if its name or home address is registered, ArchiveError if its name is not of lower-case
        letters, digits and single hyphens.
        """
        if not is_site_name(site.name):
            raise ArchiveError(
                f"{site.name!r} is no site name: use up to 64 lower-case letters and digits, with hyphens between them"
            )
        try:
            with self._database.write() as connection:
                site_id = connection.execute(
                    insert(SITE)
                    .values(
                        name=site.name,
                        home_url=storable(site.home_url),
                        title=_text(site.title),
                        publisher=site.publisher,
                        added_at=site.added_at,
                        is_rendered=site.is_rendered,
                    )
                    .returning(SITE.c.id)
                ).scalar_one()
                self._remember(connection, site_id, site.sources)
        except IntegrityError as error:
            with self._database.read() as connection:
                taken = select(SITE.c.name, SITE.c.home_url).where(
                    (SITE.c.name == site.name) | (SITE.c.home_url == storable(site.home_url))
                )
                names = ", ".join(f"{row.name} ({row.home_url})" for row in connection.execute(taken))
            raise SiteExistsError(f"registered already: {names}; `newsarchive site list` shows all") from error

    def update_site(self, site: Site) -> None:
        """Give the site of that name this home address, title, publisher class and way of reading. Its sources stay.

        Raises UnknownSiteError, or SiteExistsError if another site has the home address.
        """
        values = {
            "home_url": storable(site.home_url),
            "title": _text(site.title),
            "publisher": site.publisher,
            "is_rendered": site.is_rendered,
        }
        try:
            with self._database.write() as connection:
                site_id = _site_id(connection, site.name)
                connection.execute(update(SITE).where(SITE.c.id == site_id).values(values))
        except IntegrityError as error:
            raise SiteExistsError(f"another site is registered for {site.home_url}") from error

    def remove_site(self, name: str) -> None:
        """Forget a site that gave no articles: its sources, runs and their ledgers. The captures stay.

        Raises UnknownSiteError, or ArchiveError if it has articles, or a run of it stored one of another site.
        """
        with self._database.write() as connection:
            site_id = _site_id(connection, name)
            runs = select(RUN.c.id).where(RUN.c.site_id == site_id)
            articles = select(ARTICLE.c.id).where(ARTICLE.c.site_id == site_id).limit(1)
            revisions = select(REVISION.c.id).where(REVISION.c.run_id.in_(runs)).limit(1)
            if connection.execute(articles).first() or connection.execute(revisions).first():
                raise ArchiveError(f"the site {name} has articles in the archive and cannot be removed")
            connection.execute(delete(SCHEDULE).where(SCHEDULE.c.site_id == site_id))
            connection.execute(delete(LEDGER).where(LEDGER.c.run_id.in_(runs)))
            connection.execute(delete(RUN).where(RUN.c.site_id == site_id))
            connection.execute(delete(SOURCE).where(SOURCE.c.site_id == site_id))
            connection.execute(delete(SITE).where(SITE.c.id == site_id))

    def remember_sources(self, site: str, sources: Iterable[Source]) -> None:
        """Add sources to a site, or bring known ones up to date; what a Source does not say (None) stays as it was.

        An address longer than ``urls.MAX_URL_LENGTH`` is left out. Raises UnknownSiteError.
        """
        with self._database.write() as connection:
            self._remember(connection, _site_id(connection, site), sources)

    def save_article_url_model(self, site: str, model: Mapping[str, Any] | None) -> None:
        """Keep what was learnt of the form of a site's article addresses, as JSON. Raises UnknownSiteError."""
        with self._database.write() as connection:
            site_id = _site_id(connection, site)
            values = {"article_url_model": None if model is None else dict(model)}
            connection.execute(update(SITE).where(SITE.c.id == site_id).values(values))

    def begin_run(
        self,
        site: str | None,
        spider: str,
        arguments: Mapping[str, str],
        started_at: datetime,
        *,
        goes_on_from: int | None = None,
    ) -> int:
        """Open a crawl run and return its id. ``site`` None: a run of no registered site. Raises UnknownSiteError.

        ``goes_on_from`` is an earlier run: what had not had its turn when that ended waits in the new one, with the
        same transaction, so that no kill in between loses it. What is kept of hosts and counts no more is removed.
        """
        with self._database.write() as connection:
            values = {
                "site_id": None if site is None else _site_id(connection, site),
                "spider": spider,
                "arguments": {storable(name): storable(value) for name, value in arguments.items()},
                "started_at": started_at,
            }
            run_id = connection.execute(insert(RUN).values(values).returning(RUN.c.id)).scalar_one()
            if goes_on_from is not None:
                carry_over(connection, goes_on_from, run_id, started_at)
            forget_hosts(connection, started_at)
            return run_id

    def end_run(
        self,
        run_id: int,
        outcome: RunOutcome,
        reason: str | None,
        finished_at: datetime,
        *,
        not_due: int | None = None,
    ) -> None:
        """Close a run. Addresses that still wait end as interrupted, so that every one has an outcome."""
        with self._database.write() as connection:
            self._close_runs(connection, [run_id], outcome, reason, finished_at)
            connection.execute(update(RUN).where(RUN.c.id == run_id).values(not_due=not_due))

    def interrupt_dead_runs(self, site: str | None, at: datetime) -> tuple[int, ...]:
        """Close the site's runs whose process died, and the addresses that waited in them, as interrupted.

        For who is alone with the site: a run that is still going would be closed too. Returns the runs' ids.
        Raises UnknownSiteError.
        """
        with self._database.write() as connection:
            site_id = None if site is None else _site_id(connection, site)
            dead = select(RUN.c.id).where(RUN.c.site_id.is_not_distinct_from(site_id), RUN.c.outcome.is_(None))
            run_ids = tuple(connection.execute(dead.order_by(RUN.c.id)).scalars())
            self._close_runs(connection, run_ids, RunOutcome.INTERRUPTED, "process-died", at)
            return run_ids

    def store(self, batch: Batch) -> tuple[Outcome, ...]:
        """Put a batch on disk in one transaction; the outcomes of its pages, in their order.

        Each page is compared with the archive and with the pages before it in the batch (see ``timeline``): new,
        changed (a new revision) or unchanged (only last-seen moves); refused, with the reason ``url-too-long``, if its
        canonical URL exceeds ``urls.MAX_URL_LENGTH`` bytes. Nothing of the batch is kept if anything fails.

        Raises ArchiveError or HomeError if the database cannot be written, UnknownSiteError if an article names a site
        that is not registered, ValueError for a page that is not normalized or an entry without an outcome.
        """
        with self._database.write() as connection:
            if batch.queued:
                connection.execute(self._queue, [_ledger_columns(entry) for entry in batch.queued])
            outcomes: list[Outcome] = []
            finished: list[dict[str, Any]] = []
            if batch.pages:
                pages = PageStore(self._database, connection, [candidate for candidate, _ in batch.pages])
                for candidate, entry in batch.pages:
                    outcomes.append(pages.add(candidate))
                    finished.append(_page_columns(entry, candidate, outcomes[-1]))
                pages.flush()
            finished.extend(_finished_columns(entry) for entry in batch.finished)
            if finished:
                connection.execute(self._finish, finished)
            write_visits(self._database, connection, _with_outcomes(batch, outcomes))
            write_hosts(self._database, connection, batch.rests, batch.asked)
        return tuple(outcomes)

    def recluster(self, progress: Callable[[int], object] | None = None) -> int:
        """Let articles stored before there were clusters join those of their near-copies; see ``reclustering``."""
        return recluster(self._database, progress)

    def _remember(self, connection: Connection, site_id: int, sources: Iterable[Source]) -> None:
        rows = [
            {
                "site_id": site_id,
                "url": storable(source.url),
                "kind": source.kind,
                "title": _text(source.title),
                "entries": source.entries,
                "last_read_at": source.last_read_at,
                "last_status": source.last_status,
            }
            for source in sources
            if len(source.url) <= MAX_URL_LENGTH
        ]
        if not rows:
            return
        upsert = self._database.upsert(SOURCE)
        new = upsert.excluded
        known = {
            name: func.coalesce(new[name], SOURCE.c[name])
            for name in ("title", "entries", "last_read_at", "last_status")
        }
        connection.execute(
            upsert.on_conflict_do_update(
                index_elements=[SOURCE.c.site_id, SOURCE.c.url], set_={"kind": new.kind, **known}
            ),
            rows,
        )

    def _close_runs(
        self, connection: Connection, run_ids: Iterable[int], outcome: RunOutcome, reason: str | None, at: datetime
    ) -> None:
        for run_id in run_ids:
            connection.execute(
                update(RUN).where(RUN.c.id == run_id).values(outcome=outcome, reason=_text(reason), finished_at=at)
            )
            waiting = (LEDGER.c.run_id == run_id) & LEDGER.c.outcome.is_(None)
            connection.execute(
                update(LEDGER).where(waiting).values(outcome=Outcome.INTERRUPTED, reason="run-ended", finished_at=at)
            )


_LEDGER_KEY = ("run_id", "url_key", "kind")
_FINISHING = (
    "outcome",
    "reason",
    "detail",
    "status",
    "finished_at",
    "warc_file",
    "warc_offset",
    "digest",
    "reaches_back_to",
)


def _with_outcomes(batch: Batch, outcomes: list[Outcome]) -> list[Visit]:
    found = {entry.url: outcome for (_, entry), outcome in zip(batch.pages, outcomes, strict=True)}
    visits = [replace(visit, outcome=found.get(visit.url, visit.outcome)) for visit in batch.visits]
    return [visit for visit in visits if visit.outcome is not Outcome.REFUSED]


def _ledger_columns(entry: LedgerEntry) -> dict[str, Any]:
    url = storable(entry.url)
    return {
        "run_id": entry.run_id,
        "url_key": url_key(url),
        "url": url,
        "kind": entry.kind,
        "found_on": _text(entry.found_on),
        "queued_at": entry.queued_at,
        "outcome": entry.outcome,
        "reason": _text(entry.reason),
        "detail": _text(entry.detail[:MAX_DETAIL] if entry.detail else entry.detail),
        "status": entry.status,
        "finished_at": entry.finished_at,
        "warc_file": _text(entry.warc_file),
        "warc_offset": entry.warc_offset,
        "digest": _text(entry.digest),
        "announced_at": entry.announced_at,
        "reaches_back_to": entry.reaches_back_to,
    }


def _finished_columns(entry: LedgerEntry) -> dict[str, Any]:
    if entry.outcome is None:
        raise ValueError(f"the ledger entry of {entry.url} is finished without an outcome")
    return _ledger_columns(entry)


def _page_columns(entry: LedgerEntry, candidate: Candidate, outcome: Outcome) -> dict[str, Any]:
    """The entry of a page with its outcome, and its capture where the entry does not name one."""
    columns = _ledger_columns(entry)
    columns["outcome"] = outcome
    if outcome is Outcome.REFUSED:
        columns["reason"] = "url-too-long"
    capture = candidate.capture
    for name in ("status", "warc_file", "warc_offset", "digest"):
        if columns[name] is None:
            value = getattr(capture, name)
            columns[name] = storable(value) if isinstance(value, str) else value
    return columns


def _site_id(connection: Connection, name: str) -> int:
    site_id = connection.execute(select(SITE.c.id).where(SITE.c.name == storable(name))).scalar()
    if site_id is None:
        raise UnknownSiteError(f"no site is registered as {name!r}: `newsarchive site list` shows all")
    return site_id


def _text(text: str | None) -> str | None:
    return None if text is None else storable(text)
