"""Names of people in bylines: found in the text, told from roles, dates, institutions and agencies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from newsarchive.parsers.dates.months import month_number
from newsarchive.parsers.text import letters, one_line

MAX_TEXT_CHARS = 3_200
"""A longer text is no byline and holds no names."""
MAX_NAME_CHARS = 60

_BY = (
    r"(?:written|posted|published|compiled|reported|reviewed|story|words|text|report|analysis|opinion|interview)?\s?by\b"
    r"|(?:eine?\s\w{4,12}|geschrieben|veröffentlicht|eingestellt|verfasst|interview)?\s?(?:von|vom)\b"
    r"|(?:écrit |publié |propos recueillis )?par\b|(?:escrito |publicado )?por\b|(?:scritto )?(?:di|da)\b(?=\s[A-ZÀ-Ý])"
    r"|door\b|av\b|af\b|przez\b|oleh\b|yazan\b|od\b|автор\b|av:\b|tekst\b|text\b|texte\b|texto\b|testo\b|foto\b"
    r"|autor(?:in|ka|es|a|en|:innen)?\b|authors?\b|auteurs?\b|autore\b|författare\b|forfatter\b|kirjoittaja\b|toimittaja\b"
    r"|yazar\b|penulis\b|reporter\b|editor\b|reporters\b|journalist\b|redakteur(?:in)?\b|journaliste\b|interview\b|quelle\b|source\b|fuente\b|fonte\b|editado\b"
    r"|yanditswe na\b|byanditswe na\b|imeandikwa na\b"
    r"|بقلم|كتبت|كتب|کاتب|מאת|โดย|文/|文：|作者|撰文|記者|记者|责任编辑|責任編輯|글"
)
_PREFIX = re.compile(rf"^(?:{_BY}|[~|·•–—:：/-])[\s:：]*", re.IGNORECASE)
_MIDDLE_BY = re.compile(r"\s(?:by|von|par|por)[\s:]+", re.IGNORECASE)
_BY_VERBS = frozenset(
    {
        "artikel",
        "beitrag",
        "geschrieben",
        "eingestellt",
        "gespeichert",
        "posted",
        "written",
        "article",
        "story",
        "publié",
    }
)
_WEEKDAYS = frozenset(
    {
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    }
    | {
        "mo",
        "di",
        "mi",
        "do",
        "fr",
        "sa",
        "so",
        "montag",
        "dienstag",
        "mittwoch",
        "donnerstag",
        "freitag",
        "samstag",
        "sonntag",
    }
    | {"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "lunes", "martes", "jueves", "viernes"}
)
_SUFFIX = re.compile(
    r"\s*(?:staff writer|"
    r"기자|특파원|記者|记者|撰稿|외 \d+명|sagt:|says:|\(?(?:autor|author|auteur|verfasser(?:in)?)\)?)\s*$",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]{0,60}[)\]]")
_HANDLE = re.compile(r"@\w{1,30}(?![\w.-]{0,60}\.\w)")
"""A name on a platform, often glued to the person's: "Tom DiChristopher@tdichristopher"."""
_MAIL = re.compile(r"\S{1,60}@\S{1,60}|\[email[^\]]{0,20}\]|https?://\S{1,200}|(?:^|\s)@\w{1,30}")
_NUMBER = re.compile(r"(?<![^\W_])\d")
_DIGITS = re.compile(r"^[\W\d]+(?:(?:st|nd|rd|th|h|[ap]m)\b[\W\d]*){0,3}", re.IGNORECASE)
"""The digits of a date or time with their small words: "1st 2016 1:01PM"."""
_DATE_WORDS = frozenset(
    {
        "am",
        "on",
        "le",
        "el",
        "il",
        "at",
        "um",
        "vor",
        "vom",
        "den",
        "published",
        "updated",
        "publié",
        "publiziert",
        "posted",
        "pm",
        "uhr",
        "est",
        "pst",
        "gmt",
        "utc",
    }
)
_SPLIT = re.compile(
    r"\s*[;/|•·、]\s*|\s+(?:and|und|im [Gg]espräch mit|et|y|e|ed|och|og|ja|en|ve|dan|with|mit|avec|con|i|и|та|و)\s+"
    r"|\s*&\s*|\s+[–—-]\s+"
)
_LISTED = re.compile(r"\s*;\s*|\s+(?:and|und|et)\s+")
"""Between names where a semicolon is: "srf/hosb; kesm"."""
PARTICLES = frozenset(
    {"al", "ap", "bin", "bint", "da", "dal", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el", "la"}
    | {
        "las",
        "le",
        "los",
        "of",
        "ten",
        "ter",
        "van",
        "vom",
        "von",
        "zu",
        "zum",
        "zur",
        "y",
        "e",
        "af",
        "av",
        "ibn",
        "ul",
    }
)
"""Small words inside names of people."""
# Words that make a name an institution's or a job's. In many languages, because bylines say who a person is.
_NO_NAME_WORDS = (
    r"staff|team|redak\w*|redac\w*|rédac\w*|redaz\w*|editor\w*|news\w*|desk|agenc\w*|agenz\w*|\w{0,14}agentur\w*|media\w*|online"
    r"|press\w*|admin\w*|webmaster|correspondents?|reporters?|service|magazine|zeitung|times|today|tv|television|radio|gmbh"
    r"|inc|ltd|llc|foundation|stiftung|universit\w*|institut\w*|ministr\w*|minist\w*|department|bureau|company|network"
    r"|journal|herald|tribune|gazette|chronicle|observer|guardian|telegraph|independent|daily|weekly|blog|website|contributor\w*"
    r"|guest|writer|author|autor\w*|journalist\w*|photograph\w*|fotograf\w*|director|professor|wire|wires|haber\w*|ajans\w*"
    r"|editing|special|exclusive|advertis\w*|sponsor\w*|partner\w*|community|group|association|verband|verein|club|\w{0,12}nachrichten\w{0,12}"
    r"|central|web|digital|twitter|facebook|instagram|linkedin|youtube|github|xing|whatsapp|e-?mail|rss|archives?"
    r"|kommentar\w*|uncategorized|anonym\w*|unknown|profil\w*|articles?|artikel|beiträge|posts?|name|dpa-infocom|infocom|home|contact|share|follow|comments?|subscribe|updated|published"
    r"|modified|posted|publicado|tiempo|lectura|lesedauer|lesezeit|pm"
)
_NO_NAME = re.compile(
    rf"\b(?:{_NO_NAME_WORDS})\b|新闻|新聞|日报|日報|通讯社|編集部|편집|뉴스|نيوز|редакц",
    re.IGNORECASE,
)
_NO_NAME_STARTS = frozenset({"e"} | {word.replace("-?", "")[:2] for word in _NO_NAME_WORDS.split("|")})
"""How words begin that :data:`_NO_NAME` may find in a text without accents, but for the two that end compounds."""
_WORD = re.compile(r"\w+")
_FILE_ENDING = re.compile(r"\.\w{2,4}$")
_HAN_NAME = re.compile(r"[\u4e00-\u9fff\uac00-\ud7a3]{2,4}")
AGENCIES = frozenset(
    {"afp", "ap", "apa", "ansa", "dpa", "efe", "epd", "kna", "sid", "sda", "ntb", "tt", "ritzau", "stt", "pap", "afx"}
    | {
        "reuters",
        "xinhua",
        "tass",
        "ria",
        "pti",
        "ani",
        "ians",
        "upi",
        "bloomberg",
        "belga",
        "anp",
        "lusa",
        "mti",
        "awp",
    }
    | {
        "associatedpress",
        "anadoluajansı",
        "theassociatedpress",
        "agencefrancepresse",
        "anadoluajansi",
        "deutschepresseagentur",
    }
)
"""News agencies, as letters, whose sign is an author's where no person signs, or beside one."""


@lru_cache(maxsize=1024)
def name_key(name: str) -> str:
    """The letters of a name; cached because each name is compared with several others."""
    return letters(name)


@lru_cache(maxsize=2048)
def names_in(byline: str) -> tuple[str, ...]:
    """The names in a byline, without "By", roles, places, initials in brackets, dates and addresses.

    >>> names_in("Von Anna Martel (ama) und Lea Wagner, Nairobi")
    ('Anna Martel', 'Lea Wagner')
    """
    text = one_line(byline)
    if len(text) > MAX_TEXT_CHARS:
        return ()
    if "@" in text:
        text = _HANDLE.sub(" ", text)
    text = _MAIL.sub(" ", text)
    text = _BRACKETS.sub(" ", text)
    text = _behind_by(_without_prefix(text))
    text = _without_date(text)
    names: list[str] = []
    for group in (_LISTED if ";" in text else _SPLIT).split(text):
        first = True
        for piece in _at_commas(group):
            piece = _without_prefix(piece)
            name = _without_prefix(_SUFFIX.sub("", piece) or piece).strip(" .,:;-–—|*\"'")
            if not any(map(str.isalpha, name)) or len(name) > 80 or name.lower() in _WEEKDAYS:
                first = False
                continue
            words = name.split()
            if len(words) > 1 and words[0].islower() and words[0] not in PARTICLES:
                first = False
                continue
            # Behind a comma stands another full name, or a role, a degree, a place.
            if first or looks_like_name(name) or name_key(name) in AGENCIES:
                names.append(name)
            first = False
    return unique_names(names)


def looks_like_name(text: str) -> bool:
    """Two to five words, each capitalized but for particles, no digit and no word of institutions.

    In Chinese, Japanese and Korean two to four characters.
    """
    words = text.split()
    if _HAN_NAME.fullmatch(text):
        return not _is_no_name(text)
    if not 2 <= len(words) <= 5 or any(map(str.isdigit, text)) or _is_no_name(text):
        return False
    return all(word.lower() in PARTICLES or not word[0].isalpha() or not word[0].islower() for word in words)


def is_person(name: str, publishers: frozenset[str]) -> bool:
    """Whether a name is a person's, as far as its words tell; ``publishers``: what the site calls itself."""
    key = name_key(name)
    if not key or key in publishers or key in AGENCIES or key.isdigit() or len(name) > MAX_NAME_CHARS:
        return False
    if "://" in name or ("." in name and _FILE_ENDING.search(name)) or _is_no_name(name):
        return False
    return len(name.split()) <= 6


@lru_cache(maxsize=1024)
def _is_no_name(text: str) -> bool:
    """Whether a word of it makes it an institution's name or a job's."""
    if text.isascii():
        lower = text.lower()
        starts = {word[:2] for word in _WORD.findall(lower)}  # to ask the expression takes twenty times as long
        if starts.isdisjoint(_NO_NAME_STARTS) and "agentur" not in lower and "nachrichten" not in lower:
            return False
    return _NO_NAME.search(text) is not None


def is_full_name(name: str) -> bool:
    """Whether it is more than a login, a first name or initials: two words, or a word of a script without spaces."""
    return " " in name.strip() or (not name.isascii() and _HAN_NAME.fullmatch(name) is not None)


def unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, in order; two spellings of one name are one."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(name_key(name), name)
    found.pop("", None)
    return tuple(found.values())


def _without_prefix(text: str) -> str:
    for _ in range(3):
        shorter = _PREFIX.sub("", text, count=1).strip()
        if shorter == text:
            break
        text = shorter
    return text


def _at_commas(text: str) -> list[str]:
    """The text between its commas, without the spaces beside them."""
    if "," not in text and "，" not in text:
        return [text]
    first, *others = text.replace("，", ",").split(",")
    return [first.rstrip(), *map(str.strip, others[:-1]), others[-1].lstrip()]


def _without_date(text: str, depth: int = 3) -> str:
    """What stands before a date, or behind one that comes first: "Tomas Spahn Fr, 18. Oktober 2019"."""
    number = _NUMBER.search(text)
    if number is None:
        return text
    before = text[: number.start()].split()
    while before:
        word = before[-1].strip(" .,|·•–—-()").lower()
        if word and word not in _WEEKDAYS | _DATE_WORDS and month_number(word, None) is None:
            break
        before.pop()
    if before:
        return " ".join(before)
    rest = _DIGITS.sub("", text[number.start() :])
    return _without_date(rest, depth - 1) if depth else rest


def _behind_by(text: str) -> str:
    """What stands behind a "by" in the middle: "capital von Jemima Kelly"; not of "Walter von Aachen"."""
    match = _MIDDLE_BY.search(text)
    if match is None:
        return text
    before = text[: match.start()].split()
    if len(before) <= 4 and any(word[0].islower() or word.lower() in _BY_VERBS for word in before):
        return text[match.end() :]
    return text
