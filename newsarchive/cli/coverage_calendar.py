"""Days of a site in a terminal: a calendar with weeks as columns, or a strip. Every state has a sign of its own.

Colors only help: the darker a complete day, the more articles it has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from rich.text import Text

from newsarchive.model.coverage import CrawlDay, DayState, PublicationDay
from newsarchive.model.crawl_run import Outcome

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"

Days = Sequence[PublicationDay | CrawlDay]

SIGNS = {
    DayState.COMPLETE: "■",
    DayState.PARTLY: "▒",
    DayState.HELD: "□",
    DayState.NOTHING_PUBLISHED: "·",
    DayState.BLOCKED: "B",
    DayState.FAILED: "F",
    DayState.REFUSED: "R",
    DayState.SKIPPED: "S",
    DayState.EMPTY: "E",
    DayState.NO_CRAWL: "–",
    DayState.UNKNOWN: "?",
}
"""What stands for a day of each state; a day of which nothing at all is known is a space."""

_STYLES = {
    DayState.COMPLETE: "color(34)",
    DayState.PARTLY: "color(178)",
    DayState.HELD: "color(37)",
    DayState.NOTHING_PUBLISHED: "color(245)",
    DayState.BLOCKED: "bold color(161)",
    DayState.FAILED: "bold color(166)",
    DayState.REFUSED: "bold color(134)",
    DayState.SKIPPED: "color(99)",
    DayState.EMPTY: "bold color(208)",
    DayState.NO_CRAWL: "bold color(124)",
    DayState.UNKNOWN: "color(245)",
}
_GREENS = ("color(71)", "color(34)", "color(28)", "color(22)")  # few articles … many; on black and on white
_WEEKDAYS = ("Mon", "", "Wed", "", "Fri", "", "Sun")
_MARGIN = len("Mon ")
_MIN_WEEKS = 8


def heat_map(days: Days, first: date, last: date, *, width: int) -> Iterator[Text]:
    """The lines of a calendar from a first day to a last, in as many blocks of weeks as the width takes."""
    by_day = {day.day: day for day in days}
    monday = first - timedelta(days=first.weekday())
    weeks = (last - monday).days // 7 + 1
    a_block = max(_MIN_WEEKS, (width - _MARGIN) // 2)
    most = max(map(_articles, days), default=0)
    for begin in range(0, weeks, a_block):
        block = range(begin, min(begin + a_block, weeks))
        mondays = [monday + timedelta(days=7 * week) for week in block]
        yield Text(" " * _MARGIN + _months(mondays, first), style="bold")
        for weekday, name in enumerate(_WEEKDAYS):
            line = Text(f"{name:{_MARGIN}}")
            for this in (start + timedelta(days=weekday) for start in mondays):
                day = by_day.get(this) if first <= this <= last else None
                line.append_text(_cell(day, most)).append(" ")
            line.rstrip()
            yield line


def strip(head: str, days: Days, first: date, last: date) -> Text:
    """Days in a row behind a head."""
    by_day = {day.day: day for day in days}
    most = max(map(_articles, days), default=0)
    line = Text(head)
    for number in range((last - first).days + 1):
        line.append_text(_cell(by_day.get(first + timedelta(days=number)), most))
    return line


def legend(days: Days) -> Text:
    """The signs that occur, each with its state and how many days are in it."""
    counts = dict.fromkeys(DayState, 0)
    for day in days:
        counts[day.state] += 1
    line = Text()
    for state, number in counts.items():
        if number:
            name = f"{state} {number:,}".replace(" ", NO_BREAK_SPACE)
            line.append(SIGNS[state], style=_STYLES[state]).append(f"{NO_BREAK_SPACE}{name}   ")
    line.rstrip()
    return line


def _months(mondays: Sequence[date], first: date) -> str:
    """Names of months above the week their first day is in, the year at January: ``Dec  Jan'26    Feb``."""
    line = ""
    for column, monday in enumerate(mondays):
        begins = next((day for number in range(7) if (day := monday + timedelta(days=number)).day == 1), None)
        if column == 0:
            begins = begins or max(monday, first)
        if begins is None:
            continue
        name = f"{begins:%b}'{begins:%y}" if begins.month == 1 else f"{begins:%b}"
        fits = 2 * column + len(name) <= 2 * len(mondays)
        if (2 * column > len(line) and fits) or column == 0:
            line = line.ljust(2 * column) + name
    return line


def _cell(day: PublicationDay | CrawlDay | None, most: int) -> Text:
    if day is None:
        return Text(" ")
    style = _STYLES[day.state]
    if day.state is DayState.COMPLETE and most:
        style = _GREENS[min(len(_GREENS) - 1, len(_GREENS) * _articles(day) // (most + 1))]
    return Text(SIGNS[day.state], style=style)


def _articles(day: PublicationDay | CrawlDay) -> int:
    if isinstance(day, PublicationDay):
        return day.archived
    return day.count(Outcome.NEW) + day.count(Outcome.CHANGED)
