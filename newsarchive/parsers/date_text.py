"""One date string to one moment: ISO first, then RFC 2822, numbers, and dateparser for names of months.

A date is what a page prints or states for machines, so the reader must neither guess nor be fooled: a bare number, a
year or a month alone is no date, an hour without a day is none, ``12/04/2024`` is decided by evidence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newsarchive.model.article import DatePrecision
from newsarchive.parsers.months import month_number
from newsarchive.parsers.text import one_line

MAX_DATE_CHARS = 120
"""A longer string is a sentence, not a date."""
EARLIEST_YEAR = 1800
"""Older than that is a database's zero; newspapers digitize back into the 19th century."""

_ISO_SPACED = re.compile(r"(\d{4}-\d\d-\d\dT?[\d:. ]*?)\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?[-/.年년]\s?(\d{1,2})\s?[-/.月월]\s?(\d{1,2})(?!\d)\s?[日일.]?")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?!\d)")
_CLOCK = re.compile(
    r"(?<!\d)(\d{1,2})\s?[:.h時时시]\s?(\d\d)(?![./-]?\d)(?:\s?[:.분分]\s?(\d\d)(?!\d))?"
    r"\s?(?:(a|p)\.?\s?m\b\.?)?\s?(Z\b|UTC\b|GMT\b|[A-Z]{2,5}\b)?\s?([+-]\d\d:?\d\d)?",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d{10}(?:\d{3})?")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?Z?)?")
_LABEL = re.compile(r"^[^\d:]{2,40}:\s*(?=.*\d)")
_TWO_WORD_MONTH = re.compile(r"(كانون|تشرين)\s(الأول|الثاني)")
_WORD = r"(?P<month>[^\s\d.,;:|()/\[\]-]{2,20}\.?)"
_OF = r"(?:\s?(?:de|del|di|d['’]|of|ta['’])\s?)?"
_NAMED = (
    re.compile(
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|ª|\.|-я|τη)?[\s-]?{_OF}{_WORD},?[\s-]?{_OF}(?P<year>\d{{4}})(?!\d)"
    ),
    re.compile(rf"{_WORD}\s?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?:de\s)?(?P<year>\d{{4}})(?!\d)"),
    re.compile(
        rf"(?<!\d)(?P<year>\d{{4}})\.?,?\s(?:m\.\s|gada\s)?(?:(?P<early>\d{{1,2}})\.\s)?{_WORD}\s?(?P<day>\d{{1,2}})?(?!\d)"
    ),
    re.compile(r"(?<!\d)(?P<day>\d{1,2})\s(?:tháng|thg)\s?(?P<month>\d{1,2}),?\s(?:năm\s)?(?P<year>\d{4})(?!\d)"),
)
"""Day, month and year around a month's name, in the three orders languages have; Vietnamese numbers its months."""
_RELATIVE = re.compile(r"\d+\s?\D{2,}|\D{3,}\d{1,2}[:.h]\d\d")
_NON_LATIN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९০১২৩৪৫৬৭৮৯", "0123456789" * 4)

# Names of time zones as newsrooms write them. "ET" is a zone with summer time, "EST" strictly is not, but is printed
# all year round; IST is India's (Ireland and Israel write their times without it).
_ZONES = {
    "ET": "America/New_York",
    "EST": "America/New_York",
    "EDT": "America/New_York",
    "CT": "America/Chicago",
    "CST": "America/Chicago",
    "CDT": "America/Chicago",
    "MT": "America/Denver",
    "MST": "America/Denver",
    "MDT": "America/Denver",
    "PT": "America/Los_Angeles",
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "BST": "Europe/London",
    "WET": "Europe/Lisbon",
    "WEST": "Europe/Lisbon",
    "CET": "Europe/Paris",
    "CEST": "Europe/Paris",
    "MEZ": "Europe/Berlin",
    "MESZ": "Europe/Berlin",
    "EET": "Europe/Helsinki",
    "EEST": "Europe/Helsinki",
    "MSK": "Europe/Moscow",
    "TRT": "Europe/Istanbul",
    "CAT": "Africa/Kigali",
    "EAT": "Africa/Nairobi",
    "WAT": "Africa/Lagos",
    "SAST": "Africa/Johannesburg",
    "IST": "Asia/Kolkata",
    "PKT": "Asia/Karachi",
    "SGT": "Asia/Singapore",
    "HKT": "Asia/Hong_Kong",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
    "WIB": "Asia/Jakarta",
    "AEST": "Australia/Sydney",
    "AEDT": "Australia/Sydney",
    "NZST": "Pacific/Auckland",
    "NZDT": "Pacific/Auckland",
}
_ZONE_WORD = re.compile(r"\b(" + "|".join(_ZONES) + r")\b")

# What stands before a date without a colon, in the languages of the tests; dateparser fails on it.
_PREFIX = re.compile(
    r"^(?:(?:first |last |was )?(?:published|updated|posted|created|modified|issued|released|added|date|on|at|by)\b"
    r"|publi(?:é|ée|cado|cada|kuota|shed|cat|seret|ceret)\b|mis à jour\b|mise à jour\b|posté\b|le\b|du\b"
    r"|veröffentlicht\b|aktualisiert\b|erstellt\b|stand\b|vom\b|am\b|von\b"
    r"|actualizado\b|fecha\b|atualizado\b|em\b|data\b|pubblicato\b|aggiornato\b"
    r"|gepubliceerd\b|bijgewerkt\b|geplaatst\b|op\b|publicerad\b|uppdaterad\b|publisert\b|oppdatert\b|publiceret\b"
    r"|opdateret\b|julkaistu\b|päivitetty\b|opublikowano\b|aktualizacja\b|dodano\b|publikováno\b|vydáno\b"
    r"|yayınlanma\b|yayın\b|güncelleme\b|tarihi\b|diterbitkan\b|diperbarui\b|megjelent\b|közzétéve\b"
    r"|опубликовано\b|обновлено\b|дата\b|опубліковано\b|оновлено\b|публикувано\b|обновена\b"
    r"|δημοσιεύτηκε\b|δημοσίευση\b|ενημέρωση\b|תאריך\b|פורסם\b|נשר\b|تاریخ\b|نشر في\b|تاريخ النشر\b|نُشر\b"
    r"|प्रकाशित\b|अपडेटेड\b|发布(?:时间|于)?|更新(?:时间|日)?|公開日?|掲載日?|入力|등록|입력|수정|đăng\b|ngày\b|"
    r"เผยแพร่|[-–—|,:•·])[\s,:|•·]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ReadDate:
    """A moment and how precisely it was stated."""

    value: datetime
    """Aware, with the offset it was written in (UTC where none was and no zone is known)."""
    precision: DatePrecision


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
    >>> read_date("Publié le 3 août 2024 à 18h32", context)
    ReadDate(value=datetime.datetime(2024, 8, 3, 18, 32, tzinfo=datetime.timezone.utc), precision=<DatePrecision.MINUTE: 'minute'>)
    """  # noqa: E501
    if len(raw) > 4 * MAX_DATE_CHARS:
        return None
    text = one_line(raw).translate(_NON_LATIN_DIGITS)
    if not 6 <= len(text) <= MAX_DATE_CHARS:
        return None
    found = _read_iso(text, context) or _read_mail(text) or (_read_number(text) if machine else None)
    if found is None:
        text = _unlabeled(text)
        found = _read_iso(text, context) or _read_numeric(text, context) or _read_words(text, context)
    if found is None or found.value.year < EARLIEST_YEAR:
        return None
    return found


def is_future(value: datetime, fetched_at: datetime) -> bool:
    """Whether a page cannot have been published then: more than 48 hours (two dates of the world) after its fetch."""
    return value > fetched_at + timedelta(hours=48)


def zone_named(name: str | None) -> tzinfo:
    """The time zone of an IANA name; UTC for None or an unknown one."""
    if not name:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _read_iso(text: str, context: DateContext) -> ReadDate | None:
    if not (text[:4].isdigit() and text[4:5] == "-"):
        return None
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        match = _ISO_SPACED.fullmatch(text)
        if match is None:
            return None
        day_and_time, offset = match.group(1).strip(), match.group(2) or ""
        try:
            value = datetime.fromisoformat(day_and_time + ("Z" if offset[:1].isalpha() else offset))
        except ValueError:
            return None
    if len(text) <= 10:
        return _day(value.year, value.month, value.day)
    precision = DatePrecision.MINUTE if text.count(":") == 1 and value.second == 0 else DatePrecision.SECOND
    return _aware(value, precision, context)


def _read_mail(text: str) -> ReadDate | None:
    """RFC 2822, also as asctime and JavaScript write it; the weekday or an offset must be there."""
    if not text[:3].isalpha() or not text.isascii():
        return None
    try:
        value = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if not re.match(r"[A-Za-z]{3},? ", text) or not _CLOCK.search(text):
        return None
    if value.tzinfo is None:
        zone = _ZONE_WORD.search(text)
        value = value.replace(tzinfo=zone_named(_ZONES[zone.group(1)] if zone else None))
    return ReadDate(value, DatePrecision.SECOND)


def _read_number(text: str) -> ReadDate | None:
    """Seconds or milliseconds since 1970, and ``20240501``: only where they fill the string."""
    if _DIGITS.fullmatch(text):
        seconds = int(text[:10])
        # 1990 to 2100: smaller numbers are ids.
        if 631_152_000 <= seconds <= 4_102_444_800:
            return ReadDate(datetime.fromtimestamp(seconds, UTC), DatePrecision.SECOND)
        return None
    match = _COMPACT.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(group) if group else None for group in match.groups())
    if not (year and month and day) or not 1900 <= year <= 2100:
        return None
    if hour is None or minute is None:
        return _day(year, month, day)
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
        match = _YEAR_LAST.search(text)
        if match is None:
            return None
        first, mark, second = int(match.group(1)), match.group(2), int(match.group(3))
        year = int(match.group(4))
        if len(match.group(4)) == 2:
            year += 2000 if year <= context.fetched_at.year % 100 + 1 else 1900
        day, month = (first, second) if _is_day_first(first, second, mark, year, context) else (second, first)
    if year >= 2400 and _primary(context.language) == "th":
        year -= 543  # Buddhist era
    stated = _day(year, month, day)
    if stated is None:
        return None
    return (
        _at_clock(stated, text[match.end() :], context) or _at_clock(stated, text[: match.start()], context) or stated
    )


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
    reading = _day(year, *((second, first) if stated else (first, second)))
    other = _day(year, *((first, second) if stated else (second, first)))
    if reading and other and is_future(reading.value, context.fetched_at):
        return stated if is_future(other.value, context.fetched_at) else not stated
    return stated


def _at_clock(day: ReadDate, text: str, context: DateContext) -> ReadDate | None:
    match = _CLOCK.search(text)
    if match is None:
        return None
    hour, minute = int(match.group(1)), int(match.group(2))
    second = int(match.group(3)) if match.group(3) else None
    half = (match.group(4) or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        value = day.value.replace(hour=hour, minute=minute, second=second or 0, tzinfo=None)
    except ValueError:
        return None
    precision = DatePrecision.SECOND if second is not None else DatePrecision.MINUTE
    zone, offset = (match.group(5) or "").upper(), match.group(6)
    if offset:
        sign, digits = (-1 if offset[0] == "-" else 1), offset[1:].replace(":", "")
        shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        if shift < timedelta(hours=24):
            return ReadDate(value.replace(tzinfo=timezone(sign * shift)), precision)
    if zone in {"Z", "UTC", "GMT"}:
        return ReadDate(value.replace(tzinfo=UTC), precision)
    if zone in _ZONES:
        return ReadDate(value.replace(tzinfo=zone_named(_ZONES[zone])), precision)
    return _aware(value, precision, context)


def _read_words(text: str, context: DateContext) -> ReadDate | None:
    """Names of months and "3 hours ago", in the page's language; English too, because templates stay untranslated."""
    zone = _ZONE_WORD.search(text)
    if zone:
        context = replace(context, timezone=_ZONES[zone.group(1)])
    text = _TWO_WORD_MONTH.sub(r"\1_\2", text)
    matches = [match for pattern in _NAMED if (match := pattern.search(text))]
    for match in matches:
        stated = _named_day(match, _primary(context.language))
        if stated:
            after, before = text[match.end() :], text[: match.start()]
            return _at_clock(stated, after, context) or _at_clock(stated, before, context) or stated
    return None if matches else _read_relative(text, context)


def _named_day(match: re.Match[str], language: str | None) -> ReadDate | None:
    year = int(match["year"])
    if year >= 2400 and language == "th":
        year -= 543  # Buddhist era
    day = match["day"] or match.groupdict().get("early")
    month = month_number(match["month"], language)
    return _day(year, month, int(day)) if month and day else None


def _read_relative(text: str, context: DateContext) -> ReadDate | None:
    """Counted from the fetch, so no more exact than a minute: "3 hours ago", "vor 2 Tagen", "yesterday at 10:15"."""
    if not _RELATIVE.search(text) or re.search(r"\d{3}", text):
        return None
    now = context.fetched_at.replace(second=0, microsecond=0)
    clock = _CLOCK.search(text)
    if clock:
        text = text[: clock.start()].strip()
        text = text.rpartition(" ")[0] if text.count(" ") == 1 else text
    value = _dateparser(text, _locale(_primary(context.language)), context.timezone or "UTC", now)
    if value is None or abs(value - now) > timedelta(days=400):
        return None
    day = _day(value.year, value.month, value.day)
    if clock and day:
        return _at_clock(day, clock.group(), context)
    if value - now > timedelta(0):
        return None
    return day if (now - value) % timedelta(days=1) == timedelta(0) else ReadDate(value, DatePrecision.MINUTE)


@lru_cache(maxsize=4096)
def _dateparser(text: str, language: str | None, timezone: str, now: datetime) -> datetime | None:
    """How long before ``now`` dateparser takes it to be, in that language, else in English.

    Cached: a call takes about a millisecond, and the first of a language some twenty.
    """
    import dateparser  # takes a fifth of a second, and most pages do without

    settings: dict[str, Any] = {
        "TIMEZONE": timezone,
        "RETURN_AS_TIMEZONE_AWARE": True,
        "PREFER_DATES_FROM": "past",
        "PARSERS": ["relative-time"],
        "RELATIVE_BASE": now.astimezone(zone_named(timezone)).replace(tzinfo=None),
    }
    for tried in dict.fromkeys((language or "en", "en")):
        try:
            value: datetime | None = dateparser.parse(text, languages=[tried], settings=settings)
        except (ValueError, TypeError, OverflowError, KeyError, IndexError, AttributeError, re.error):
            continue  # a language it does not know, or one of its own faults on odd text
        if value is not None:
            return value
    return None


def _locale(language: str | None) -> str | None:
    """The name dateparser has for a language: it knows Norwegian only as Bokmål, and Serbian in Latin letters apart."""
    return {"no": "nb", "nn": "nb", "iw": "he", "in": "id", "tl": "fil", "sh": "sr-Latn"}.get(language or "", language)


def _unlabeled(text: str) -> str:
    text = _LABEL.sub("", text)
    for _ in range(4):
        shorter = _PREFIX.sub("", text, count=1)
        if shorter == text:
            break
        text = shorter
    return text.strip()


def _day(year: int, month: int, day: int) -> ReadDate | None:
    try:
        return ReadDate(datetime(year, month, day, tzinfo=UTC), DatePrecision.DAY)
    except ValueError:
        return None


def _aware(value: datetime, precision: DatePrecision, context: DateContext) -> ReadDate:
    return ReadDate(value if value.tzinfo else value.replace(tzinfo=zone_named(context.timezone)), precision)


def _primary(language: str | None) -> str | None:
    return language.replace("_", "-").split("-")[0].lower() if language else None
