"""Crawl runs and ledger entries out of their rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, select

from newsarchive.archive.chunks import chunks
from newsarchive.archive.schema.crawls import LEDGER, RUN
from newsarchive.archive.schema.sites import SITE
from newsarchive.model.crawl_run import CrawlRun, LedgerEntry, Outcome, ResourceKind


def runs_of(connection: Connection, run_ids: Sequence[int]) -> tuple[CrawlRun, ...]:
    """The runs of these ids, oldest first, with how many addresses came to which outcome."""
    counts: dict[int, dict[str, int]] = {run_id: {} for run_id in run_ids}
    rows: list[Row[Any]] = []
    for chunk in chunks(run_ids):
        rows += connection.execute(
            select(RUN, SITE.c.name.label("site"))
            .outerjoin(SITE, SITE.c.id == RUN.c.site_id)
            .where(RUN.c.id.in_(chunk))
            .order_by(RUN.c.id)
        )
        per_outcome = (
            select(LEDGER.c.run_id, LEDGER.c.outcome, func.count().label("entries"))
            .where(LEDGER.c.run_id.in_(chunk), LEDGER.c.outcome.is_not(None))
            .group_by(LEDGER.c.run_id, LEDGER.c.outcome)
        )
        for row in connection.execute(per_outcome):
            counts[row.run_id][row.outcome.value] = row.entries
    return tuple(
        CrawlRun(
            id=row.id,
            site=row.site,
            spider=row.spider,
            arguments=row.arguments,
            started_at=row.started_at,
            finished_at=row.finished_at,
            outcome=row.outcome,
            reason=row.reason,
            counts=counts[row.id],
            not_due=row.not_due,
        )
        for row in rows
    )


def outcomes_by_kind(connection: Connection, run_id: int) -> dict[tuple[ResourceKind, Outcome], int]:
    """How many addresses of a run were queued as what and came to which outcome."""
    query = (
        select(LEDGER.c.kind, LEDGER.c.outcome, func.count().label("entries"))
        .where(LEDGER.c.run_id == run_id, LEDGER.c.outcome.is_not(None))
        .group_by(LEDGER.c.kind, LEDGER.c.outcome)
    )
    return {(row.kind, row.outcome): row.entries for row in connection.execute(query) if row.outcome is not None}


def ledger_entry(row: Row[Any]) -> LedgerEntry:
    """The entry in a row of ``ledger``."""
    return LedgerEntry(
        run_id=row.run_id,
        url=row.url,
        kind=row.kind,
        queued_at=row.queued_at,
        found_on=row.found_on,
        outcome=row.outcome,
        reason=row.reason,
        detail=row.detail,
        status=row.status,
        finished_at=row.finished_at,
        warc_file=row.warc_file,
        warc_offset=row.warc_offset,
        digest=row.digest,
        announced_at=row.announced_at,
        reaches_back_to=row.reaches_back_to,
    )
