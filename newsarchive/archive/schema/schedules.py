"""Tables of what workers do by themselves: crawl a site when it is due, tell of what is wrong with it, and be there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Integer, Named, Table, Text, TypedColumns

from newsarchive.archive.schema.column_types import ROW_ID, Json, UTCDateTime, word
from newsarchive.archive.schema.metadata import METADATA
from newsarchive.model.schedule import Timing, TurnOutcome


class ScheduleColumns(TypedColumns):
    """When a site is crawled by itself; the columns are those of ``model.schedule.Schedule``."""

    site_id: Named[int] = Column(ROW_ID, ForeignKey("site.id"), primary_key=True, autoincrement=False)
    timing: Named[Timing] = Column(word(Timing))
    cron: Named[str | None] = Column(Text)
    every_s: Named[int | None] = Column(Integer)
    timezone: Named[str] = Column(Text)
    added_at: Named[datetime] = Column(UTCDateTime)
    is_paused: Named[bool] = Column(Boolean)
    due_at: Named[datetime] = Column(UTCDateTime, index=True)
    planned_at: Named[datetime] = Column(UTCDateTime)
    last_due_at: Named[datetime | None] = Column(UTCDateTime)
    turn: Named[int] = Column(Integer)
    turn_at: Named[datetime | None] = Column(UTCDateTime)
    rhythm: Named[list[Any] | None] = Column(Json)
    failures: Named[int] = Column(Integer)
    failing_since: Named[datetime | None] = Column(UTCDateTime)
    last_run_id: Named[int | None] = Column(ROW_ID, ForeignKey("crawl_run.id"))
    last_finished_at: Named[datetime | None] = Column(UTCDateTime)
    last_outcome: Named[TurnOutcome | None] = Column(word(TurnOutcome))
    last_reason: Named[str | None] = Column(Text)


class AlertColumns(TypedColumns):
    """A finding that somebody was told of; see ``monitoring.alerts``."""

    site: Named[str] = Column(Text, primary_key=True)
    kind: Named[str] = Column(Text, primary_key=True)
    subject: Named[str] = Column(Text, primary_key=True)
    """Empty for the site as a whole."""
    record: Named[dict[str, Any]] = Column(Json)
    channels: Named[list[Any]] = Column(Json)
    over: Named[list[Any]] = Column(Json)


class WorkerColumns(TypedColumns):
    """A worker; the columns are those of ``model.worker.WorkerRecord``. Came with migration 0014."""

    name: Named[str] = Column(Text, primary_key=True)
    started_at: Named[datetime] = Column(UTCDateTime, primary_key=True)
    seen_at: Named[datetime] = Column(UTCDateTime)
    steady_since: Named[datetime] = Column(UTCDateTime)
    ended_at: Named[datetime | None] = Column(UTCDateTime)


SCHEDULE = Table("schedule", METADATA, ScheduleColumns)
ALERT = Table("alert", METADATA, AlertColumns, sqlite_with_rowid=False)
WORKER = Table("worker", METADATA, WorkerColumns, sqlite_with_rowid=False)
