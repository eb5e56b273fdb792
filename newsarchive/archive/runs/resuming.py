"""The ledger as a frontier: what a crawl that did not come to its end has left to the next one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, bindparam, insert, literal, or_, select

from newsarchive.archive.chunks import chunks
from newsarchive.archive.rows import storable
from newsarchive.archive.runs.rows import ledger_entry
from newsarchive.archive.schema.crawls import LEDGER, RUN, url_key
from newsarchive.archive.schema.sites import SITE
from newsarchive.model.crawl_run import BACKFILL, LedgerEntry, Outcome, ResourceKind, RunOutcome

MAX_RUNS = 100
"""Runs in a row without an end that are looked at; a crawl that never comes to its end begins anew after so many."""
SHUT_DOWN = "shutdown"
"""Reason of a run that a signal stopped."""
RESTING = "retry-after"
"""Reason of an address that was left, because its host asked for a longer rest than a crawl waits for."""
KNOWN_FOR = timedelta(days=7)
"""For so long an address that had its outcome in such a run is not asked for again, whatever that was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """How the last crawls of a site ended."""

    last_id: int | None = None
    """Of the last crawl; None if there was none."""
    last_outcome: RunOutcome | None = None
    cut_off: tuple[int, ...] = ()
    """The last runs, the latest first, as far as they were killed, failed or shut down."""
    begun_at: datetime | None = None
    """Of a backfill: when the first of those runs began; None if there is nothing to go on with."""
    since: datetime | None = None
    until: datetime | None = None
    """Of a backfill: the days those runs were for."""


class Ended(NamedTuple):
    """How an address ended in an earlier run."""

    outcome: Outcome
    reason: str | None
    detail: str | None


def unfinished(connection: Connection, site: str) -> Unfinished:
    """What of a site's crawls is to be gone on with. Surveys do not count; a limit the user set cuts nothing off.

    Backfills do not count either: see :func:`unfinished_backfill`.
    """
    crawls = [row for row in _last_runs(connection, site, is_backfill=False) if "survey" not in row.arguments]
    if not crawls:
        return Unfinished()
    cut_off = takewhile(
        lambda row: (
            row.outcome is not RunOutcome.FINISHED
            and (row.outcome is not RunOutcome.STOPPED or row.reason == SHUT_DOWN)
        ),
        crawls[:MAX_RUNS],
    )
    return Unfinished(last_id=crawls[0].id, last_outcome=crawls[0].outcome, cut_off=tuple(row.id for row in cut_off))


def unfinished_backfill(
    connection: Connection, site: str, since: datetime | None, until: datetime | None
) -> Unfinished:
    """What of a site's backfills is to be gone on with: all since the last one that came to its end.

    Whatever ended them, limits too. A backfill for other days goes on from none, but takes over what waits; one for
    no days in particular is for those of the last one.
    """
    runs = _last_runs(connection, site, is_backfill=True)
    if not runs:
        return Unfinished(since=since, until=until)
    if since is None and until is None and runs[0].outcome is not RunOutcome.FINISHED:
        since, until = _days(runs[0].arguments)
    chain = list(
        takewhile(
            lambda row: row.outcome is not RunOutcome.FINISHED and _days(row.arguments) == (since, until),
            runs[:MAX_RUNS],
        )
    )
    return Unfinished(
        last_id=runs[0].id,
        last_outcome=runs[0].outcome,
        cut_off=tuple(row.id for row in chain),
        begun_at=chain[-1].started_at if chain else None,
        since=since,
        until=until,
    )


def _last_runs(connection: Connection, site: str, *, is_backfill: bool) -> list[Row[Any]]:
    query = (
        select(RUN.c.id, RUN.c.started_at, RUN.c.outcome, RUN.c.reason, RUN.c.arguments)
        .join(SITE, SITE.c.id == RUN.c.site_id)
        .where(SITE.c.name == storable(site), (RUN.c.spider == BACKFILL).is_(is_backfill))
        .order_by(RUN.c.id.desc())
        .limit(2 * MAX_RUNS)
    )
    return list(connection.execute(query))


def _days(arguments: Mapping[str, str]) -> tuple[datetime | None, datetime | None]:
    since, until = (arguments.get(name) for name in ("since", "until"))
    return (datetime.fromisoformat(since) if since else None, datetime.fromisoformat(until) if until else None)


def carry_over(connection: Connection, earlier_id: int, run_id: int, at: datetime) -> None:
    """Let what had not had its turn in an earlier run wait in another, within the database.

    So, too, pages that a host put off until after its rest: it said "later", not "no".
    """
    copied = ("url_key", "url", "kind", "found_on", "announced_at")
    waiting = (
        select(literal(run_id), literal(at, LEDGER.c.queued_at.type), *(LEDGER.c[name] for name in copied))
        .where(LEDGER.c.run_id == earlier_id, or_(LEDGER.c.outcome == Outcome.INTERRUPTED, _PUT_OFF))
        .order_by(LEDGER.c.id)
    )
    connection.execute(insert(LEDGER).from_select(["run_id", "queued_at", *copied], waiting))


_PUT_OFF = and_(LEDGER.c.outcome == Outcome.BLOCKED, LEDGER.c.reason == RESTING, LEDGER.c.kind == ResourceKind.PAGE)


def waiting_after(connection: Connection, run_id: int, row_id: int, limit: int) -> list[tuple[int, LedgerEntry]]:
    """The next entries of a run without an outcome behind a row of the ledger, each with its row."""
    query = (
        select(LEDGER)
        .where(LEDGER.c.run_id == run_id, LEDGER.c.id > row_id, LEDGER.c.outcome.is_(None))
        .order_by(LEDGER.c.id)
        .limit(limit)
    )
    return [(row.id, ledger_entry(row)) for row in connection.execute(query)]


def ended_in(connection: Connection, run_ids: Iterable[int], urls: Iterable[str], since: datetime) -> dict[str, Ended]:
    """How these addresses ended in one of these runs, no longer ago than that; those that did not are missing."""
    ids, found = list(run_ids), dict[str, Ended]()
    if not ids:
        return found
    for chunk in chunks(urls):
        keys = {url_key(storable(url)): url for url in chunk}
        for run_id in ids:  # one look into the index of (run_id, url_key) each
            for row in connection.execute(_ENDED, {"run": run_id, "keys": list(keys), "since": since}):
                url = keys[bytes(row.url_key)]
                # "skipped" says less: later runs close with it what earlier ones have dealt with
                if url not in found or found[url].outcome is Outcome.SKIPPED:
                    found[url] = Ended(row.outcome, row.reason, row.detail)
    return found


_ENDED = select(LEDGER.c.url_key, LEDGER.c.outcome, LEDGER.c.reason, LEDGER.c.detail).where(
    LEDGER.c.run_id == bindparam("run"),
    LEDGER.c.url_key.in_(bindparam("keys", expanding=True)),
    LEDGER.c.outcome.is_not(None),
    LEDGER.c.outcome != Outcome.INTERRUPTED,
    LEDGER.c.finished_at >= bindparam("since"),
)
