"""One date string to one moment: ISO first, then RFC 2822, numbers, names of months, and "3 hours ago".

A date is what a page prints or states for machines, so the reader must neither guess nor be fooled: a bare number, a
year or a month alone is no date, an hour without a day is none, ``12/04/2024`` is decided by evidence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache

from newsarchive.model.article import DatePrecision
from newsarchive.parsers.dates.calendars import (
    BUDDHIST_OFFSET,
    PERSIAN_YEARS,
    persian_day,
    persian_month,
    with_common_years,
)
from newsarchive.parsers.dates.labels import unlabeled
from newsarchive.parsers.dates.months import month_number
from newsarchive.parsers.dates.relative import dateparser_ago, read_ago, tells_ago
from newsarchive.parsers.dates.time_zones import ABBREVIATIONS, zone_named
from newsarchive.parsers.text import one_line

MAX_DATE_CHARS = 120
"""A longer string is a sentence, not a date."""
EARLIEST_YEAR = 1800
"""Older than that is a database's zero; newspapers digitize back into the 19th century."""

# What fromisoformat refuses: "2022-1-26T14:32:06+02:00", "2020-12-05T23:15:0Z", "…:08:684Z", "… 09:12:22 +0100".
_ISO_LOOSE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:T|\s{1,2}|\sT)(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,:]\d{1,9})?)?"
    r"\s?(Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)?(?:\[[\w/+-]{1,40}\])?)?",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[A-Za-z]{3},? ")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?[-/.年년]\s?(\d{1,2})\s?[-/.月월]\s?(\d{1,2})(?!\d)\s?[日일.]?")
YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?!\d)")
"""``5/4/2024``: first, mark, second, year."""
_CLOCK = re.compile(
    r"(?:(午前|上午|오전)|(午後|下午|오후))?\s?(?<!\d)(\d{1,2})\s?[:.h時时시点點]\s?(\d\d)(?![./-]?\d)"
    r"(?:\s?[:.分분]\s?(\d\d)(?!\d))?\s?분?"
    r"\s?(?:(a|p)\.?\s?m\b\.?)?\s?(Z\b|UTC\b|GMT\b|(?-i:[A-ZМСКİ]{2,5}\b))?\s?([+-]\d\d:?\d\d)?",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d{10}(?:\d{3})?")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?Z?)?")
_TWO_WORD_MONTH = re.compile(r"(كانون|تشرين)\s(الأول|الثاني)")
_WORD = r"(?P<month>[^\s\d.,;:|()/\[\]-]{2,20}\.?|[ก-ฮ]{1,2}\.[ก-ฮ]{1,2}\.)"
_OF = r"(?:\s?(?:de|del|di|d['’]|of|ta['’]|ne|พ\.ศ\.)\s?)?"
_NAMED = (
    re.compile(
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|ª|\.|-я|τη)?[\s./-]?{_OF}{_WORD},?[\s./-]?{_OF}"
        r"(?P<year>\d{4})(?!\d)"
    ),
    re.compile(rf"{_WORD}\s?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?:de\s)?(?P<year>\d{{4}})(?!\d)"),
    re.compile(
        rf"(?<!\d)(?P<year>\d{{4}})(?:\.|ko)?,?\s(?:m\.\s|gada\s)?(?:(?P<early>\d{{1,2}})\.\s)?{_WORD}"
        r"\s?(?P<day>\d{1,2})?(?!\d)"
    ),
    re.compile(r"(?<!\d)(?P<day>\d{1,2})\s(?:tháng|thg)\s?(?P<month>\d{1,2}),?\s(?:năm\s)?(?P<year>\d{4})(?!\d)"),
    re.compile(rf"{_WORD}\s(?P<day>\d\d)(?P<year>(?:19|20)\d\d)(?!\d)"),  # "Apr 042013": two boxes side by side
)
"""Day, month and year around a month's name, in the orders languages have; Vietnamese numbers its months."""
_NON_LATIN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९০১২৩৪৫৬৭৮৯๐๑๒๓๔๕๖๗๘๙၀၁၂၃၄၅၆၇၈၉", "0123456789" * 6)
_EARLIEST_STAMP, _LATEST_STAMP = 631_152_000, 4_102_444_800
"""1990 to 2100 in seconds since 1970: smaller numbers are ids."""


@dataclass(frozen=True, slots=True)
class ReadDate:
    """A moment and how precisely it was stated."""

    value: datetime
    """Aware, with the offset it was written in (that of the publisher's zone, else UTC, where none was)."""
    precision: DatePrecision
    is_local: bool = False
    """Whether it was written with a time of day but without a zone."""


@dataclass(frozen=True, slots=True)
class DateContext:
    """What decides a date that its string leaves open."""

    fetched_at: datetime
    """Aware: what "3 hours ago" counts from."""
    language: str | None = None
    """BCP 47 code of the page, if it states one."""
    timezone: str | None = None
    """IANA name of the publisher's time zone, like ``Africa/Kigali``; None means times without a zone are UTC."""
    day_first: bool | None = None
    """Whether ``05/04/2024`` is in April; None: by the language."""


def read_date(raw: str, context: DateContext, *, machine: bool = False) -> ReadDate | None:
    """The moment ``raw`` states, or None if it states none. A date in the future is the caller's to judge.

    Seconds since 1970 count only in a field made for machines: on a page such a number is anything but a date.

    >>> context = DateContext(fetched_at=datetime(2026, 11, 24, tzinfo=UTC), language="fr")
    >>> read_date("Publié le 3 août 2024 à 18h32", context).value.isoformat()
    '2024-08-03T18:32:00+00:00'
    """
    return None if len(raw) > 4 * MAX_DATE_CHARS else _read(raw, context, machine)


@lru_cache(maxsize=64)
def _read(raw: str, context: DateContext, machine: bool) -> ReadDate | None:
    """As :func:`read_date`; cached because pages repeat their dates, and several rules look at each."""
    text = latin_digits(one_line(raw))
    if not 2 <= len(text) <= MAX_DATE_CHARS:
        return None
    found = _read_iso(text, context) or _read_mail(text) or (_read_number(text) if machine else None)
    if found is None:
        text = unlabeled(with_common_years(text) if not text.isascii() else text)
        found = (
            _read_iso(text, context)
            or _read_numeric(text, context)
            or _read_named(text, context)
            or _read_relative(text, context)
        )
    if found is None or found.value.year < EARLIEST_YEAR:
        return None
    return found


def latin_digits(text: str) -> str:
    """The text with the digits of Arabic, Persian, Indian, Thai and Burmese scripts as 0 to 9."""
    return text if text.isascii() else text.translate(_NON_LATIN_DIGITS)


def is_future(value: datetime, fetched_at: datetime) -> bool:
    """Whether a page cannot have been published then: more than 48 hours (two dates of the world) after its fetch."""
    return value > fetched_at + timedelta(hours=48)


def _read_iso(text: str, context: DateContext) -> ReadDate | None:
    if not (text[:4].isdigit() and text[4:5] == "-"):
        return None
    if len(text) <= 10:
        match = _ISO_LOOSE.fullmatch(text)
        return _day(int(match[1]), int(match[2]), int(match[3]), context) if match else None
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        match = _ISO_LOOSE.fullmatch(text)
        if match is None or match[4] is None:
            return None
        year, month, day, hour, minute = (int(match[number]) for number in range(1, 6))
        try:
            value = datetime(year, month, day, hour, minute, int(match[6] or 0), tzinfo=_offset(match[7]))
        except ValueError:
            return None
    precision = DatePrecision.MINUTE if text.count(":", 0, 19) == 1 and value.second == 0 else DatePrecision.SECOND
    if value.year in PERSIAN_YEARS:
        return _day(value.year, value.month, value.day, context)
    return _aware(value, precision, context)


def _offset(written: str | None) -> timezone | None:
    """The fixed zone of ``Z``, ``UTC``, ``+0530``, ``+05:30`` or ``+05``; None for None and what no zone has."""
    if not written:
        return None
    if written[0] not in "+-":
        return UTC
    digits = written[1:].replace(":", "")
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return timezone(-shift if written[0] == "-" else shift) if shift < timedelta(hours=24) else None


def _read_mail(text: str) -> ReadDate | None:
    """RFC 2822, also as asctime and JavaScript write it; the weekday or an offset must be there."""
    if not text[:3].isalpha() or not text.isascii() or not _MAIL.match(text):
        return None
    clock = _CLOCK.search(text)
    if clock is None:
        return None
    try:
        value = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if value.tzinfo is None:
        value = value.replace(tzinfo=zone_named(ABBREVIATIONS.get((clock[7] or "").upper())))
    return ReadDate(value, DatePrecision.SECOND)


def _read_number(text: str) -> ReadDate | None:
    """Seconds or milliseconds since 1970, and ``20240501``: only where they fill the string."""
    if _DIGITS.fullmatch(text):
        seconds = int(text[:10])
        if _EARLIEST_STAMP <= seconds <= _LATEST_STAMP:
            return ReadDate(datetime.fromtimestamp(seconds, UTC), DatePrecision.SECOND)
        return None
    match = _COMPACT.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(group) if group else None for group in match.groups())
    if not (year and month and day) or not 1900 <= year <= 2100:
        return None
    if hour is None or minute is None:
        return _common_day(year, month, day)
    try:
        value = datetime(year, month, day, hour, minute, second or 0, tzinfo=UTC)
    except ValueError:
        return None
    return ReadDate(value, DatePrecision.SECOND if second is not None else DatePrecision.MINUTE)


def _read_numeric(text: str, context: DateContext) -> ReadDate | None:
    """``2024/5/1 18:32``, ``1.5.2024, 18.32 Uhr``, ``05/01/2024 6:32 PM ET``, ``2024年5月1日``."""
    match = _YEAR_FIRST.search(text)
    if match:
        year, month, day = (int(group) for group in match.groups())
    else:
        match = YEAR_LAST.search(text)
        if match is None:
            return None
        first, mark, second = int(match[1]), match[2], int(match[3])
        year = int(match[4])
        if len(match[4]) == 2:
            year += 2000 if year <= context.fetched_at.year % 100 + 1 else 1900
        day, month = (first, second) if _is_day_first(first, second, mark, year, context) else (second, first)
    stated = _day(year, month, day, context)
    return _at_clock(stated, text, match, context) if stated else None


def _is_day_first(first: int, second: int, mark: str, year: int, context: DateContext) -> bool:
    if first > 12 or second > 12:
        return first > 12
    if mark == ".":
        return True
    stated = context.day_first
    if stated is None:
        language = (context.language or "").replace("_", "-").lower()
        # https://cldr.unicode.org: English is day-first everywhere but in the United States (and the Philippines);
        # a plain "en" is American more often than not.
        stated = language not in {"en", "en-us", "en-ph", ""} if language else True
    reading = _common_day(year, *((second, first) if stated else (first, second)))
    other = _common_day(year, *((first, second) if stated else (second, first)))
    if reading and other and is_future(reading.value, context.fetched_at):
        return stated if is_future(other.value, context.fetched_at) else not stated
    return stated


def _at_clock(day: ReadDate, text: str, match: re.Match[str], context: DateContext) -> ReadDate:
    """The day with the time written behind it, else before it."""
    clock = _CLOCK.search(text, match.end()) or _CLOCK.search(text, 0, match.start())
    return (_with_clock(day, clock, context) if clock else None) or day


def _with_clock(day: ReadDate, clock: re.Match[str], context: DateContext) -> ReadDate | None:
    hour, minute = int(clock[3]), int(clock[4])
    second = int(clock[5]) if clock[5] else None
    half = "a" if clock[1] else "p" if clock[2] else (clock[6] or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        value = day.value.replace(hour=hour, minute=minute, second=second or 0, tzinfo=None)
    except ValueError:
        return None
    precision = DatePrecision.SECOND if second is not None else DatePrecision.MINUTE
    zone = (clock[7] or "").upper()
    offset = _offset(clock[8]) or (UTC if zone in {"Z", "UTC", "GMT"} else None)
    if offset is not None:
        return ReadDate(value.replace(tzinfo=offset), precision)
    if zone in ABBREVIATIONS:
        return ReadDate(value.replace(tzinfo=zone_named(ABBREVIATIONS[zone])), precision)
    return _aware(value, precision, context)


def _read_named(text: str, context: DateContext) -> ReadDate | None:
    """Names of months, in the page's language or in English, because templates stay untranslated."""
    if not text.isascii():
        text = _TWO_WORD_MONTH.sub(r"\1_\2", text)
    for pattern in _NAMED:
        match = pattern.search(text)
        if match is not None:
            stated = _named_day(match, context)
            if stated is not None:
                return _at_clock(stated, text, match, context)
    return None


def _named_day(match: re.Match[str], context: DateContext) -> ReadDate | None:
    day = match["day"] or match.groupdict().get("early")
    if not day:
        return None
    year, name = int(match["year"]), match["month"]
    if year in PERSIAN_YEARS:
        month = persian_month(name)
        common = persian_day(year, month, int(day)) if month else None
        return _common_day(common.year, common.month, common.day) if common else None
    number = month_number(name, primary(context.language))
    return _day(year, number, int(day), context) if number else None


def _read_relative(text: str, context: DateContext) -> ReadDate | None:
    """Counted from the fetch, so no more exact than a minute: "3 hours ago", "vor 2 Tagen", "yesterday at 10:15"."""
    now = context.fetched_at.astimezone(zone_named(context.timezone)).replace(second=0, microsecond=0)
    language = primary(context.language)
    clock = _CLOCK.search(text)
    words = text[: clock.start()].strip(" ,") if clock else text
    ago = read_ago(words, language)
    if ago is None and clock and " " in words:
        ago = read_ago(words.rpartition(" ")[0], language)  # "yesterday at 10:15"
    if ago is not None:
        value = now - timedelta(seconds=ago.seconds)
        if ago.unit in ("second", "minute", "hour"):
            return None if clock else ReadDate(value, DatePrecision.MINUTE)
        if ago.unit != "day":
            return _common_day(value.year, value.month, value.day)  # "2 weeks ago" names no day, but about when
        day = _common_day(value.year, value.month, value.day)
        return (_with_clock(day, clock, context) if day and clock else None) or day
    if clock or len(text) > MAX_DATE_CHARS // 2 or not tells_ago(text, language):
        return None
    moment = dateparser_ago(text, language, context.timezone or "UTC", now)
    return ReadDate(moment, DatePrecision.MINUTE) if moment is not None else None


def _day(year: int, month: int, day: int, context: DateContext) -> ReadDate | None:
    """The day of a date written in numbers, in the calendar its year tells."""
    if year in PERSIAN_YEARS:
        if primary(context.language) not in ("fa", "ps", "ckb", None):
            return None
        common = persian_day(year, month, day)
        return _common_day(common.year, common.month, common.day) if common else None
    if year >= 2400 and primary(context.language) == "th":
        year -= BUDDHIST_OFFSET
    return _common_day(year, month, day)


def _common_day(year: int, month: int, day: int) -> ReadDate | None:
    try:
        return ReadDate(datetime(year, month, day, tzinfo=UTC), DatePrecision.DAY)
    except ValueError:
        return None


def _aware(value: datetime, precision: DatePrecision, context: DateContext) -> ReadDate:
    if value.tzinfo is not None:
        return ReadDate(value, precision)
    return ReadDate(value.replace(tzinfo=zone_named(context.timezone)), precision, is_local=True)


def primary(language: str | None) -> str | None:
    """The language of a BCP 47 code without its script and region: ``pt`` of ``pt-BR``."""
    return language.replace("_", "-").split("-")[0].lower() if language else None
