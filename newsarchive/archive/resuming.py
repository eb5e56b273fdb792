"""The ledger as a frontier: what a crawl that did not come to its end has left to the next one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from sqlalchemy import Connection, bindparam, insert, literal, select

from newsarchive.archive.chunks import chunks
from newsarchive.archive.rows import storable
from newsarchive.archive.run_rows import ledger_entry
from newsarchive.archive.schema import LedgerRow, RunRow, SiteRow, url_key
from newsarchive.model.crawl_run import LedgerEntry, Outcome, RunOutcome

MAX_RUNS = 100
"""Runs in a row without an end that are looked at; a crawl that never comes to its end begins anew after so many."""
SHUT_DOWN = "shutdown"
"""Reason of a run that a signal stopped."""
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


def unfinished(connection: Connection, site: str) -> Unfinished:
    """What of a site's crawls is to be gone on with. Surveys do not count; a limit the user set cuts nothing off."""
    query = (
        select(RunRow.id, RunRow.outcome, RunRow.reason, RunRow.arguments)
        .join(SiteRow, SiteRow.id == RunRow.site_id)
        .where(SiteRow.name == storable(site))
        .order_by(RunRow.id.desc())
        .limit(2 * MAX_RUNS)
    )
    crawls = [row for row in connection.execute(query) if "survey" not in row.arguments]
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


def carry_over(connection: Connection, earlier_id: int, run_id: int, at: datetime) -> None:
    """Let what had not had its turn in an earlier run wait in another, within the database."""
    copied = ("url_key", "url", "kind", "found_on", "announced_at")
    waiting = (
        select(literal(run_id), literal(at, LedgerRow.queued_at.type), *(getattr(LedgerRow, name) for name in copied))
        .where(LedgerRow.run_id == earlier_id, LedgerRow.outcome == Outcome.INTERRUPTED)
        .order_by(LedgerRow.id)
    )
    connection.execute(insert(LedgerRow).from_select(["run_id", "queued_at", *copied], waiting))


def waiting_after(connection: Connection, run_id: int, row_id: int, limit: int) -> list[tuple[int, LedgerEntry]]:
    """The next entries of a run without an outcome behind a row of the ledger, each with its row."""
    query = (
        select(LedgerRow.__table__)
        .where(LedgerRow.run_id == run_id, LedgerRow.id > row_id, LedgerRow.outcome.is_(None))
        .order_by(LedgerRow.id)
        .limit(limit)
    )
    return [(row.id, ledger_entry(row)) for row in connection.execute(query)]


def with_outcome(connection: Connection, run_ids: Iterable[int], urls: Iterable[str], since: datetime) -> set[str]:
    """Which of these addresses had their outcome in one of these runs, no longer ago than that."""
    ids, found = list(run_ids), set[str]()
    if not ids:
        return found
    for chunk in chunks(urls):
        keys = {url_key(storable(url)): url for url in chunk}
        for run_id in ids:  # one look into the index of (run_id, url_key) each
            rows = connection.execute(_FINISHED, {"run": run_id, "keys": list(keys), "since": since})
            found.update(keys[bytes(key)] for key in rows.scalars())
    return found


_FINISHED = select(LedgerRow.url_key).where(
    LedgerRow.run_id == bindparam("run"),
    LedgerRow.url_key.in_(bindparam("keys", expanding=True)),
    LedgerRow.outcome.is_not(None),
    LedgerRow.outcome.not_in((Outcome.INTERRUPTED, Outcome.SKIPPED)),
    LedgerRow.finished_at >= bindparam("since"),
)
