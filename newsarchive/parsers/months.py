"""Names of months, in all languages dateparser has tables for, and in some forms it lacks.

Its tables are read directly: to have dateparser parse "5 maja 2024" as a whole takes a millisecond and twenty for the
first date of a language, and words it does not know are skipped in silence.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from functools import lru_cache

UNDECLARED = (
    "en",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "sv",
    "da",
    "nb",
    "fi",
    "pl",
    "cs",
    "ru",
    "uk",
    "tr",
    "ro",
    "hu",
)
"""Languages whose names are tried where a page's language is unknown; the earlier wins a name both have."""

_ENGLISH = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_LANGUAGE = re.compile(r"[a-z]{2,3}")

# What dateparser's tables lack: the Levant's months, Serbian in Latin letters, cases of the Baltic languages.
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "كانون_الثاني januar sausio janvāris janvārī janvāra जनवरी জানুয়ারি ژانویه ژانویهٔ",
            "شباط februar vasario februāris februārī februāra फरवरी फ़रवरी ফেব্রুয়ারি فوریه فوریهٔ",
            "آذار mart kovo marts martā marta मार्च মার্চ مارس",
            "نيسان april balandžio aprīlis aprīlī aprīļa अप्रैल এপ্রিল آوریل",
            "أيار maj gegužės maijs maijā maija मई মে مه مهٔ",
            "حزيران jun juni birželio jūnijs jūnijā jūnija जून জুন ژوئن",
            "تموز jul juli liepos jūlijs jūlijā jūlija जुलाई জুলাই ژوئیه ژوئیهٔ",
            "آب avgust rugpjūčio augusts augustā augusta अगस्त আগস্ট اوت",
            "أيلول septembar rugsėjo septembris septembrī septembra सितंबर सितम्बर সেপ্টেম্বর سپتامبر",
            "تشرين_الأول oktobar spalio oktobris oktobrī oktobra अक्टूबर अक्तूबर অক্টোবর اکتبر",
            "تشرين_الثاني novembar lapkričio novembris novembrī novembra नवंबर नवम्बर নভেম্বর نوامبر",
            "كانون_الأول decembar gruodžio decembris decembrī decembra दिसंबर दिसम्बर ডিসেম্বর دسامبر",
        ),
        start=1,
    )
    for name in names.split()
}


def month_number(name: str, language: str | None) -> int | None:
    """1 to 12 for a month's name or abbreviation in ``language`` or in English; None for another word.

    English counts always, because templates stay untranslated. ``language`` is a primary BCP 47 code or None.

    >>> month_number("października", "pl"), month_number("Sept.", "de"), month_number("lunes", "es")
    (10, 9, None)
    """
    if name.isdigit():
        return int(name)
    key = name.strip(".").casefold()
    for tried in (language, "en") if language else UNDECLARED:
        found = _names_in(tried).get(key)
        if found:
            return found
    return _MONTHS.get(key)


@lru_cache(maxsize=64)
def _names_in(language: str) -> Mapping[str, int]:
    """Month names of one language, in lower case; empty for one without a table."""
    code = {"no": "nb", "nn": "nb", "sh": "hr", "tl": "fil"}.get(language, language)
    if not _LANGUAGE.fullmatch(code):
        return {}
    try:
        table = importlib.import_module(f"dateparser.data.date_translation_data.{code}").info
    except ModuleNotFoundError:
        return {}
    return {
        name.strip(".").casefold(): number
        for number, month in enumerate(_ENGLISH, start=1)
        for name in (month, *table.get(month, ()))
    }
