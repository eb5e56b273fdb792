"""Until when hosts asked to be left alone (Retry-After), into and out of their rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from newsarchive.archive.database import Database
from newsarchive.archive.rows import storable
from newsarchive.archive.schema import HostRow


def write_rests(database: Database, connection: Connection, rests: Mapping[str, datetime]) -> None:
    """Keep until when hosts rest; one that said longer before is held to that."""
    if not rests:
        return
    upsert = database.upsert(HostRow)
    until = upsert.excluded.rests_until
    connection.execute(
        upsert.on_conflict_do_update(
            index_elements=[HostRow.name], set_={"rests_until": until}, where=HostRow.rests_until < until
        ),
        # in the order of their names, so that two crawls that write the same ones never wait for each other
        [{"name": storable(name), "rests_until": rests[name]} for name in sorted(rests)],
    )


def resting_hosts(connection: Connection, at: datetime) -> dict[str, datetime]:
    """The hosts that rest at that time, each with the end of its rest in UTC."""
    query = select(HostRow.name, HostRow.rests_until).where(HostRow.rests_until > at)
    return {row.name: row.rests_until for row in connection.execute(query)}
