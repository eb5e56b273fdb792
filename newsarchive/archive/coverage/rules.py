"""The rules by which a day is called complete, blocked or unknown. Pure; in words: docs/coverage.md.

What is not known is never claimed: a day counts as covered only if every moment of it lies within what some crawl's
sources reach back to, and "nothing published" is said of no other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from newsarchive.model.coverage import Causes, DayState
from newsarchive.model.crawl_run import Outcome, ResourceKind

HAD = frozenset((Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.DUPLICATE))
"""Outcomes of a page that is in the archive, perhaps under another address."""
GONE = frozenset(("http-404", "http-410"))
"""A link to a page that is not there is everyday, no trouble of a crawl; an announced page that is gone is missed."""
EMPTY = "empty"
"""Reason of a feed or sitemap that was read and named nothing."""
NOT_THERE = "not-there"
"""Reason of a place where a feed or sitemap was only guessed."""
BOT_WALL = "bot-wall"

_TROUBLE = {
    Outcome.BLOCKED: DayState.BLOCKED,
    Outcome.FAILED: DayState.FAILED,
    Outcome.INTERRUPTED: DayState.FAILED,
    Outcome.REFUSED: DayState.REFUSED,
    Outcome.SKIPPED: DayState.SKIPPED,
}
_ORDER = tuple(DayState)
_SHOWN_CAUSES = 3

Span = tuple[datetime, datetime]
"""A stretch of time: its first moment, and the first after it."""
Verdict = tuple[DayState, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """How one feed, sitemap or home page fared in one run."""

    url: str
    kind: ResourceKind
    outcome: Outcome | None
    reason: str | None
    read_at: datetime | None
    reaches_back_to: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReading:
    """What a run's sources could tell."""

    started_at: datetime
    finished_at: datetime
    """Of a run under way: the moment of asking."""
    span: Span | None
    """From where all its feeds, or all its news sitemaps, reach back to, until they were read; None: unknown."""
    obstacle: Verdict | None
    """Why there is no span; None if there is one, or if sources were read that give no dates."""
    named: int = 0
    """Feeds and sitemaps that named something."""
    emptied: int = 0
    """Feeds and sitemaps that named nothing, though they did before, or though nothing else names anything."""

    @property
    def days(self) -> tuple[date, ...]:
        """The days it ran on."""
        first, last = self.started_at.date(), self.finished_at.date()
        return tuple(first + timedelta(days=number) for number in range((last - first).days + 1))


class SiteHistory:
    """What earlier runs of a site knew of its sources. Runs are added in their order."""

    def __init__(self) -> None:
        self._reach: dict[str, datetime | None] = {}
        """Of each source that ever named anything: how far it reached when last read."""

    def add(self, started_at: datetime, finished_at: datetime, sources: Sequence[SourceRow]) -> RunReading:
        """Read what a run's sources could tell."""
        told: dict[ResourceKind, list[SourceRow]] = {ResourceKind.FEED: [], ResourceKind.SITEMAP: []}
        troubles: Counter[Verdict] = Counter()
        named_nothing, emptied, named = 0, 0, 0
        for source in sources:
            cause = normal(source.outcome, source.reason)
            if source.reason == NOT_THERE or cause is None:
                continue
            if source.kind not in told:
                _count_trouble(troubles, source.kind, cause)
                continue
            if source.outcome is Outcome.READ and source.reason == EMPTY:
                named_nothing += 1
                if source.url in self._reach:
                    emptied += 1
                    told[source.kind].append(source)
                continue
            told[source.kind].append(source)
            if source.outcome is Outcome.READ:
                named += 1
                self._reach[source.url] = source.reaches_back_to
            elif source.outcome is Outcome.UNCHANGED:  # not modified: it says what it said before
                named += 1
            else:
                _count_trouble(troubles, source.kind, cause)
        if not named:
            emptied = max(emptied, named_nothing)
        spans = [span for rows in told.values() if (span := self._span(rows)) is not None]
        obstacle: Verdict | None = None
        if not spans:
            if emptied:
                troubles[DayState.EMPTY, "sitemaps or feeds named nothing"] += emptied
            obstacle = min(troubles, key=lambda verdict: (-troubles[verdict], _rank(verdict)), default=None)
        return RunReading(
            started_at=started_at,
            finished_at=finished_at,
            span=min(spans, default=None),
            obstacle=obstacle,
            named=named,
            emptied=emptied,
        )

    def _span(self, rows: Sequence[SourceRow]) -> Span | None:
        """Since when all of these tell everything; those that were never known to give dates are not asked."""
        reaches: list[datetime] = []
        for row in rows:
            is_read = row.outcome in (Outcome.READ, Outcome.UNCHANGED) and row.reason != EMPTY
            reach = self._reach.get(row.url)
            if is_read and row.kind is ResourceKind.SITEMAP and reach is None:
                continue  # a plain sitemap, or an index: it lists pages, and announces none
            if not is_read and row.kind is ResourceKind.SITEMAP and row.url in self._reach and reach is None:
                continue
            if not is_read or reach is None or row.read_at is None:
                return None
            reaches.append(reach)
        if not reaches:
            return None
        first, last = max(reaches), min(row.read_at for row in rows if row.read_at is not None)
        return (first, last) if first < last else None


def normal(outcome: Outcome | None, reason: str | None) -> tuple[Outcome, str | None] | None:
    """An outcome and its reason as coverage counts them: a bot wall is a block. None while an address waits."""
    if outcome is None:
        return None
    return (Outcome.BLOCKED if reason == BOT_WALL else outcome, reason)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time in as few stretches as it takes, rising."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def day_span(day: date) -> Span:
    """The day's first moment and the first after it, in UTC."""
    first = datetime.combine(day, time(), UTC)
    return first, first + timedelta(days=1)


def publication_state(
    day: date,
    *,
    archived: int,
    expected: int,
    had: int,
    misses: Causes,
    waiting: int = 0,
    within: Sequence[Span] = (),
    readings: Sequence[RunReading] = (),
    first_crawl: date | None,
    today: date,
) -> Verdict:
    """What a day of publication is, and what is in the way.

    ``within``: the stretches of :func:`merged` that touch the day; ``readings``: of the runs on the day, in order.
    ``waiting``: announced addresses a run under way has still to ask for.
    """
    first, after = day_span(day)
    is_covered = any(begin <= first and end >= after for begin, end in within)
    if expected:
        if misses or waiting:
            return _missed(expected, had, misses, waiting)
        if is_covered:
            return DayState.COMPLETE, None
        if first_crawl is None or day < first_crawl:
            return DayState.HELD, _unread(first, within)
        return DayState.PARTLY, "the day is not over" if day >= today else _unread(first, within)
    if is_covered:
        return (DayState.HELD, "no feed or sitemap announced them") if archived else (DayState.NOTHING_PUBLISHED, None)
    state, reason = _unseen(day, within, readings, first_crawl, today)
    if not archived:
        return state, reason
    if state is DayState.UNKNOWN:
        return DayState.HELD, "how many there were is not known"
    return DayState.PARTLY, f"{state}: {reason}" if reason else state.value


def _missed(expected: int, had: int, misses: Causes, waiting: int) -> Verdict:
    text = cause_text(misses)
    if waiting:
        text = f"{text}, waiting {waiting:,}".removeprefix(", ")
    if had or not misses or waiting:
        return DayState.PARTLY, f"{had:,} of {expected:,}; {text}"
    return _main_trouble(misses), text


def _unread(first: datetime, within: Sequence[Span]) -> str:
    if not within:
        return "what announced it does not tell whether that is all"
    if within[0][0] > first:
        return f"the lists begin at {within[0][0]:%H:%M} UTC"
    return f"read until {within[0][1]:%H:%M} UTC only"


def _unseen(
    day: date, within: Sequence[Span], readings: Sequence[RunReading], first_crawl: date | None, today: date
) -> Verdict:
    """A day that is not covered and for which nothing was announced."""
    if readings and readings[-1].obstacle is not None:
        return readings[-1].obstacle
    if first_crawl is None or day < first_crawl:
        return DayState.UNKNOWN, "before the first crawl"
    if day >= today:
        return DayState.UNKNOWN, "the day is not over"
    if not readings:
        return DayState.NO_CRAWL, None
    if within:
        return DayState.NO_CRAWL, _unread(day_span(day)[0], within)
    if day == first_crawl and any(reading.span is not None for reading in readings):
        return DayState.UNKNOWN, "before the first crawl"
    return DayState.UNKNOWN, "no feed or sitemap tells dates"


def crawl_state(
    day: date,
    *,
    pages: Causes,
    sources: Causes,
    readings: Sequence[RunReading],
    first_crawl: date | None,
) -> Verdict:
    """What a day of crawling is, and what was in the way.

    ``sources``: of feeds, sitemaps, sections and home pages; ``readings``: of the runs on the day.
    """
    if not readings:
        is_before = first_crawl is None or day < first_crawl
        return (DayState.UNKNOWN, "before the first crawl") if is_before else (DayState.NO_CRAWL, None)
    bad_pages = {cause: number for cause, number in pages.items() if _is_trouble(*cause) and cause[1] not in GONE}
    bad = _sum(bad_pages, {cause: number for cause, number in sources.items() if _is_trouble(*cause)})
    good_pages = sum(number for (outcome, _), number in pages.items() if outcome not in _TROUBLE)
    good_sources = sum(
        number
        for (outcome, reason), number in sources.items()
        if outcome in (Outcome.READ, Outcome.UNCHANGED) and reason not in (EMPTY, NOT_THERE)
    )
    emptied = sum(reading.emptied for reading in readings)
    text = cause_text(bad)
    if emptied:
        text = f"{text}, {emptied:,} empty {'sitemap or feed' if emptied == 1 else 'sitemaps or feeds'}"
        text = text.removeprefix(", ")
    if bad and not good_pages and (bad_pages or not good_sources):
        return _main_trouble(bad_pages or bad), text
    if emptied and not bad and not any(reading.named for reading in readings):
        return DayState.EMPTY, text
    if bad or emptied:
        return DayState.PARTLY, text
    refused = {cause: number for cause, number in _sum(pages, sources).items() if cause[0] is Outcome.REFUSED}
    if refused and not good_pages and not good_sources:
        return DayState.REFUSED, cause_text(refused)
    return DayState.COMPLETE, None


def cause_text(causes: Causes) -> str:
    """Causes for a person, the most frequent first: ``blocked http-403 12, failed dns 1``."""
    ordered = sorted(causes.items(), key=lambda item: (-item[1], item[0][0], item[0][1] or ""))
    parts = [f"{' '.join(filter(None, cause))} {number:,}" for cause, number in ordered[:_SHOWN_CAUSES]]
    return ", ".join(parts) + (", …" if len(ordered) > _SHOWN_CAUSES else "")


def _is_trouble(outcome: Outcome, reason: str | None) -> bool:
    """Whether somebody or something was in the way, rather than that a rule or the user left it out."""
    return outcome in (Outcome.BLOCKED, Outcome.FAILED, Outcome.INTERRUPTED) or reason == "robots-unreachable"


def _main_trouble(causes: Causes) -> DayState:
    counts: Counter[DayState] = Counter()
    for (outcome, _), number in causes.items():
        counts[_TROUBLE.get(outcome, DayState.FAILED)] += number
    return min(counts, key=lambda state: (-counts[state], _ORDER.index(state)))


def _count_trouble(troubles: Counter[Verdict], kind: ResourceKind, cause: tuple[Outcome, str | None]) -> None:
    if cause[0] in _TROUBLE:
        troubles[_TROUBLE[cause[0]], f"{kind}: {cause[1] or cause[0]}"] += 1


def _rank(verdict: Verdict) -> tuple[int, str]:
    return _ORDER.index(verdict[0]), verdict[1] or ""


def _sum(one: Causes, other: Causes) -> Mapping[tuple[Outcome, str | None], int]:
    return Counter(one) + Counter(other)
