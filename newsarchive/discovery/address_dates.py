"""Dates in addresses: which days an archive's page or a sitemap is of, and when an article was published. Pure.

``/2019/05/``, ``/archive/2019-05-17``, ``/news/20190517.html`` and ``?m=201905`` list what was published then;
``/2019/05/17/flood-kills-two`` was published then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from newsarchive.discovery import url_words
from newsarchive.discovery.url_shape import Kind, part_of
from newsarchive.urls import identity_url

MIN_LINKED = 3
"""Archive pages of one form that the site itself has to link to before others of the form are taken to be there."""

_YEAR = r"(?P<year>(?:19|20)\d\d)"
_FIELDS = rf"{_YEAR}(?:(?P<sep>[/_.-]?)(?P<month>\d{{1,2}})(?:(?P=sep)(?P<day>\d{{1,2}}))?)?"
_IN_PATH = re.compile(rf"(?P<head>(?:/[^/]*)*?)/{_FIELDS}(?P<tail>/|\.[a-z]{{3,5}}|)")
_IN_QUERY = re.compile(rf"(?P<name>[\w-]+)={_FIELDS}")
_OF_ARTICLE = re.compile(r"/((?:19|20)\d\d)(?:([/_-]?)(\d\d?)(?:\2(\d\d?))?)(?=/.)")
_SITEMAP_QUERY = re.compile(r"(?:yyyy|year)=((?:19|20)\d\d)(?:&(?:mm|month)=(\d\d?))?(?:&(?:dd|day)=(\d\d?))?(?!\d)")
_SITEMAP_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:([-_/.]?)(\d\d)(?:\2(\d\d))?)?(?!\d)")


class Period(NamedTuple):
    """Some days, both ends included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DateArchive:
    """The page of a day, month or year in an archive that goes by dates."""

    url: str
    form: str
    """What all of its kind have in common, like ``https://example.org/archive/{year}/{month}/``."""
    period: Period
    is_padded: bool | None
    """Whether a month or day of one digit has a zero in front; None: this address does not tell."""

    @property
    def unit(self) -> int:
        """1 for a year, 2 for a month, 3 for a day."""
        return 1 + ("{month}" in self.form) + ("{day}" in self.form)


def date_archive(url: str) -> DateArchive | None:
    """What an address tells of the days it lists; None if it is no archive's page, or that of a calendar of events.

    Raises ValueError for what is no http(s) address.

    >>> date_archive("https://example.org/archive/2019-05-17").form
    'https://example.org/archive/{year}-{month}-{day}'
    """
    address = identity_url(url)
    split = urlsplit(address)
    if split.query:
        found = _IN_QUERY.fullmatch(split.query)
        if found is None or found["name"] not in url_words.CALENDAR_PARAMETERS | {"m"} or found["sep"] in ("/", "."):
            return None
        head, tail = f"{split.path}?{found['name']}=", ""
    else:
        found = _IN_PATH.fullmatch(split.path)
        if found is None:
            return None
        head, tail = f"{found['head']}/", found["tail"]
    month, day, between = found["month"], found["day"], found["sep"] or ""
    is_run_together = not between and any(len(part) != 2 for part in (month, day) if part)
    if is_run_together or not _may_hold_archives(head.partition("?")[0]):
        return None
    period = _period(found["year"], month, day)
    if period is None:
        return None
    named = between.join(name for name, part in (("{year}", "-"), ("{month}", month), ("{day}", day)) if part)
    form = split._replace(path=f"{head}{named}{tail}", query="").geturl()
    return DateArchive(url=address, form=form, period=period, is_padded=_is_padded(month, day))


def missing_archives(linked: Iterable[DateArchive], within: Period) -> Iterator[DateArchive]:
    """Archive pages of one form that a site does not link to, but to later ones of that form; the newest first.

    Nothing if fewer than `MIN_LINKED` are linked, or if they do not tell how a month of one digit is written.
    """
    known = {archive.period.first: archive for archive in linked}
    if len(known) < MIN_LINKED:
        return
    sample = next(iter(known.values()))
    padded = {archive.is_padded for archive in known.values()} - {None}
    if sample.unit > 1 and len(padded) != 1:
        return
    width = "02" if True in padded else ""
    for first in _beginnings(sample.unit, Period(within.first, min(within.last, max(known)))):
        if first in known:
            continue
        url = sample.form.replace("{year}", str(first.year)).replace("{month}", f"{first.month:{width}}")
        url = url.replace("{day}", f"{first.day:{width}}")
        if (archive := date_archive(url)) is not None:
            yield archive


def published_in_address(url: str) -> Period | None:
    """The day, or the month, that stands in an article's address before its name; None if none does.

    >>> published_in_address("https://example.org/news/2019/05/17/flood-kills-two").last.isoformat()
    '2019-05-17'
    """
    found = _OF_ARTICLE.search(urlsplit(url).path)
    if found is None:
        return None
    year, between, month, day = found.groups()
    if not between and any(len(part) != 2 for part in (month, day) if part):
        return None
    return _period(year, month, day)


def sitemap_period(url: str) -> Period | None:
    """The days whose pages a sitemap lists, by its name; None if its name tells nothing.

    A number behind a year may be a month or the number of a part: without a day, the whole year is meant.

    >>> sitemap_period("https://example.org/sitemap-posts-2016-10.xml").last.isoformat()
    '2016-12-31'
    """
    split = urlsplit(url)
    found = _SITEMAP_QUERY.search(split.query)
    if found is not None:
        return _period(*found.groups())
    periods = [
        period
        for year, _, month, day in _SITEMAP_YEAR.findall(f"{split.path}?{split.query}")
        if (period := _period(year, month, day) if day else _period(year, None, None)) is not None
    ]
    if not periods:
        return None
    return Period(min(period.first for period in periods), max(period.last for period in periods))


def _may_hold_archives(head: str) -> bool:
    """Whether dates below this path are those of an archive: not of events, and not those of one article."""
    parts = [part_of(name) for name in head.split("/") if name]
    return not any(
        part.text in url_words.CALENDAR or part.words >= 3 or part.kind in (Kind.ID, Kind.SLUG_ID) for part in parts
    )


def _is_padded(month: str | None, day: str | None) -> bool | None:
    parts = [part for part in (month, day) if part]
    if any(part.startswith("0") for part in parts):
        return True
    return False if any(len(part) == 1 for part in parts) else None


def _period(year: str, month: str | None, day: str | None) -> Period | None:
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    if day:
        return Period(first, first)
    if month:
        return Period(first, _next(first, 2) - timedelta(days=1))
    return Period(first, date(first.year, 12, 31))


def _beginnings(unit: int, within: Period) -> Iterator[date]:
    """First days of the years, months or days within, the newest first."""
    first = date(within.first.year, within.first.month if unit > 1 else 1, within.first.day if unit > 2 else 1)
    found = []
    while first <= within.last:
        found.append(first)
        first = _next(first, unit)
    yield from reversed(found)


def _next(first: date, unit: int) -> date:
    if unit == 1:
        return date(first.year + 1, 1, 1)
    return first + timedelta(days=1) if unit == 3 else (first + timedelta(days=31)).replace(day=1)
