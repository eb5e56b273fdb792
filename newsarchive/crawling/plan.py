"""CrawlPlan: what the user asked of a crawl, checked before anything is fetched."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Self

from newsarchive.crawling.revisits.policy import Revisit
from newsarchive.errors import ConfigError

BEFORE_SINCE = "before-since"
"""Reason of an address that is from before the days the user asked for."""
AFTER_UNTIL = "after-until"
"""Reason of one that is from after them."""

_PUBLISHED = "published "


def published_detail(published: datetime | None) -> str:
    """What the ledger says of an article outside of the days: when it was published."""
    return f"{_PUBLISHED}{published}"


def published_in(detail: str | None) -> datetime | None:
    """When an article was published, by that detail; None for any other.

    >>> published_in(published_detail(datetime(2017, 5, 1, 10, tzinfo=UTC))).isoformat()
    '2017-05-01T10:00:00+00:00'
    """
    if detail is None or not detail.startswith(_PUBLISHED):
        return None
    with suppress(ValueError):
        published = datetime.fromisoformat(detail.removeprefix(_PUBLISHED))
        return published if published.tzinfo is not None else None
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlPlan:
    """A spider's arguments. The same for ``scrapy crawl site -a since=2023-05`` and ``newsarchive crawl --since``.

    >>> CrawlPlan.from_arguments({"site": "example", "since": "2023-05", "max_pages": "100"}).since.isoformat()
    '2023-05-01T00:00:00+00:00'
    """

    site: str | None = None
    """Short name of a registered site; None for a list of addresses."""
    since: datetime | None = None
    """Articles published before this are not fetched, or not stored if only the page itself tells."""
    until: datetime | None = None
    """Articles published at or after this likewise: one period later than the day, month or year the user named."""
    max_pages: int | None = None
    """How many pages (not feeds, sitemaps and sections) are fetched at most; None: as many as there are."""
    survey: bool = False
    """Only look: read the home page, robots.txt, feeds and sitemaps, and fetch no article."""
    backfill: bool = False
    """Walk everything that lists articles to its end, and go on with the last backfill: the spider ``backfill``."""
    revisit: Revisit = Revisit.DEFAULT
    """Which known pages are asked for again; in a backfill none, if nothing else is said."""
    file: str | None = None
    """A file of addresses, one a line; ``-`` is standard input."""

    @classmethod
    def from_arguments(cls, arguments: Mapping[str, object]) -> Self:
        """Read a spider's ``-a`` arguments. Raises ConfigError that names the argument and what it should look like."""
        known = {field.name for field in fields(cls)}
        for name in arguments:
            if name not in known:
                raise ConfigError(f"unknown spider argument {name!r}; known: {', '.join(sorted(known))}")
        text = {name: str(value) for name, value in arguments.items() if value not in (None, "") and value is not False}
        is_backfill = _is_true(text.get("backfill", ""))
        plan = cls(
            site=text.get("site"),
            since=period(text["since"], "since")[0] if "since" in text else None,
            until=period(text["until"], "until")[1] if "until" in text else None,
            max_pages=_count(text["max_pages"], "max_pages") if "max_pages" in text else None,
            survey=_is_true(text.get("survey", "")),
            backfill=is_backfill,
            revisit=_revisit(text.get("revisit", Revisit.NEVER if is_backfill else Revisit.DEFAULT)),
            file=text.get("file"),
        )
        if plan.since and plan.until and plan.since >= plan.until:
            raise ConfigError(f"since {text['since']} lies after until {text['until']}")
        return plan

    def wants(self, published: datetime | None) -> str | None:
        """Why an article of that date is not wanted: BEFORE_SINCE or AFTER_UNTIL.

        None: it is wanted, as is one whose date is not known.
        """
        if published is None:
            return None
        if self.since is not None and published < self.since:
            return BEFORE_SINCE
        if self.until is not None and published >= self.until:
            return AFTER_UNTIL
        return None

    def to_arguments(self) -> dict[str, str]:
        """What is set, as text, for the record of the run."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: value.isoformat() if isinstance(value, datetime) else str(value)
            for name, value in values.items()
            if value not in (None, False, Revisit.DEFAULT)
        }


def period(text: str, name: str) -> tuple[datetime, datetime]:
    """First instant of a day, month or year (``2023-05-17``, ``2023-05``, ``2023``) and the first one after it, in UTC.

    Raises ConfigError for anything else.
    """
    try:
        match [int(part) for part in text.split("-")]:
            case [year, month, day]:
                first = date(year, month, day)
                after = first + timedelta(days=1)
            case [year, month]:
                first = date(year, month, 1)
                after = (first + timedelta(days=31)).replace(day=1)
            case [year]:
                first, after = date(year, 1, 1), date(year + 1, 1, 1)
            case _:
                raise ValueError(text)
    except (ValueError, OverflowError):
        raise ConfigError(f"{name}: {text!r} is not a date like 2023-05-17, 2023-05 or 2023") from None
    return datetime.combine(first, time(), UTC), datetime.combine(after, time(), UTC)


def _is_true(text: str) -> bool:
    return text.lower() in ("1", "true", "yes")


def _revisit(text: str) -> Revisit:
    try:
        return Revisit(text)
    except ValueError:
        raise ConfigError(f"revisit: {text!r} is none of {', '.join(Revisit)}") from None


def _count(text: str, name: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ConfigError(f"{name}: {text!r} is not a whole number")
    return int(text)
