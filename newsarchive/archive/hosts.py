"""Hosts, as all crawls have to know them: until when one asked to be left alone, how often it was asked today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, delete, func, or_, select

from newsarchive.archive.database import Database
from newsarchive.archive.rows import storable
from newsarchive.archive.schema.crawls import HOST


def write_hosts(
    database: Database,
    connection: Connection,
    rests: Mapping[str, datetime],
    asked: Mapping[tuple[str, date], int],
) -> None:
    """Keep until when hosts rest, and add requests to what they were asked on those days, in UTC.

    A host that said longer before is held to that; of each host the last day is kept. All in one pass, in the order of
    the hosts' names, so that of two crawls that write the same ones, whatever of them, only one waits for the other.
    """
    rows = [_row(name, rests_until=until) for name, until in rests.items()]
    rows += [_row(name, asked_on=day, asked=count) for (name, day), count in asked.items()]
    if not rows:
        return
    upsert = database.upsert(HOST)
    new = upsert.excluded
    connection.execute(
        upsert.on_conflict_do_update(
            index_elements=[HOST.c.name],
            set_={
                "rests_until": _later(HOST.c.rests_until, new.rests_until),
                "asked_on": _later(HOST.c.asked_on, new.asked_on),
                "asked": case(
                    (HOST.c.asked_on == new.asked_on, HOST.c.asked + new.asked),
                    (HOST.c.asked_on > new.asked_on, HOST.c.asked),
                    (new.asked_on.is_(None), HOST.c.asked),
                    else_=new.asked,
                ),
            },
        ),
        sorted(rows, key=itemgetter("name")),
    )


def resting_hosts(connection: Connection, at: datetime) -> dict[str, datetime]:
    """The hosts that rest at that time, each with the end of its rest in UTC."""
    query = select(HOST.c.name, HOST.c.rests_until).where(HOST.c.rests_until > at)
    return {row.name: row.rests_until for row in connection.execute(query)}


def asked_on(connection: Connection, day: date) -> Counter[str]:
    """How many requests each host was sent on a day (UTC), by all crawls."""
    query = select(HOST.c.name, HOST.c.asked).where(HOST.c.asked_on == day)
    return Counter({row.name: row.asked for row in connection.execute(query)})


def forget_hosts(connection: Connection, at: datetime) -> None:
    """Remove the hosts of which nothing counts any more: they neither rest nor were asked today."""
    is_over = select(HOST.c.name).where(
        or_(HOST.c.rests_until.is_(None), HOST.c.rests_until <= at),
        or_(HOST.c.asked_on.is_(None), HOST.c.asked_on < at.astimezone(UTC).date()),
    )
    # what another crawl writes just now stays, and nobody waits for anybody
    names = is_over.with_for_update(skip_locked=True)
    connection.execute(delete(HOST).where(HOST.c.name.in_(names)))


def _row(
    name: str, *, rests_until: datetime | None = None, asked_on: date | None = None, asked: int = 0
) -> dict[str, Any]:
    return {"name": storable(name), "rests_until": rests_until, "asked_on": asked_on, "asked": asked}


def _later(known: ColumnElement[Any], new: ColumnElement[Any]) -> ColumnElement[Any]:
    """The later of two times or days, each of which may be missing."""
    return case((new > known, new), else_=func.coalesce(known, new))
