"""The workers of an archive: each says from time to time that it is there, so that others can tell when it is not."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case, delete, func, insert, or_, select, update

from newsarchive.archive.database import Database
from newsarchive.archive.rows import storable
from newsarchive.archive.schema.schedules import SCHEDULE, WORKER
from newsarchive.model.worker import WorkerRecord

SILENCE = timedelta(minutes=3)
"""Who was not heard of for so long is not there any more. Six heartbeats: a database that is locked or restarted for a
while lets some of them fail."""
KEPT = timedelta(days=7)
"""How long it is known of a worker that it was there; of the last one for good."""


class WorkerStore:
    """Who works on an archive. Threads may share one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, name: str, at: datetime) -> None:
        """Note that a worker has started; what is long past is removed."""
        with self._database.write() as connection:
            last = select(func.max(WORKER.c.seen_at)).scalar_subquery()
            is_past = (WORKER.c.seen_at < at - KEPT) & (WORKER.c.seen_at < last)
            connection.execute(delete(WORKER).where(is_past))
            row = {"name": storable(name), "started_at": at, "seen_at": at, "steady_since": at}
            connection.execute(insert(WORKER).values(row))

    def beat(self, name: str, started_at: datetime, at: datetime) -> None:
        """Note that a worker is there."""
        was_silent = WORKER.c.seen_at < at - SILENCE
        self._change(name, started_at, seen_at=at, steady_since=case((was_silent, at), else_=WORKER.c.steady_since))

    def end(self, name: str, started_at: datetime, at: datetime) -> None:
        """Note that a worker has ended in order."""
        self._change(name, started_at, seen_at=at, ended_at=at)

    def _change(self, name: str, started_at: datetime, **values: object) -> None:
        is_it = (WORKER.c.name == storable(name)) & (WORKER.c.started_at == started_at)
        with self._database.write() as connection:
            connection.execute(update(WORKER).where(is_it).values(values))

    def all(self) -> tuple[WorkerRecord, ...]:
        """All workers that are remembered, those first that were heard of last."""
        query = select(WORKER).order_by(WORKER.c.seen_at.desc(), WORKER.c.name, WORKER.c.started_at)
        with self._database.read() as connection:
            return tuple(WorkerRecord(**row._mapping) for row in connection.execute(query))

    def overdue(self, before: datetime) -> int:
        """How many turns were due, or were handed out and have not ended, since before that time."""
        waits = or_(SCHEDULE.c.due_at < before, SCHEDULE.c.turn_at < before)
        query = select(func.count()).select_from(SCHEDULE).where(SCHEDULE.c.is_paused.is_(False), waits)
        with self._database.read() as connection:
            return connection.execute(query).scalar_one()
