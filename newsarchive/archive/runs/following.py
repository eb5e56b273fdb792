"""Following a crawl while it runs: the addresses that got their outcomes since one last looked."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from newsarchive.archive.database import Database
from newsarchive.archive.runs.rows import ledger_entry
from newsarchive.archive.schema.crawls import LEDGER
from newsarchive.model.crawl_run import LedgerEntry

OVERLAP = timedelta(minutes=2)
"""How much later than others an outcome may come to disk that was found at the same time: the archive may wait half a
minute for a lock, and a crawl holds back no batch for longer than that."""


class RunFollower:
    """Gives each address of a run once, soon after it has its outcome."""

    def __init__(self, database: Database, run_id: int, *, last: int = 0) -> None:
        """``last``: how many of the outcomes that are there already are given first, the latest ones."""
        self._database = database
        self._run_id = run_id
        self._last: int | None = last
        self._seen: dict[int, datetime] = {}
        self._newest: datetime | None = None

    def poll(self) -> tuple[LedgerEntry, ...]:
        """The entries that have come to an end since the last call, in that order."""
        query = select(LEDGER).where(LEDGER.c.run_id == self._run_id, LEDGER.c.finished_at.is_not(None))
        if self._newest is not None:
            query = query.where(LEDGER.c.finished_at >= self._newest - OVERLAP)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(LEDGER.c.finished_at, LEDGER.c.id)).all()
        new = [row for row in rows if row.id not in self._seen]
        self._seen.update((row.id, row.finished_at) for row in new)
        if rows:
            self._newest = rows[-1].finished_at
            limit = self._newest - OVERLAP
            self._seen = {number: at for number, at in self._seen.items() if at >= limit}
        if self._last is not None:
            new = new[len(new) - self._last :] if self._last < len(new) else new
            self._last = None
        return tuple(map(ledger_entry, new))
