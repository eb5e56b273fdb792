"""``newsarchive coverage``: which days of which sites are archived, which are not, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsarchive.cli import terminal
from newsarchive.cli.csv_rows import print_csv
from newsarchive.cli.moments import beginning, end
from newsarchive.cli.options import Json
from newsarchive.cli.settings import config_from
from newsarchive.model.coverage import GAPS, CrawlDay, DayState, PublicationDay, SiteCalendar
from newsarchive.model.crawl_run import Outcome

if TYPE_CHECKING:
    from newsarchive.cli.coverage_calendar import Days

STRIP_DAYS = 60
"""Days shown of each site where all are shown."""
CALENDAR_DAYS = 53 * 7
"""Days shown of one site, if nothing else is asked for."""
MAX_GAPS = 40
"""Gaps listed on a terminal, the last ones; --json has the days of all."""

_PUBLISHED = ("site", "day", "state", "reason", "expected", "had", "archived")
_CRAWLED = ("site", "day", "state", "reason", "runs", "discovered", "fetched")
_OUTCOMES = tuple(outcome for outcome in Outcome if outcome is not Outcome.READ)


class By(StrEnum):
    """Whose days are shown."""

    CRAWL = "crawl"
    PUBLICATION = "publication"


def coverage(
    context: typer.Context,
    site: Annotated[str | None, typer.Argument(metavar="SITE", help="A registered site; nothing: all.")] = None,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="First day, like 2026-05-17 or 2026-05.")] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Last day, month or year.")] = None,
    by: Annotated[
        By, typer.Option(help="Days articles were published on, or days crawls ran on; all in UTC.")
    ] = By.PUBLICATION,
    json: Json = False,
    csv: Annotated[bool, typer.Option("--csv", help="CSV on stdout, one line a site and day.")] = False,
    png: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw a picture (extra plots).")] = None,
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw a picture (extra plots).")] = None,
) -> None:
    """Show which days are complete, and what is missing and why. A day may also have nothing published.

    Compared are the addresses that feeds and news sitemaps announced with what is archived.
    """
    from newsarchive.api import Archive

    first, after = beginning(since, "--since"), end(until, "--until")
    now = datetime.now(UTC)
    is_for_eyes = not (json or csv)
    start = first.date() if first else None
    if start is None and is_for_eyes:
        last = min(after or now, now).date()
        start = last - timedelta(days=CALENDAR_DAYS if site else STRIP_DAYS - 1)
    with Archive.of(config_from(context)) as archive:
        found = archive.coverage(site, since=start, until=after.date() if after else None, now=now)
        if json:
            for calendar in found:
                for row in _records(calendar, by):
                    terminal.print_json(row)
        elif csv:
            headings = _PUBLISHED if by is By.PUBLICATION else (*_CRAWLED, *_OUTCOMES)
            print_csv(headings, chain.from_iterable(_rows(calendar, by) for calendar in found))
        calendars = tuple(found)
    if is_for_eyes and not (png or svg):
        if site is not None:
            _print_site(calendars[0], by, start, now.date())
        else:
            _print_sites(calendars, by, start, now.date())
    for path, format in ((png, "png"), (svg, "svg")):
        if path is not None:
            _draw(calendars, by, path, format)


def _days(calendar: SiteCalendar, by: By) -> Days:
    return calendar.published if by is By.PUBLICATION else calendar.crawled


def _rows(calendar: SiteCalendar, by: By) -> Iterator[tuple[Any, ...]]:
    for day in _days(calendar, by):
        yield tuple(_record(calendar.site, day).values())


def _records(calendar: SiteCalendar, by: By) -> Iterator[dict[str, Any]]:
    for day in _days(calendar, by):
        causes = day.misses if isinstance(day, PublicationDay) else day.pages
        record = _record(calendar.site, day)
        record["misses" if isinstance(day, PublicationDay) else "pages"] = _causes(causes)
        if isinstance(day, CrawlDay):
            record["sources"] = _causes(day.sources)
        yield record


def _record(site: str, day: PublicationDay | CrawlDay) -> dict[str, Any]:
    record = {"site": site, "day": day.day.isoformat(), "state": day.state.value, "reason": day.reason}
    if isinstance(day, PublicationDay):
        return {**record, "expected": day.expected, "had": day.had, "archived": day.archived}
    counts = {outcome.value: day.count(outcome) for outcome in _OUTCOMES}
    return {**record, "runs": day.runs, "discovered": day.discovered, "fetched": day.fetched, **counts}


def _causes(causes: Any) -> list[dict[str, Any]]:  # noqa: ANN401 (a mapping of causes)
    return [
        {"outcome": outcome.value, "reason": reason, "addresses": number}
        for (outcome, reason), number in sorted(
            causes.items(), key=lambda item: (-item[1], item[0][0], item[0][1] or "")
        )
    ]


def _print_site(calendar: SiteCalendar, by: By, start: date | None, today: date) -> None:
    from newsarchive.archive.coverage.gaps import advice, gaps
    from newsarchive.cli.coverage_calendar import heat_map

    days = _days(calendar, by)
    if not days:
        terminal.notes().print(_nothing(calendar))
        return
    out = terminal.out()
    what = "published on" if by is By.PUBLICATION else "crawled on"
    terminal.print_text(f"{calendar.site}: days {what}, {days[0].day} to {days[-1].day}, UTC", style="bold")
    begin = max(start or days[0].day, min(days[0].day, today))
    for line in heat_map(days, begin, max(days[-1].day, begin), width=out.width):
        out.print(line)
    _print_legend(days)
    found = list(gaps(days))
    if not found:
        terminal.notes().print("no gap is known")
        return
    out.print()
    rows = [
        (
            gap.state,
            f"{gap.first}" if gap.first == gap.last else f"{gap.first} to {gap.last}",
            gap.days,
            f"{gap.missed:,}" if gap.missed else "",
            "; ".join(gap.reasons),
        )
        for gap in found[-MAX_GAPS:]
    ]
    terminal.print_table(("Gap", "Days", "Number", "Missed", "Why"), rows, right=("Number", "Missed"))
    if len(found) > MAX_GAPS:
        terminal.notes().print(f"{len(found) - MAX_GAPS:,} earlier gaps; --json has every day")
    for state in dict.fromkeys(gap.state for gap in found):
        last = next(gap for gap in reversed(found) if gap.state is state)
        terminal.notes().print(f"{state}: {advice(last, calendar.site)}")


def _nothing(calendar: SiteCalendar) -> str:
    if calendar.first_crawl is None:
        return f"{calendar.site} was never crawled; next: newsarchive crawl {calendar.site}"
    return f"nothing is known of {calendar.site} in these days; its first crawl was on {calendar.first_crawl}"


def _print_sites(calendars: Iterable[SiteCalendar], by: By, start: date | None, today: date) -> None:
    from newsarchive.cli.coverage_calendar import strip

    calendars = tuple(calendars)
    if not calendars:
        terminal.notes().print("no site is registered yet; next: newsarchive site add URL")
        return
    last = max((days[-1].day for calendar in calendars if (days := _days(calendar, by))), default=today)
    first = min((days[0].day for calendar in calendars if (days := _days(calendar, by))), default=last)
    first = max(first, start or first)
    width = max(len("Site"), *(len(calendar.site) for calendar in calendars))
    out = terminal.out()
    out.print(f"{'Site':{width}}  {'Covered':>9}  {'Gaps':>4}  {'Missed':>6}  {first} to {last}", style="bold")
    for calendar in calendars:
        days = [day for day in _days(calendar, by) if day.day >= first]
        counts = Counter(day.state for day in days)
        gaps = sum(number for state, number in counts.items() if state in GAPS)
        covered = sum(number for state, number in counts.items() if state not in GAPS and state is not DayState.UNKNOWN)
        missed = sum(day.expected - day.had for day in days if isinstance(day, PublicationDay))
        head = f"{calendar.site:{width}}  {f'{covered}/{covered + gaps}':>9}  {gaps or '':>4}  {missed or '':>6}  "
        out.print(strip(head, days, first, last))
    _print_legend(tuple(chain.from_iterable(_days(calendar, by) for calendar in calendars)))
    terminal.notes().print("one site with its gaps and reasons: newsarchive coverage SITE")


def _print_legend(days: Days) -> None:
    from newsarchive.cli.coverage_calendar import NO_BREAK_SPACE, legend

    shown = legend(days)
    terminal.print_text(shown if terminal.out().is_terminal else shown.plain.replace(NO_BREAK_SPACE, " "))


def _draw(calendars: tuple[SiteCalendar, ...], by: By, path: Path, format: str) -> None:
    from newsarchive.errors import ExportError
    from newsarchive.export.whole_file import whole_file
    from newsarchive.inspection.coverage_chart import picture

    shown = {calendar.site: _days(calendar, by) for calendar in calendars if _days(calendar, by)}
    if not shown:
        raise ExportError(f"{path} is not drawn: nothing is known of these days; newsarchive coverage says why")
    drawn = picture(shown, format, of_crawls=by is By.CRAWL)
    try:
        with whole_file(path) as file:
            file.write(drawn)
    except OSError as error:
        raise ExportError(f"{path} cannot be written: {error.strerror or error}") from error
