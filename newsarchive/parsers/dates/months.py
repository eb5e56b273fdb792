"""Names of months, in all languages dateparser has tables for, and in some forms it lacks.

Its tables are read directly: to have dateparser parse "5 maja 2024" as a whole takes a millisecond and twenty for the
first date of a language, and words it does not know are skipped in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from newsarchive.parsers.dates.tables import date_table

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
MIN_FOREIGN_CHARS = 3
"""Letters of a month's name in a language the page does not declare; a shorter one is another word."""

_ENGLISH = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_IN_ENGLISH = {
    form: number
    for number, name in enumerate(_ENGLISH, start=1)
    for form in (name, name[:3], name[:4] if name == "september" else name)
}

# What dateparser's tables lack: the Levant's months, Serbian in Latin letters, cases of the Baltic languages;
# and what no detector of languages knows: Kinyarwanda and Kirundi.
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "كانون_الثاني januar sausio janvāris janvārī janvāra जनवरी জানুয়ারি ژانویه ژانویهٔ mutarama nzero",
            "شباط februar vasario februāris februārī februāra फरवरी फ़रवरी ফেব্রুয়ারি فوریه فوریهٔ gashyantare ruhuhuma",
            "آذار mart kovo marts martā marta मार्च মার্চ مارس werurwe ntwarante",
            "نيسان april balandžio aprīlis aprīlī aprīļa अप्रैल এপ্রিল آوریل mata ndamukiza",
            "أيار maj gegužės maijs maijā maija मई মে مه مهٔ gicurasi rusama",
            "حزيران jun juni birželio jūnijs jūnijā jūnija जून জুন ژوئن kamena ruheshi",
            "تموز jul juli liepos jūlijs jūlijā jūlija जुलाई জুলাই ژوئیه ژوئیهٔ nyakanga mukakaro",
            "آب avgust rugpjūčio augusts augustā augusta अगस्त আগস্ট اوت kanama nyandagaro",
            "أيلول septembar rugsėjo septembris septembrī septembra सितंबर सितम्बर সেপ্টেম্বর سپتامبر nzeri",
            "تشرين_الأول oktobar spalio oktobris oktobrī oktobra अक्टूबर अक्तूबर অক্টোবর اکتبر ukwakira gitugutu",
            "تشرين_الثاني novembar lapkričio novembris novembrī novembra नवंबर नवम्बर নভেম্বর نوامبر ugushyingo munyonyo",
            "كانون_الأول decembar gruodžio decembris decembrī decembra दिसंबर दिसम्बर ডিসেম্বর دسامبر ukuboza kigarama",
        ),
        start=1,
    )
    for name in names.split()
}


def month_number(name: str, language: str | None) -> int | None:
    """1 to 12 for a month's name or abbreviation in ``language`` or in English; None for another word.

    English counts always, because templates stay untranslated, and a name that only the widespread languages have,
    because pages declare wrong ones. ``language`` is a primary BCP 47 code or None.

    >>> month_number("października", "pl"), month_number("Sept.", "de"), month_number("lunes", "es")
    (10, 9, None)
    """
    if name.isdigit():
        return int(name)
    key = name.strip(".").casefold()
    if "." in key:
        key = key.replace(".", "")  # Thai "พ.ค."
    if key in _IN_ENGLISH and (language in (None, "en") or key not in _names_in(language)):
        return _IN_ENGLISH[key]
    for tried in (language,) if language else UNDECLARED:
        found = _names_in(tried).get(key)
        if found:
            return found
    return _MONTHS.get(key) or (_names_anywhere().get(key) if len(key) >= MIN_FOREIGN_CHARS else None)


@lru_cache(maxsize=64)
def _names_in(language: str) -> Mapping[str, int]:
    """Month names of one language, in lower case; empty for one without a table."""
    table = date_table(language)
    return {
        name.strip(".").casefold(): number
        for number, month in enumerate(_ENGLISH, start=1)
        for name in (month, *table.get(month, ()))
    }


@lru_cache(maxsize=1)
def _names_anywhere() -> Mapping[str, int]:
    """The names of all languages of :data:`UNDECLARED`; the earlier wins."""
    return {name: number for language in reversed(UNDECLARED) for name, number in _names_in(language).items()}
