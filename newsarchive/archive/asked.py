"""How much hosts were asked since a time, as the ledgers tell: for what a host may be asked in one day."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Connection, or_, select

from newsarchive.archive.schema import LedgerRow, RunRow
from newsarchive.model.crawl_run import Outcome

_NOT_ASKED = (Outcome.REFUSED, Outcome.SKIPPED, Outcome.INTERRUPTED)


def asked_since(connection: Connection, since: datetime) -> Counter[str]:
    """Addresses that crawls asked for and finished since then, by host.

    A redirect counts for the host that was asked first; robots.txt and second tries are in no ledger.
    """
    runs = select(RunRow.id).where(or_(RunRow.finished_at.is_(None), RunRow.finished_at >= since))
    query = select(LedgerRow.url).where(
        LedgerRow.run_id.in_(runs), LedgerRow.finished_at >= since, LedgerRow.outcome.not_in(_NOT_ASKED)
    )
    urls = connection.execution_options(yield_per=1_000).execute(query).scalars()
    return Counter(urlsplit(url).hostname or "" for url in urls)
