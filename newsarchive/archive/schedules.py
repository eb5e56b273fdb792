"""Schedules in the archive: added and changed by people, handed out to workers turn by turn.

What a schedule becomes is worked out by functions that are passed in (``newsarchive.scheduling``); here each change is
one transaction, in which nobody else can change the same schedule.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, or_, select, update

from newsarchive.archive.database import Database
from newsarchive.archive.hosts import resting_hosts
from newsarchive.archive.rows import storable
from newsarchive.archive.schema.articles import ARTICLE, REVISION
from newsarchive.archive.schema.crawls import RUN
from newsarchive.archive.schema.schedules import SCHEDULE
from newsarchive.archive.schema.sites import SITE
from newsarchive.errors import ArchiveError, UnknownSiteError
from newsarchive.model.article import DatePrecision
from newsarchive.model.schedule import Schedule, Turn
from newsarchive.urls import host

CLOCK_TOLERANCE = timedelta(minutes=1)
"""How far the clocks of machines may differ. One that seems further ahead was set back since."""
MAX_REASON = 300
"""Characters kept of why a turn failed: a line in a table."""
MAX_ARTICLES = 20_000
"""Articles a rhythm is learnt from at most, the latest: far more than tell it apart from any other."""

Change = Callable[[Schedule], Schedule]
HandOver = Callable[[Connection, Sequence[Turn]], None]
"""Passes turns on within the transaction that hands them out: both happen, or neither does."""

_COLUMNS = tuple(field.name for field in fields(Schedule) if field.name != "site")
_SCHEDULES = select(SCHEDULE, SITE.c.name.label("site")).join(SITE, SITE.c.id == SCHEDULE.c.site_id)


class ScheduleStore:
    """The schedules of an archive. Threads may share one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[Schedule, ...]:
        """All schedules, the next one due first."""
        with self._database.read() as connection:
            return tuple(map(_schedule, connection.execute(_SCHEDULES.order_by(SCHEDULE.c.due_at, SITE.c.name))))

    def get(self, site: str) -> Schedule:
        """The schedule of a site. Raises ArchiveError if it has none."""
        with self._database.read() as connection:
            return _schedule(_row(connection, site, _named(site)))

    def put(self, schedule: Schedule, change: Change) -> Schedule:
        """Give a site this schedule, or change the one it has, and return what it has now.

        Raises UnknownSiteError if no site has that name.
        """
        with self._database.write() as connection:
            row = connection.execute(_awaited(schedule.site)).one_or_none()
            if row is not None:
                return _save(connection, row, change(_schedule(row)))
            site_id = connection.execute(select(SITE.c.id).where(SITE.c.name == storable(schedule.site))).scalar()
            if site_id is None:
                raise UnknownSiteError(
                    f"no site is registered as {schedule.site!r}; `newsarchive site list` shows all, "
                    "`newsarchive site add URL` adds one"
                )
            connection.execute(insert(SCHEDULE).values(site_id=site_id, **_values(schedule)))
            return schedule

    def change(self, site: str, change: Change) -> Schedule:
        """Change the schedule of a site and return it. Raises ArchiveError if it has none."""
        with self._database.write() as connection:
            row = _row(connection, site, _awaited(site))
            return _save(connection, row, change(_schedule(row)))

    def remove(self, site: str) -> None:
        """Forget the schedule of a site; what it crawled stays. Raises ArchiveError if it has none."""
        with self._database.write() as connection:
            row = _row(connection, site, _awaited(site))
            connection.execute(delete(SCHEDULE).where(SCHEDULE.c.site_id == row.site_id))

    def claim_due(
        self,
        now: datetime,
        change: Change,
        *,
        limit: int,
        without: Collection[str] = (),
        hand_over: HandOver | None = None,
    ) -> tuple[Turn, ...]:
        """Hand out the turns that are due at this moment, those first that have waited longest.

        ``change`` says what becomes of each schedule that is due, or was planned by a clock that went ahead; its turn
        is handed out if that gives it a new number. One program gets each turn, however many ask at once. Sites in
        ``without`` are left for another time.
        """
        is_due = and_(SCHEDULE.c.turn_at.is_(None), SCHEDULE.c.due_at <= now)
        with self._database.write() as connection:
            wanted = _locked(
                SCHEDULE.c.is_paused.is_(False), or_(is_due, SCHEDULE.c.planned_at > now + CLOCK_TOLERANCE)
            )
            # filtered here: a statement takes only so many parameters
            first = wanted.order_by(SCHEDULE.c.due_at, SCHEDULE.c.site_id).limit(limit + len(without))
            rows = [row for row in connection.execute(first) if row.site not in without]
            return _handed_out(connection, rows[:limit], change, hand_over)

    def claim_owed(
        self,
        change: Change,
        *,
        is_held: Callable[[Connection, Sequence[str]], Collection[str]],
        limit: int,
        hand_over: HandOver | None = None,
    ) -> tuple[Turn, ...]:
        """Hand out anew the turns whose workers are gone.

        ``is_held`` gives those of the sites whose turn is still in somebody's hands.
        """
        with self._database.write() as connection:
            wanted = _locked(SCHEDULE.c.is_paused.is_(False), SCHEDULE.c.turn_at.is_not(None))
            rows = connection.execute(wanted.order_by(SCHEDULE.c.turn_at, SCHEDULE.c.site_id)).all()
            held = is_held(connection, [row.site for row in rows]) if rows else ()
            left = [row for row in rows if row.site not in held]
            return _handed_out(connection, left[:limit], change, hand_over)

    def is_owed(self, turn: Turn) -> bool:
        """Whether this turn was not taken over, ended or paused since it was handed out."""
        with self._database.read() as connection:
            row = connection.execute(_named(turn.site)).one_or_none()
            return row is not None and row.turn == turn.number and row.turn_at is not None and not row.is_paused

    def end_turn(self, turn: Turn, change: Change) -> Schedule | None:
        """Write down how a turn ended, and return its schedule.

        None if it is nobody's business any more: another worker has taken it over, or the schedule was removed.
        """
        with self._database.write() as connection:
            row = connection.execute(_awaited(turn.site)).one_or_none()
            if row is None or row.turn != turn.number or row.turn_at is None:
                return None
            return _save(connection, row, change(_schedule(row)))

    def rests_until(self, site: str, at: datetime) -> datetime | None:
        """Until when the host of a site's home page, with or without ``www.``, asked to be left alone.

        None if it may be asked at that time.
        """
        with self._database.read() as connection:
            rests = resting_hosts(connection, at)
            home_url = connection.execute(select(SITE.c.home_url).where(SITE.c.name == storable(site))).scalar()
        if not rests or home_url is None:
            return None
        bare = host(home_url).strip("[]").removeprefix("www.")
        return max((until for name, until in rests.items() if name.removeprefix("www.") == bare), default=None)

    def published(self, site: str, since: datetime) -> tuple[tuple[datetime, ...], datetime | None]:
        """When the articles that came out since then did, as far as known; and when the site's first crawl ended.

        An article without a time of publication counts from when it was found; one that was old by days when it was
        found does not count, for it tells what a crawl was busy with and not what the site was.
        """
        query = (
            select(ARTICLE.c.first_seen_at, REVISION.c.date_published, REVISION.c.date_precision)
            .join(SITE, SITE.c.id == ARTICLE.c.site_id)
            .join(REVISION, REVISION.c.id == ARTICLE.c.latest_revision_id)
            .where(SITE.c.name == storable(site), ARTICLE.c.first_seen_at >= since)
            .order_by(ARTICLE.c.first_seen_at.desc())
            .limit(MAX_ARTICLES)
        )
        first_end = select(func.min(RUN.c.finished_at)).join(SITE, SITE.c.id == RUN.c.site_id)
        with self._database.read() as connection:
            moments = []
            for row in connection.execute(query):
                published = row.date_published
                if published is None:
                    moments.append(row.first_seen_at)
                elif abs((row.first_seen_at - published).days) <= 1:
                    is_exact = row.date_precision is not DatePrecision.DAY
                    moments.append(published if is_exact else row.first_seen_at)
            ended = connection.execute(first_end.where(SITE.c.name == storable(site))).scalar()
        return tuple(moments), ended


def _locked(*conditions: Any) -> Any:  # noqa: ANN401 (SQLAlchemy's)
    """Those of the schedules that nobody else is changing, held until the transaction ends (SQLite holds the file)."""
    return _SCHEDULES.where(*conditions).with_for_update(of=SCHEDULE, skip_locked=True)


def _awaited(site: str) -> Any:  # noqa: ANN401 (SQLAlchemy's)
    """The schedule of a site, when whoever is changing it has done so; held likewise."""
    return _named(site).with_for_update(of=SCHEDULE)


def _named(site: str) -> Any:  # noqa: ANN401 (SQLAlchemy's)
    return _SCHEDULES.where(SITE.c.name == storable(site))


def _row(connection: Connection, site: str, query: Any) -> Row[Any]:  # noqa: ANN401 (SQLAlchemy's)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise ArchiveError(f"{site!r} has no schedule; `newsarchive schedule list` shows all, `schedule add` adds one")
    return row


def _handed_out(
    connection: Connection, rows: Sequence[Row[Any]], change: Change, hand_over: HandOver | None
) -> tuple[Turn, ...]:
    changed = [(row, _save(connection, row, change(_schedule(row)))) for row in rows]
    turns = tuple(Turn(site=row.site, number=new.turn) for row, new in changed if new.turn != row.turn)
    if hand_over is not None and turns:
        hand_over(connection, turns)
    return turns


def _save(connection: Connection, row: Row[Any], schedule: Schedule) -> Schedule:
    connection.execute(update(SCHEDULE).where(SCHEDULE.c.site_id == row.site_id).values(_values(schedule)))
    return schedule


def _values(schedule: Schedule) -> dict[str, Any]:
    values = {name: getattr(schedule, name) for name in _COLUMNS}
    rhythm, reason = schedule.rhythm, schedule.last_reason
    values["rhythm"] = None if rhythm is None else list(rhythm)
    values["last_reason"] = None if reason is None else storable(reason[:MAX_REASON])
    return values


def _schedule(row: Row[Any]) -> Schedule:
    values = {name: getattr(row, name) for name in _COLUMNS}
    values["rhythm"] = None if row.rhythm is None else tuple(row.rhythm)
    return Schedule(site=row.site, **values)
