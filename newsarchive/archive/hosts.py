"""Hosts, as all crawls have to know them: until when one asked to be left alone, how often it was asked today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime

from sqlalchemy import Connection, case, delete, or_, select

from newsarchive.archive.database import Database
from newsarchive.archive.rows import storable
from newsarchive.archive.schema.crawls import HOST


def write_rests(database: Database, connection: Connection, rests: Mapping[str, datetime]) -> None:
    """Keep until when hosts rest; one that said longer before is held to that."""
    if not rests:
        return
    upsert = database.upsert(HOST)
    until = upsert.excluded.rests_until
    connection.execute(
        upsert.on_conflict_do_update(
            index_elements=[HOST.c.name],
            set_={"rests_until": until},
            where=or_(HOST.c.rests_until.is_(None), HOST.c.rests_until < until),
        ),
        # in the order of their names, so that two crawls that write the same ones never wait for each other
        [{"name": storable(name), "rests_until": rests[name]} for name in sorted(rests)],
    )


def resting_hosts(connection: Connection, at: datetime) -> dict[str, datetime]:
    """The hosts that rest at that time, each with the end of its rest in UTC."""
    query = select(HOST.c.name, HOST.c.rests_until).where(HOST.c.rests_until > at)
    return {row.name: row.rests_until for row in connection.execute(query)}


def write_asked(database: Database, connection: Connection, asked: Mapping[tuple[str, date], int]) -> None:
    """Add requests to what hosts were asked on those days, in UTC; of each host the last day is kept."""
    if not asked:
        return
    upsert = database.upsert(HOST)
    new = upsert.excluded
    connection.execute(
        upsert.on_conflict_do_update(
            index_elements=[HOST.c.name],
            set_={
                "asked_on": new.asked_on,
                "asked": new.asked + case((HOST.c.asked_on == new.asked_on, HOST.c.asked), else_=0),
            },
            where=or_(HOST.c.asked_on.is_(None), HOST.c.asked_on <= new.asked_on),
        ),
        [{"name": storable(name), "asked_on": day, "asked": asked[name, day]} for name, day in sorted(asked)],
    )


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
