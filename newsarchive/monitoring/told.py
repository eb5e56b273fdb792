"""What was told of findings, as the archive keeps it, for one program at a time."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import delete, select

from newsarchive.archive.database import Database
from newsarchive.archive.schema.schedules import ALERT
from newsarchive.errors import ArchiveUnavailableError, HomeError
from newsarchive.monitoring.alerts import Key, Told

PATIENCE_S = 60.0
"""How long another program that is telling is waited for, by who waits at all."""
RETRY_S = 0.5


@contextmanager
def telling_alone(database: Database) -> Iterator[bool]:
    """Be the only program on any machine that tells alerts of this archive; False if another one is at it.

    Raises HomeError if a SQLite archive's folder of locks cannot be written.
    """
    if not isinstance(database.target, Path):
        with database.alone("alerts") as lease:
            yield lease is not None
        return
    path = database.target.parent / "locks" / "-alerts-.lock"  # no site can be called that
    lock = FileLock(path, blocking=False)
    try:
        path.parent.mkdir(exist_ok=True)
        lock.acquire()
    except Timeout:
        yield False
        return
    except OSError as error:
        raise HomeError(f"{path} cannot be written: {error.strerror}; check its owner and mode") from error
    try:
        yield True
    finally:
        lock.release()


@contextmanager
def telling_when_free(database: Database, patience_s: float = PATIENCE_S) -> Iterator[None]:
    """Wait for another program that is telling. Raises ArchiveUnavailableError if it takes too long."""
    deadline = time.monotonic() + patience_s
    while True:
        with telling_alone(database) as is_free:
            if is_free:
                yield
                return
        if time.monotonic() >= deadline:
            raise ArchiveUnavailableError(
                f"another program is telling alerts of {database.name} (a worker, or health --notify): try again later"
            )
        time.sleep(RETRY_S)


def read_told(database: Database) -> Mapping[Key, Told]:
    """All that somebody was told of and that is not over for all of them."""
    with database.read() as connection:
        return {
            (row.site, row.kind, row.subject): Told(
                record=row.record, channels=frozenset(row.channels), over=frozenset(row.over)
            )
            for row in connection.execute(select(ALERT))
        }


def save_told(database: Database, key: Key, told: Told | None) -> None:
    """Keep what somebody was told of, or forget it (None)."""
    site, kind, subject = key
    with database.write() as connection:
        if told is None:
            is_it = (ALERT.c.site == site) & (ALERT.c.kind == kind) & (ALERT.c.subject == subject)
            connection.execute(delete(ALERT).where(is_it))
            return
        values = {"record": dict(told.record), "channels": sorted(told.channels), "over": sorted(told.over)}
        row = database.upsert(ALERT).values(site=site, kind=kind, subject=subject, **values)
        connection.execute(row.on_conflict_do_update(index_elements=["site", "kind", "subject"], set_=values))
