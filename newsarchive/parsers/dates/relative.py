"""Dates told from now: "3 hours ago", "vor 2 Tagen", "yesterday at 10:15".

The phrases are those of dateparser's tables, looked up as a whole with the number taken out; what they lack (Slavic
genitives, Arabic duals) stands here. dateparser itself is asked for what is left, in the page's language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from newsarchive.parsers.dates.tables import date_table, table_name
from newsarchive.parsers.dates.time_zones import zone_named

MAX_CHARS = 60
"""A longer text tells a story."""

_UNITS = {
    "second": 1,
    "minute": 60,
    "hour": 3_600,
    "day": 86_400,
    "week": 604_800,
    "month": 2_629_800,
    "year": 31_557_600,
}
"""Seconds of each unit of the tables; months and years in the mean."""
_SPAN = re.compile(r"(?:(\d{1,3}) |\\1 )(second|minute|hour|day|week|month|year) ago")
_TABLE_NUMBER = r"(\d++[.,]?\d*+)"
_NUMBER = re.compile(r"\s?(?<!\d)(\d{1,3})(?!\d)\s?")
_HINT = re.compile(r"\d|[^\W\d_]{2}")

# Phrases the tables lack, the number as "#" without spaces around it.
_MORE: dict[str, dict[str, str]] = {
    "en": {"minute": "#mins ago|a minute ago", "hour": "#hrs ago|an hour ago", "day": "a day ago"},
    "ar": {
        "second": "منذ#ثانية|منذ#ثوان",
        "minute": "منذ#دقيقة|منذ#دقائق|منذ دقيقة|قبل دقيقة",
        "hour": "منذ#ساعة|منذ#ساعات|منذ ساعة|قبل ساعة",
        "day": "منذ#يوم|منذ#أيام|منذ#يوما|منذ#يومًا|منذ يوم|قبل يوم",
        "week": "منذ#أسابيع|منذ أسبوع|قبل أسبوع",
        "month": "منذ#أشهر|منذ#شهور|منذ#شهر|منذ شهر|قبل شهر",
        "2 minute": "منذ دقيقتين",
        "2 hour": "منذ ساعتين",
        "2 day": "منذ يومين",
        "2 week": "منذ أسبوعين",
        "2 month": "منذ شهرين",
    },
    "he": {
        "minute": "לפני דקה",
        "hour": "לפני שעה",
        "day": "לפני יום",
        "2 hour": "לפני שעתיים",
        "2 day": "לפני יומיים",
        "2 week": "לפני שבועיים",
    },
    "ru": {
        "minute": "#минут назад|минуту назад",
        "hour": "#часов назад|час назад",
        "day": "#дней назад|день назад",
        "week": "#недель назад|неделю назад",
        "month": "#месяцев назад|месяц назад",
    },
    "uk": {
        "minute": "#хвилин тому|хвилину тому",
        "hour": "#годин тому|годину тому",
        "day": "#днів тому|день тому",
        "week": "#тижнів тому|тиждень тому",
    },
    "pl": {"minute": "#minuty temu|#minut temu", "hour": "#godziny temu|#godzin temu|godzinę temu", "day": "#dni temu"},
    "de": {"minute": "vor einer minute", "hour": "vor einer stunde", "day": "vor einem tag", "week": "vor einer woche"},
    "fr": {"minute": "il y a une minute", "hour": "il y a une heure", "day": "il y a un jour"},
    "es": {"hour": "hace una hora|hace#hs", "day": "hace un día", "minute": "hace un minuto"},
    "pt": {"minute": "há um minuto|#minutos atrás", "hour": "há uma hora|há#h|#h atrás", "day": "há um dia"},
    "it": {"hour": "un'ora fa", "day": "un giorno fa", "minute": "un minuto fa"},
    "sv": {"minute": "#minuter sedan", "hour": "#timmar sedan|en timme sedan", "day": "#dagar sedan|#dygn sedan"},
    "ro": {"minute": "acum#minute|acum#de minute", "hour": "acum#ore|acum#de ore|acum o oră", "day": "acum#zile"},
    "fa": {"day": "#روز قبل", "hour": "#ساعت قبل", "minute": "#دقیقه قبل"},
    "zh": {"hour": "#小時前|#个小时前", "minute": "#分鐘前|#分前", "day": "#日前"},
    "vi": {"hour": "#giờ trước|#tiếng trước", "day": "#ngày trước", "minute": "#phút trước"},
    "id": {"minute": "#menit yang lalu|#menit lalu", "hour": "#jam yang lalu|#jam lalu", "day": "#hari lalu"},
    "sw": {"hour": "saa#zilizopita", "day": "siku#zilizopita"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ago:
    """How long ago, and in which unit that was told: "2 days ago" names a day, "48 hours ago" an hour."""

    seconds: int
    unit: str


def read_ago(text: str, language: str | None) -> Ago | None:
    """How long before now ``text`` is, if it is nothing but such a phrase, in ``language`` or in English; else None.

    >>> read_ago("vor 5 Stunden", "de"), read_ago("منذ ساعتين", "ar"), read_ago("gestern", "de")
    (Ago(seconds=18000, unit='hour'), Ago(seconds=7200, unit='hour'), Ago(seconds=86400, unit='day'))
    """
    if not 2 <= len(text) <= MAX_CHARS or not _HINT.search(text):
        return None
    key = " ".join(text.casefold().split()).strip(" .,")
    numbers = _NUMBER.findall(key)
    count = int(numbers[0]) if len(numbers) == 1 else None
    if count is not None:
        key = _NUMBER.sub("#", key)
    for tried in dict.fromkeys((language or "en", "en")):
        found = _phrases(tried).get(key)
        if found is not None:
            factor, unit = found
            if factor is None and count is None:
                return None
            return Ago((count or 0 if factor is None else factor) * _UNITS[unit], unit)
    return None


def tells_ago(text: str, language: str | None) -> bool:
    """Whether ``text`` holds a word that dateparser's table says counts back, so that asking it may be of use."""
    lower = text.casefold()
    return any(word in lower for tried in dict.fromkeys((language or "en", "en")) for word in _ago_words(tried))


@lru_cache(maxsize=2048)
def dateparser_ago(text: str, language: str | None, timezone: str, now: datetime) -> datetime | None:
    """The moment dateparser takes ``text`` to be, counted from ``now``, in that language, else in English.

    Cached: a call takes about a millisecond, and the first of a language some twenty.
    """
    import dateparser  # takes most of a second, and most crawls do without

    settings: dict[str, Any] = {
        "TIMEZONE": timezone,
        "RETURN_AS_TIMEZONE_AWARE": True,
        "PREFER_DATES_FROM": "past",
        "PARSERS": ["relative-time"],
        "RELATIVE_BASE": now.astimezone(zone_named(timezone)).replace(tzinfo=None),
    }
    for tried in dict.fromkeys((language or "en", "en")):
        name = "sr-Latn" if tried == "sh" else table_name(tried)
        try:
            value: datetime | None = dateparser.parse(text, languages=[name], settings=settings)
        except (ValueError, TypeError, OverflowError, KeyError, IndexError, AttributeError, re.error):
            continue  # a language it does not know, or one of its own faults on odd text
        if value is not None and timedelta(0) <= now - value <= timedelta(days=400):
            return value
    return None


@lru_cache(maxsize=64)
def _ago_words(language: str) -> tuple[str, ...]:
    words = date_table(language).get("ago", ())
    return tuple(word.casefold() for word in words if len(word) >= 2)


@lru_cache(maxsize=64)
def _phrases(language: str) -> Mapping[str, tuple[int | None, str]]:
    """Each phrase of a language that counts back, with its number (None: as the phrase says) and unit."""
    table = date_table(language)
    found: dict[str, tuple[int | None, str]] = {}
    for name in ("relative-type", "relative-type-regex"):
        for span, phrases in table.get(name, {}).items():
            match = _SPAN.fullmatch(span)
            # "This week", "last month" are no days.
            if match is None or (match[1] and match[2] in ("week", "month", "year")):
                continue
            for phrase in phrases:
                key = _NUMBER_SPACE.sub("#", phrase.replace(_TABLE_NUMBER, "#").replace(r"\s*", "")).casefold()
                if "\\" not in key and "?" not in key and ("#" in key) == (match[1] is None):
                    found[key] = (int(match[1]) if match[1] else None, match[2])
    for span, listed in _MORE.get(language, {}).items():
        count, _, unit = span.rpartition(" ")
        for phrase in listed.split("|"):
            found[phrase] = (None if "#" in phrase else int(count or 1), unit)
    return found


_NUMBER_SPACE = re.compile(r"\s?#\s?")
