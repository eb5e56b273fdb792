"""Years that are not the common calendar's: Persian (Jalali) dates, Buddhist years, East Asian eras."""

from __future__ import annotations

import re
from datetime import date, timedelta

BUDDHIST_OFFSET = 543
"""Years the Thai calendar is ahead."""
PERSIAN_YEARS = range(1250, 1500)
"""Years of the Persian solar calendar that a page of the 19th to the 22nd century can bear."""

# Reiwa, Heisei, Showa; the Republic of China. The first year of an era is written 元.
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
_ERA_YEAR = re.compile(r"(令和|平成|昭和|民國|民国)\s?(\d{1,3}|元)\s?年")

_PERSIAN_MONTHS = {
    name: number
    for names in (
        "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند",
        "فروردين ارديبهشت خرداد تير مرداد شهريور مهر آبان آذر دي بهمن اسفند",  # typed on an Arabic keyboard
        "حمل ثور جوزا سرطان اسد سنبله میزان عقرب قوس جدی دلو حوت",  # Afghanistan
        "وری غویی غبرګولی چنګاښ زمری وږی تله لړم لیندۍ مرغومی سلواغه کب",  # Pashto
    )
    for number, name in enumerate(names.split(), start=1)
}
_DAYS_BEFORE_MONTH = (0, 31, 62, 93, 124, 155, 186, 216, 246, 276, 306, 336)
# A year is a leap year if the remainder of (25 y + 11) / 33 is below 8: eight in 33 years, and the very ones that Iran
# has observed since 1342 (1963).
_CYCLE, _LEAPS, _SHIFT = 33, 8, 11


def with_common_years(text: str) -> str:
    """The text with years of East Asian eras written as common ones.

    >>> with_common_years("令和6年5月5日"), with_common_years("民國113年5月5日")
    ('2024年5月5日', '2024年5月5日')
    """
    return _ERA_YEAR.sub(lambda era: f"{_ERAS[era[1]] + (1 if era[2] == '元' else int(era[2]))}年", text)


def persian_month(name: str) -> int | None:
    """1 to 12 for a month of the Persian solar calendar, as written in Iran or Afghanistan; else None."""
    return _PERSIAN_MONTHS.get(name)


def persian_day(year: int, month: int, day: int) -> date | None:
    """The common date of a day of the Persian solar calendar; None if there is no such day.

    >>> persian_day(1403, 5, 14)
    datetime.date(2024, 8, 4)
    """
    if year not in PERSIAN_YEARS or not 1 <= month <= 12:
        return None
    length = 31 if month <= 6 else 30 if month <= 11 or _is_leap(year) else 29
    if not 1 <= day <= length:
        return None
    leaps = sum(map(_is_leap, range(PERSIAN_YEARS.start, year)))
    since_start = 365 * (year - PERSIAN_YEARS.start) + leaps + _DAYS_BEFORE_MONTH[month - 1] + day - 1
    return date(1871, 3, 21) + timedelta(days=since_start)


def _is_leap(year: int) -> bool:
    return (25 * year + _SHIFT) % _CYCLE < _LEAPS
