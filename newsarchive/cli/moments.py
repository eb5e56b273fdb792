"""Days and times as they are typed: a word for a period, read as its beginning or its end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from newsarchive.crawling.plan import period
from newsarchive.errors import ConfigError

_INSTANT = timedelta(microseconds=1)


def beginning(text: str | None, option: str) -> datetime | None:
    """The first instant of a day, month or year. Raises ConfigError, which names the option."""
    return None if text is None else period(text, option)[0]


def end(text: str | None, option: str) -> datetime | None:
    """The first instant after a day, month or year. Raises ConfigError, which names the option."""
    return None if text is None else period(text, option)[1]


def last_instant(text: str, option: str) -> datetime:
    """The last instant of a year, month, day, minute or second; a time without a zone is in UTC.

    >>> last_instant("2023-05", "--as-of").isoformat(), last_instant("2023-05-17T10:00", "--as-of").isoformat()
    ('2023-05-31T23:59:59.999999+00:00', '2023-05-17T10:00:59.999999+00:00')

    Raises ConfigError, which names the option.
    """
    if "T" not in text and ":" not in text:
        return period(text, option)[1] - _INSTANT
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        if moment.second or moment.microsecond or text.count(":") >= 2:
            return moment.replace(microsecond=999_999)
        return moment.replace(second=59, microsecond=999_999)
    except (ValueError, OverflowError):
        raise ConfigError(
            f"{option}: {text!r} is not a time like 2023-05-17T10:00, nor a date like 2023-05-17, 2023-05 or 2023"
        ) from None
