"""Watch: looks at the health of each site once an hour, and whether workers vanish; tells what is new and what is over.

Any number of workers may watch one archive: one of them looks at a time, and who has been looked at stands in the
archive.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from sqlalchemy import or_, select, update

from newsarchive.archive.chunks import chunks
from newsarchive.archive.database import Database
from newsarchive.archive.schema.sites import SITE
from newsarchive.errors import AlertError
from newsarchive.monitoring.alerts import Channel, alerts_due, tell
from newsarchive.monitoring.health import health_of
from newsarchive.monitoring.reading_history import histories
from newsarchive.monitoring.told import read_told, save_told, telling_alone
from newsarchive.monitoring.workers import health_of_workers

BETWEEN_LOOKS = timedelta(hours=1)
"""At a site. The rules go by days; whoever needs to know within minutes watches ``newsarchive metrics``."""
SITES_AT_ONCE = 50
"""Sites of one look, before others get their turn to look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What came of one look."""

    sites: int
    """How many were looked at."""
    told: int
    """Alerts."""
    errors: tuple[AlertError, ...] = ()
    """Why others were not told; they are at the next look."""


class Watch:
    """Looks at the sites of an archive. One thread at a time may use it; ``stop`` may be called from any."""

    def __init__(self, database: Database, channels: Mapping[str, Channel], clock: Callable[[], datetime]) -> None:
        self._database = database
        self._channels = channels
        self._clock = clock
        self._stopped = Event()
        self._pause_until: datetime | None = None
        """Until when nobody is told of workers, because somebody could not be told."""

    def stop(self) -> None:
        """Tell nothing more after the alert that is being told."""
        self._stopped.set()

    def look(self, only: Collection[str] | None = None) -> Look | None:
        """Look at up to ``SITES_AT_ONCE`` sites whose look is due, those first that have waited longest.

        ``only``: none but these. None if another program is looking now. Raises NewsArchiveError if the archive cannot
        be read or written: what was told then may be told once more.
        """
        if self._stopped.is_set() or not (self._due(only) or self._has_news_of_workers()):
            return Look(sites=0, told=0)  # asked without the lock, which costs a connection
        with telling_alone(self._database) as is_free:
            if not is_free:
                return None
            now = self._clock()
            names = self._due(only)
            found = [health_of(history, now) for history in histories(self._database, now, names)]
            found.append(health_of_workers(self._database, now))
            told, errors = tell(
                read_told(self._database),
                found,
                self._channels,
                now,
                save=lambda key, memory: save_told(self._database, key, memory),
                may_go_on=lambda: not self._stopped.is_set(),
            )
            self._pause_until = now + BETWEEN_LOOKS if errors else None
            if not self._stopped.is_set():
                with self._database.write() as connection:
                    connection.execute(update(SITE).where(SITE.c.name.in_(names)).values(health_looked_at=now))
            return Look(sites=len(names), told=told, errors=errors)

    def _has_news_of_workers(self) -> bool:
        now = self._clock()
        if self._pause_until is not None and now < self._pause_until:
            return False
        workers = health_of_workers(self._database, now)
        return bool(alerts_due(read_told(self._database), [workers], tuple(self._channels)))

    def _due(self, only: Collection[str] | None) -> list[str]:
        before = self._clock() - BETWEEN_LOOKS
        is_due = or_(SITE.c.health_looked_at.is_(None), SITE.c.health_looked_at <= before)
        query = select(SITE.c.name).where(is_due)
        query = query.order_by(SITE.c.health_looked_at.is_not(None), SITE.c.health_looked_at, SITE.c.id)
        with self._database.read() as connection:
            if only is None:
                return list(connection.execute(query.limit(SITES_AT_ONCE)).scalars())
            found: list[str] = []
            for chunk in chunks(only):
                found += connection.execute(query.where(SITE.c.name.in_(chunk))).scalars()
            return found[:SITES_AT_ONCE]
