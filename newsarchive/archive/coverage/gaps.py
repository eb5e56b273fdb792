"""Gaps by name: neighboring days in which the same is missing for the same reason, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from newsarchive.model.coverage import GAPS, CrawlDay, DayState, PublicationDay

MAX_REASONS = 3
"""Different reasons of one gap that are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch of days in one state that is a gap."""

    state: DayState
    first: date
    last: date
    days: int
    """How many of the stretch: all of them, for other states end it."""
    missed: int
    """Announced addresses that are not archived; 0 where nothing was announced."""
    reasons: tuple[str, ...]
    """Without repetition, in the order of days."""


def gaps(days: Iterable[PublicationDay | CrawlDay]) -> Iterator[Gap]:
    """The gaps in rising days, each as long as days follow each other in the same state."""
    run: list[PublicationDay | CrawlDay] = []
    for day in days:
        if run and (day.state is not run[-1].state or day.day - run[-1].day != timedelta(days=1)):
            yield from _gap(run)
            run = []
        run.append(day)
    yield from _gap(run)


def _gap(run: list[PublicationDay | CrawlDay]) -> Iterator[Gap]:
    if not run or run[0].state not in GAPS:
        return
    reasons = tuple(dict.fromkeys(day.reason for day in run if day.reason))
    more = len(reasons) - MAX_REASONS
    yield Gap(
        state=run[0].state,
        first=run[0].day,
        last=run[-1].day,
        days=len(run),
        missed=sum(day.expected - day.had for day in run if isinstance(day, PublicationDay)),
        reasons=(*reasons[:MAX_REASONS], f"{more:,} more") if more > 0 else reasons,
    )


def advice(gap: Gap, site: str) -> str:
    """What to do next about a gap, as the end of a line: a command, or what to look at."""
    match gap.state:
        case DayState.NO_CRAWL | DayState.SKIPPED:
            return f"newsarchive crawl {site} --since {gap.first} --until {gap.last}"
        case DayState.BLOCKED:
            return "ask the site for access, or crawl it more slowly; blocks are not evaded"
        case DayState.REFUSED:
            return "robots.txt decides; ask the site"
        case DayState.EMPTY:
            return f"newsarchive site check {site}: its feeds or sitemaps may have moved"
        case DayState.FAILED:
            return (
                f"newsarchive crawl {site} --since {gap.first}; newsarchive runs ledger --outcome failed has addresses"
            )
        case _:
            return f"newsarchive crawl {site} --since {gap.first}"
