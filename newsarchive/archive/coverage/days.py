"""The calendars of sites, out of the ledger and the articles: a few queries, then the rules, a site at a time."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, or_, select

from newsarchive.archive.coverage.rules import (
    BOT_WALL,
    HAD,
    NOT_THERE,
    RunReading,
    SiteHistory,
    SourceRow,
    Span,
    crawl_state,
    day_span,
    merged,
    normal,
    publication_state,
)
from newsarchive.archive.database import Database
from newsarchive.archive.schema.articles import ADDRESS, ARTICLE, REVISION
from newsarchive.archive.schema.crawls import LEDGER, RUN
from newsarchive.archive.schema.sites import SITE
from newsarchive.errors import UnknownSiteError
from newsarchive.model.coverage import CrawlDay, PublicationDay, SiteCalendar
from newsarchive.model.crawl_run import Outcome, ResourceKind

HISTORY = timedelta(days=60)
"""How long before the first day asked for sources are followed: a feed that was silent for so long counts as new."""

MAX_EARLY = timedelta(days=2)
"""How long before its day a page may be announced: what ``crawling.revisits.announcements`` takes for no mistake."""

_DAY_LENGTH = len("2026-11-27")
_SOURCES = (ResourceKind.FEED, ResourceKind.SITEMAP, ResourceKind.HOME)
_HAD, _NO_ARTICLE, _MISSED, _WAITING = range(4)
_ONE_DAY = timedelta(days=1)


def calendars(
    database: Database,
    *,
    site: str | None = None,
    since: date | None = None,
    until: date | None = None,
    now: datetime | None = None,
) -> Iterator[SiteCalendar]:
    """The calendars of one site, or of all by name: days from ``since`` to before ``until``, none later than ``now``.

    ``since`` None: from the first day anything is known of. ``now`` None: the last moment the archive knows of, so
    that the same archive gives the same days at any time. What is unknown before the first crawl is left out.

    Raises UnknownSiteError when the first calendar is asked for.
    """
    with database.read() as connection:
        names = {row.id: row.name for row in connection.execute(select(SITE.c.id, SITE.c.name))}
        if site is not None:
            names = {number: name for number, name in names.items() if name == site}
            if not names:
                raise UnknownSiteError(f"no site is registered as {site!r}: `newsarchive site list` shows all")
        site_id = next(iter(names)) if site is not None else None
        scope = _Scope(site_id=site_id, since=since, until=until)
        now = now or _last_moment(connection)
        if now is None:
            first_crawls: dict[int, date] = {}
            records: dict[int, _Record] = {}
            now = datetime.combine(since or date.min, datetime.min.time(), UTC)
        else:
            first_crawls = _first_crawls(connection, scope)
            records = _records(connection, scope, now)
        for number, name in sorted(names.items(), key=lambda item: item[1]):
            record = records.get(number) or _Record()
            yield _calendar(name, record, first_crawls.get(number), scope, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scope:
    """Which site and days are asked for."""

    site_id: int | None
    since: date | None
    until: date | None

    def of_site(self, query: Select) -> Select:  # type: ignore[type-arg]
        if self.site_id is not None:
            return query.where(RUN.c.site_id == self.site_id)
        return query.where(RUN.c.site_id.is_not(None))

    def recent(self, query: Select, history: timedelta = timedelta()) -> Select:  # type: ignore[type-arg]
        """Only runs that ended after the first day began, or have not ended."""
        query = self.of_site(query)
        if self.since is None or self.since.toordinal() <= history.days + 1:
            return query
        first = day_span(self.since)[0] - history
        return query.where(or_(RUN.c.finished_at.is_(None), RUN.c.finished_at >= first))

    def wants(self, day: date) -> bool:
        return (self.since is None or day >= self.since) and (self.until is None or day < self.until)


@dataclass(slots=True)
class _Record:
    """What is known of a site before the rules are asked."""

    readings: list[RunReading] = field(default_factory=list)
    discovered: Counter[date] = field(default_factory=Counter)
    fetched: Counter[date] = field(default_factory=Counter)
    pages: dict[date, Counter[tuple[Outcome, str | None]]] = field(default_factory=lambda: defaultdict(Counter))
    sources: dict[date, Counter[tuple[Outcome, str | None]]] = field(default_factory=lambda: defaultdict(Counter))
    archived: Counter[date] = field(default_factory=Counter)
    had: Counter[date] = field(default_factory=Counter)
    waiting: Counter[date] = field(default_factory=Counter)
    misses: dict[date, Counter[tuple[Outcome, str | None]]] = field(default_factory=lambda: defaultdict(Counter))


def _records(connection: Connection, scope: _Scope, now: datetime) -> dict[int, _Record]:
    records: dict[int, _Record] = defaultdict(_Record)
    _read_sources(connection, scope, now, records)
    _read_work(connection, scope, records)
    _read_announced(connection, scope, records)
    _read_archived(connection, scope, records)
    return records


def _last_moment(connection: Connection) -> datetime | None:
    query = select(func.max(RUN.c.started_at), func.max(RUN.c.finished_at))
    return max((moment for moment in connection.execute(query).one() if moment is not None), default=None)


def _first_crawls(connection: Connection, scope: _Scope) -> dict[int, date]:
    query = scope.of_site(select(RUN.c.site_id, func.min(RUN.c.started_at).label("at"))).group_by(RUN.c.site_id)
    return {row.site_id: row.at.astimezone(UTC).date() for row in connection.execute(query)}


def _read_sources(connection: Connection, scope: _Scope, now: datetime, records: dict[int, _Record]) -> None:
    """The readings of each site's runs, in their order."""
    columns = (
        LEDGER.c.url,
        LEDGER.c.kind,
        LEDGER.c.outcome,
        LEDGER.c.reason,
        LEDGER.c.finished_at.label("read_at"),
        LEDGER.c.reaches_back_to,
    )
    query = (
        select(RUN.c.id, RUN.c.site_id, RUN.c.started_at, RUN.c.finished_at, *columns)
        .select_from(RUN)
        .outerjoin(LEDGER, and_(LEDGER.c.run_id == RUN.c.id, LEDGER.c.kind.in_(_SOURCES)))
        .order_by(RUN.c.id, LEDGER.c.id)
    )
    histories: dict[int, SiteHistory] = defaultdict(SiteHistory)
    run = None
    rows: list[SourceRow] = []

    def close() -> None:
        if run is not None:
            ended = max(run.finished_at or now, run.started_at)
            records[run.site_id].readings.append(histories[run.site_id].add(run.started_at, ended, rows))

    for row in connection.execute(scope.recent(query, HISTORY)):
        if run is None or row.id != run.id:
            close()
            run, rows = row, []
        if row.kind is not None:
            rows.append(
                SourceRow(
                    url=row.url,
                    kind=row.kind,
                    outcome=row.outcome,
                    reason=row.reason,
                    read_at=row.read_at,
                    reaches_back_to=row.reaches_back_to,
                )
            )
    close()


def _read_work(connection: Connection, scope: _Scope, records: dict[int, _Record]) -> None:
    """What was queued and what ended on each day."""
    queued = _day(connection, LEDGER.c.queued_at).label("queued")
    ended = _day(connection, LEDGER.c.finished_at).label("ended")
    was_answered = case((LEDGER.c.status.is_not(None), 1), else_=0).label("was_answered")
    keys = (RUN.c.site_id, queued, ended, LEDGER.c.kind, LEDGER.c.outcome, LEDGER.c.reason, was_answered)
    query = (
        select(*keys, func.count().label("number"))
        .select_from(LEDGER)
        .join(RUN, RUN.c.id == LEDGER.c.run_id)
        .where(LEDGER.c.kind != ResourceKind.ROBOTS)
        .group_by(*keys)
    )
    for row in connection.execute(scope.recent(query)):
        record = records[row.site_id]
        is_page = row.kind is ResourceKind.PAGE
        if is_page:
            record.discovered[date.fromisoformat(row.queued)] += row.number
        cause = normal(row.outcome, row.reason)
        if cause is None or row.ended is None or row.reason == NOT_THERE:
            continue
        day = date.fromisoformat(row.ended)
        (record.pages if is_page else record.sources)[day][cause] += row.number
        if is_page and row.was_answered:
            record.fetched[day] += row.number


def _read_announced(connection: Connection, scope: _Scope, records: dict[int, _Record]) -> None:
    """What became of each address that was announced, by the day it was announced for."""
    verdict = case(
        (LEDGER.c.outcome.in_(HAD), _HAD),
        (and_(LEDGER.c.outcome == Outcome.NOT_ARTICLE, LEDGER.c.reason.is_distinct_from(BOT_WALL)), _NO_ARTICLE),
        (LEDGER.c.outcome.is_not(None), _MISSED),
        else_=_WAITING,
    )
    announced_at = func.min(LEDGER.c.announced_at)
    addresses = (
        select(
            RUN.c.site_id.label("site_id"),
            _day(connection, announced_at).label("day"),
            func.min(verdict).label("verdict"),
            func.max(LEDGER.c.id).label("last_id"),
        )
        .select_from(LEDGER)
        .join(RUN, RUN.c.id == LEDGER.c.run_id)
        .where(LEDGER.c.kind == ResourceKind.PAGE)
        .group_by(RUN.c.site_id, LEDGER.c.url_key)
        .having(announced_at.is_not(None))
    )
    address = scope.recent(addresses, MAX_EARLY).subquery()
    is_archived = or_(
        exists().where(ARTICLE.c.canonical_url == LEDGER.c.url), exists().where(ADDRESS.c.url == LEDGER.c.url)
    )
    found = case((and_(address.c.verdict >= _MISSED, is_archived), _HAD), else_=address.c.verdict)
    last = (
        select(address.c.site_id, address.c.day, found.label("verdict"), LEDGER.c.outcome, LEDGER.c.reason)
        .select_from(address)
        .join(LEDGER, LEDGER.c.id == address.c.last_id)
        .subquery()
    )
    keys = (last.c.site_id, last.c.day, last.c.verdict, last.c.outcome, last.c.reason)
    for row in connection.execute(select(*keys, func.count().label("number")).group_by(*keys)):
        record, day = records[row.site_id], date.fromisoformat(row.day)
        cause = normal(row.outcome, row.reason)
        if row.verdict == _HAD:
            record.had[day] += row.number
        elif row.verdict == _WAITING or (row.verdict == _MISSED and cause is None):
            record.waiting[day] += row.number
        elif row.verdict == _MISSED and cause is not None:
            record.misses[day][cause] += row.number


def _read_archived(connection: Connection, scope: _Scope, records: dict[int, _Record]) -> None:
    day = _day(connection, REVISION.c.date_published).label("day")
    query = (
        select(ARTICLE.c.site_id, day, func.count().label("number"))
        .join(REVISION, REVISION.c.id == ARTICLE.c.latest_revision_id)
        .where(REVISION.c.date_published.is_not(None), ARTICLE.c.site_id.is_not(None))
        .group_by(ARTICLE.c.site_id, day)
    )
    if scope.site_id is not None:
        query = query.where(ARTICLE.c.site_id == scope.site_id)
    if scope.since is not None:
        query = query.where(REVISION.c.date_published >= day_span(scope.since)[0])
    for row in connection.execute(query):
        records[row.site_id].archived[date.fromisoformat(row.day)] += row.number


def _day(
    connection: Connection, moment: ColumnElement[datetime] | ColumnElement[datetime | None]
) -> ColumnElement[str]:
    """The day of a moment in UTC, like ``2026-11-27``."""
    if connection.dialect.name == "postgresql":
        return func.to_char(func.timezone("UTC", moment), "YYYY-MM-DD")
    return func.substr(moment, 1, _DAY_LENGTH)


def _calendar(name: str, record: _Record, first_crawl: date | None, scope: _Scope, now: datetime) -> SiteCalendar:
    today = now.astimezone(UTC).date()
    of_day: dict[date, list[RunReading]] = defaultdict(list)
    for reading in record.readings:
        for day in reading.days:
            of_day[day].append(reading)
    spans = merged(reading.span for reading in record.readings if reading.span is not None)
    crawl_days = [day for day in _since_first(first_crawl, scope, today) if scope.wants(day)]
    known = {*crawl_days, *record.archived, *record.had, *record.waiting, *record.misses, *_touched(spans, scope)}
    return SiteCalendar(
        site=name,
        first_crawl=first_crawl,
        crawled=tuple(_crawl_day(day, record, of_day.get(day, ()), first_crawl) for day in crawl_days),
        published=tuple(
            _publication_day(day, record, spans, of_day.get(day, ()), first_crawl, today)
            for day in sorted(known)
            if scope.wants(day) and day <= today
        ),
    )


def _since_first(first_crawl: date | None, scope: _Scope, today: date) -> Iterator[date]:
    if first_crawl is None:
        return
    first = max(first_crawl, scope.since or first_crawl)
    last = min(today, scope.until - _ONE_DAY if scope.until is not None and scope.until > date.min else today)
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _touched(spans: Sequence[Span], scope: _Scope) -> Iterator[date]:
    """The days that sources reach back to."""
    for begin, end in spans:
        first = max(begin.date(), scope.since or begin.date())
        for number in range((end.date() - first).days + 1):
            yield first + timedelta(days=number)


def _crawl_day(day: date, record: _Record, readings: Sequence[RunReading], first_crawl: date | None) -> CrawlDay:
    pages: Mapping[tuple[Outcome, str | None], int] = record.pages.get(day, {})
    sources: Mapping[tuple[Outcome, str | None], int] = record.sources.get(day, {})
    state, reason = crawl_state(day, pages=pages, sources=sources, readings=readings, first_crawl=first_crawl)
    return CrawlDay(
        day=day,
        state=state,
        reason=reason,
        runs=len(readings),
        discovered=record.discovered[day],
        fetched=record.fetched[day],
        pages=pages,
        sources=sources,
    )


def _publication_day(
    day: date,
    record: _Record,
    spans: Sequence[Span],
    readings: Sequence[RunReading],
    first_crawl: date | None,
    today: date,
) -> PublicationDay:
    misses: Mapping[tuple[Outcome, str | None], int] = record.misses.get(day, {})
    had, waiting, archived = record.had[day], record.waiting[day], record.archived[day]
    expected = had + waiting + sum(misses.values())
    state, reason = publication_state(
        day,
        archived=archived,
        expected=expected,
        had=had,
        misses=misses,
        waiting=waiting,
        within=_within(spans, day),
        readings=readings,
        first_crawl=first_crawl,
        today=today,
    )
    return PublicationDay(
        day=day, state=state, reason=reason, archived=archived, expected=expected, had=had, misses=misses
    )


def _within(spans: Sequence[Span], day: date) -> Sequence[Span]:
    """Of rising stretches that do not overlap, those that touch the day."""
    first, after = day_span(day)
    found: list[Span] = []
    place = bisect_right(spans, first, key=lambda span: span[1])
    while place < len(spans) and spans[place][0] < after:
        found.append(spans[place])
        place += 1
    return found


def count_states(days: Iterable[PublicationDay | CrawlDay]) -> Counter[str]:
    """Days by state."""
    return Counter(day.state.value for day in days)
