"""The shape of an address: what kind of thing each part of its path and query is, and the patterns many share.

/news/2023/05/17/two-dead-in-flood-12345.html?page=2
/news/{year}/{month}/{day}/{slug-id}.html?page={n}
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote, unquote_plus, urlsplit

from newsarchive.discovery import url_words
from newsarchive.urls import identity_url

MAX_SEGMENTS = 12
"""Path segments and parameters looked at; deeper ones do not tell more, but can be had by the thousand."""
MAX_WORD_LENGTH = 30
"""Characters of a word that a pattern holds."""


class Kind(StrEnum):
    """What a part of an address is; the value is how it stands in a pattern."""

    WORD = "{word}"
    """One word: a section, a function, sometimes a whole slug."""
    PAIR = "{pair}"
    """Two words: a section ("world-news") as often as a slug."""
    SLUG = "{slug}"
    """Three or four words."""
    LONG_SLUG = "{long-slug}"
    """Five words or more."""
    SLUG_ID = "{slug-id}"
    """Two words or more with a number of five digits or a code beside them."""
    ID = "{id}"
    """A number of five digits or more, or a code of digits and letters, with at most one word beside it."""
    NUMBER = "{n}"
    """A shorter number."""
    WORD_NUMBER = "{word-n}"
    """A word and a short number: "page-2"."""
    DATE = "{date}"
    """A day or month in one part: 2023-05-17, 20230517, 2023-05."""
    YEAR = "{year}"
    MONTH = "{month}"
    DAY = "{day}"
    NOTHING = "{}"
    """No letter or digit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One segment of a path, or one parameter's value."""

    kind: Kind
    text: str
    """Percent-decoded, in lower case, without extension."""
    words: int
    """Words of letters; scripts that do not part their words count two characters as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlShape:
    """The parts of an address."""

    host: str
    """Without ``www.`` and the like."""
    segments: tuple[Part, ...]
    extension: str
    """Of the last segment, in lower case, without the dot; an empty string if it has none that is known."""
    query: tuple[tuple[str, Part], ...]
    """Name and value of each parameter, sorted. The name is in lower case, empty for ``?article717`` without a "=",
    and only its kind if it is no word or two: a page can make up any number of names."""

    @property
    def is_home(self) -> bool:
        """The front page: nothing in the path but a name like ``index``."""
        return not self.query and all(part.text in url_words.FRONT_PAGES for part in self.segments)

    def patterns(self) -> Patterns:
        """The forms it has.

        Words of `url_words.LISTING`, ``SERVICE``, ``CALENDAR``, ``VARIANT`` and ``PAGING`` stay literal in all of them:
        a tag's page and an article of the same form are not to be mixed up.
        """
        last = len(self.segments) - 1
        words = [_named(part, literal=True) for part in self.segments]
        kinds = [_named(part, literal=False) for part in self.segments]
        own = words[:1] if last > 0 or self.query else kinds[:1]
        path = [*own, *kinds[1:]]
        loose = path
        if last > 0 or not self.query:
            loose = [*path[:-1], *(_loose(part, self.segments[:-1]) for part in self.segments[-1:])]
        values = [f"{name}={_named(part, literal=True)}" for name, part in self.query]
        forms = [f"{name}={_value(part)}" for name, part in self.query]
        return Patterns(
            exact=self._pattern(self.host, words, values),
            form=self._pattern(self.host, path, forms),
            loose=self._pattern(self.host, loose, forms),
            general=self._pattern("", kinds, forms),
        )

    def _pattern(self, host: str, path: list[str], query: list[str]) -> str:
        extension = f".{self.extension}" if self.extension else ""
        return f"{host}/{'/'.join(path)}{extension}?{'&'.join(query)}".rstrip("?")


class Patterns(NamedTuple):
    """Forms of one address that it shares with ever more others."""

    exact: str
    """All words literal: the address itself for a section's page."""
    form: str
    """The path's first word literal, if anything follows it."""
    loose: str
    """The same, but a short name or number at the end of the path as good as a long one."""
    general: str
    """No word literal, and on any host of the site."""


DATES = frozenset({Kind.DATE, Kind.YEAR, Kind.MONTH, Kind.DAY})
_NAMES = frozenset({Kind.PAIR, Kind.SLUG, Kind.LONG_SLUG, Kind.SLUG_ID, Kind.WORD_NUMBER})
_LITERAL = url_words.LISTING | url_words.SERVICE | url_words.CALENDAR | url_words.VARIANT | url_words.PAGING


def _named(part: Part, *, literal: bool) -> str:
    if part.kind in (Kind.WORD, Kind.PAIR) and (literal or part.text in _LITERAL):
        return part.text[:MAX_WORD_LENGTH]
    return part.kind.value


def _loose(part: Part, above: tuple[Part, ...]) -> str:
    is_alone, is_dated = not above, any(part.kind in DATES for part in above)
    if part.text not in _LITERAL:
        if part.kind is Kind.PAIR and is_alone:  # "/world-news" is a section as often as a name
            return part.kind.value
        if part.kind in _NAMES or (part.kind is Kind.WORD and is_dated):
            return "{text}"
        if part.kind is Kind.ID or (part.kind is Kind.NUMBER and len(part.text) >= 3):  # "/news/2" is a page of a list
            return "{number}"
    return _named(part, literal=False)


def _value(part: Part) -> str:
    """A parameter's name says what it is for: there a short title is a title."""
    if part.kind in DATES:
        return part.kind.value
    return "{number}" if part.text.isdecimal() else "{text}" if part.text else ""


_HOST_PREFIX = re.compile(r"^(?:www\d?|m|mobile|amp)\.(?=.+\.)")
_EXTENSION = re.compile(r"\.([A-Za-z][A-Za-z0-9]{0,5})$")
# Letters and digits with the marks that belong to them: \w alone cuts Arabic, Hebrew, Indic and Thai words in pieces.
_TOKEN = re.compile(
    "(?:[^\\W_]|[\u0300-\u036f\u0591-\u05c7\u064b-\u0670\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u200c\u200d])+"
)
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LONG_TOKEN = 12
_NUMBERED = re.compile(r"([^\W\d_]+)(\d+)")
# Chinese and Japanese, Hangul is parted by blanks; Thai, Lao, Myanmar, Khmer.
_UNPARTED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_ID_DIGITS = 5


@lru_cache(maxsize=256)  # a crawl asks for that of one address several times in a row
def shape_of(url: str) -> UrlShape:
    """Take an address apart, tracking parameters dropped. Raises ValueError for what is no http(s) address.

    >>> [part.kind.name for part in shape_of("https://example.com/news/2023/05/two-dead-in-flood").segments]
    ['WORD', 'YEAR', 'MONTH', 'SLUG']
    """
    split = urlsplit(identity_url(url))
    names = [name for name in split.path.split("/") if name]
    extension = ""
    if names and (found := _EXTENSION.search(names[-1])):
        extension = found.group(1).lower()
        if extension in url_words.WEB_EXTENSIONS or extension in url_words.FILE_EXTENSIONS:
            names[-1] = names[-1][: found.start()]
        else:
            extension = ""
    parts: list[Part] = []
    for name in names[:MAX_SEGMENTS]:
        parts.append(_in_date(part_of(unquote(name)), parts[-1] if parts else None))
    pairs = (piece.partition("=") for piece in split.query.split("&") if piece)
    query = [_parameter(unquote_plus(name), unquote_plus(value)) for name, _, value in pairs]
    query.sort(key=lambda parameter: (parameter[0], parameter[1].text))
    return UrlShape(
        host=_HOST_PREFIX.sub("", split.netloc),
        segments=tuple(parts),
        extension=extension,
        query=tuple(query[:MAX_SEGMENTS]),
    )


def _parameter(name: str, value: str) -> tuple[str, Part]:
    part = part_of(name)
    if not value and part.kind is not Kind.WORD:
        return "", part
    literal = part.kind in (Kind.WORD, Kind.PAIR) and len(name) <= MAX_WORD_LENGTH
    return part.text if literal else part.kind.value, part_of(value)


def part_of(text: str) -> Part:
    """Say what one decoded part is.

    >>> part_of("post-1038"), part_of("2023-05-17").kind.name, part_of("两会今日开幕").words
    (Part(kind=<Kind.WORD_NUMBER: '{word-n}'>, text='post-1038', words=1), 'DATE', 3)
    """
    tokens = [piece for token in _TOKEN.findall(text) for piece in _pieces(token)]
    numbers = [token for token in tokens if token.isdecimal()]
    codes = [token for token in tokens if _is_code(token)]
    words = sum(_word_count(token) for token in tokens if not token.isdecimal() and not _is_code(token))
    long_number = any(len(number) >= _ID_DIGITS and not _is_day(number) for number in numbers)
    return Part(kind=_kind(numbers, words, has_id=bool(codes) or long_number), text=text.lower(), words=words)


def _kind(numbers: list[str], words: int, *, has_id: bool) -> Kind:
    if has_id:
        return Kind.SLUG_ID if words >= 2 else Kind.ID
    if words >= 3:
        return Kind.SLUG if words < 5 else Kind.LONG_SLUG
    if words == 2:
        return Kind.PAIR
    if words == 1:
        return Kind.WORD_NUMBER if numbers else Kind.WORD
    if not numbers:
        return Kind.NOTHING
    if _is_date(numbers):
        return Kind.DATE
    return Kind.YEAR if len(numbers) == 1 and _is_year(numbers[0]) else Kind.NUMBER


def _pieces(token: str) -> list[str]:
    """Words run together: "WirtschaftHeute", "article717". Short ones with humps are names: "McDonald"."""
    numbered = _NUMBERED.fullmatch(token)
    if numbered is not None:
        return list(numbered.groups())
    return _HUMP.split(token) if len(token) >= _LONG_TOKEN and not any(map(str.isdecimal, token)) else [token]


def _word_count(token: str) -> int:
    unparted = len(_UNPARTED.findall(token))
    return max(1, unparted // 2)


def _is_code(token: str) -> bool:
    """Digits and letters as no word has them: "idUSKBN1ZI0EH", "p60bhj", "20a51b"; not "20th"."""
    digits = sum(map(str.isdecimal, token))
    if not digits or digits == len(token) or len(token) < 6:
        return False
    changes = sum(a.isdecimal() != b.isdecimal() for a, b in itertools.pairwise(token))
    return digits >= _ID_DIGITS or changes >= 2


def _is_year(number: str) -> bool:
    return len(number) == 4 and "1990" <= number <= "2099"


def _is_day(number: str) -> bool:
    return len(number) == 8 and _is_year(number[:4]) and "01" <= number[4:6] <= "12" and "01" <= number[6:] <= "31"


def _is_date(numbers: list[str]) -> bool:
    if len(numbers) == 1:
        return _is_day(numbers[0])
    if len(numbers) > 3 or max(map(len, numbers)) > 4:
        return False
    others = [number for number in numbers if len(number) <= 2]
    return len(others) == len(numbers) - 1 and (_is_year(numbers[0]) or _is_year(numbers[-1]))


def _in_date(part: Part, before: Part | None) -> Part:
    """A number behind a year is a month, one behind a month a day."""
    if before is None:
        return part
    number = int(part.text) if part.kind is Kind.NUMBER and part.text.isdecimal() and len(part.text) <= 2 else 0
    if before.kind is Kind.YEAR and (1 <= number <= 12 or part.text in url_words.MONTHS):
        return Part(kind=Kind.MONTH, text=part.text, words=0)
    if before.kind in (Kind.MONTH, Kind.DATE) and 1 <= number <= 31:
        return Part(kind=Kind.DAY, text=part.text, words=0)
    return part
