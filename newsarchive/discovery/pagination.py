"""The next page of a list: by ``rel=next``, by number, by a word for "next"; never a calendar's next month."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from newsarchive.discovery import url_words
from newsarchive.discovery.url_shape import Kind, shape_of
from newsarchive.urls import identity_url

_NEXT = frozenset(
    """
    next older weiter nächste naechste ältere vor suivant suivante suivants siguiente siguientes anteriores próximo próxima
    seguinte successivo successiva successivi avanti volgende nästa äldre neste eldre næste ældre seuraava seuraavat
    następna następne starsze dalej další starší ďalšia következő régebbi următoarea următor sljedeća sljedeće naslednja
    sledeća следующая следующие далее дальше раньше наступна наступні далі следваща επόμενη επόμενο sonraki eski ileri
    التالي التالية الأقدم بعدی הבא הבאים अगला পরবর্তী அடுத்த ถัดไป sau tiếp berikutnya selanjutnya lanjut inayofuata
    ibikurikira 下一页 下一頁 次へ 次のページ 다음
    """.split()
)
"""Words for "next page" and "older posts", in lower case."""
_ARROWS = frozenset({">", "»", "›", "→", ">>", "»»", "❯", "⟩"})
_WORD = re.compile(r"[^\W\d_]+")
_MAX_LABEL_WORDS = 4
_MAX_PAGE = 9_999

_PAGING_NAMES = "|".join(sorted(url_words.PAGING))
_PAGE_IN_PATH = re.compile(rf"[/_,-](?:{_PAGING_NAMES})[/_,-]?(\d{{1,4}})(?=/?$|\.[a-z]{{2,5}}$)", re.IGNORECASE)
_NUMBER_AT_END = re.compile(r"/(\d{1,4})/?$")
_FIRST_PAGE = 1


class _Numbered(NamedTuple):
    """An address as page ``number`` of a list; ``key`` is what all pages of the list have in common."""

    key: str
    number: int


def next_page(url: str, links: Iterable[tuple[str, str, bool]]) -> str | None:
    """The address of the page after ``url``, out of the page's links; None if none is certain to lead onwards.

    Each link is its absolute address, its text, and whether it says ``rel=next``. Of several the nearest number
    wins, then what says ``rel=next``, then the first. ``rel=next`` alone is not enough: blogs say it of the next article.
    """
    try:
        here = _numbered(url) or _Numbered(_key(url), _FIRST_PAGE)
        path = urlsplit(identity_url(url)).path.rstrip("/")
    except ValueError:
        return None
    best: tuple[int, bool, int] | None = None
    best_url: str | None = None
    for index, (target, text, is_next) in enumerate(links):
        label = text.strip()
        says_next = is_next or _says_next(label)
        try:
            there = _numbered(target)
            if there is None and (says_next or label.isdecimal()):
                there = _by_label(target, path, here, label, says_next=says_next)
        except ValueError:
            continue
        if there is None or there.key != here.key or there.number <= here.number:
            continue
        rank = (there.number, not is_next, index)
        if best is None or rank < best:
            best, best_url = rank, target
    return best_url


def _numbered(url: str) -> _Numbered | None:
    """An address that says by itself which page of a list it is: ``?page=2``, ``/page/2/``, ``-seite-2.html``."""
    identity = identity_url(url)
    split = urlsplit(identity)
    pieces = split.query.split("&")
    for piece in pieces:
        name, _, value = piece.partition("=")
        if name.lower() in url_words.PAGING_PARAMETERS and value.isdecimal() and int(value) <= _MAX_PAGE:
            others = "&".join(other for other in pieces if other != piece)
            return _Numbered(_key(split._replace(query=others).geturl()), int(value))
    found = _PAGE_IN_PATH.search(split.path)
    if found is None:
        return None
    path = split.path[: found.start()] + split.path[found.end() :]
    return _Numbered(_key(split._replace(path=path).geturl()), int(found.group(1)))


def _by_label(target: str, path: str, here: _Numbered, label: str, *, says_next: bool) -> _Numbered | None:
    """An address that only its link makes a page of a list: ``/news/2`` called "2", ``/news?after=x`` called "Older"."""
    if _is_calendar(target):
        return None
    split = urlsplit(identity_url(target))
    found = _NUMBER_AT_END.search(split.path)
    if found is not None and (says_next or label == found.group(1)):
        key = _key(split._replace(path=split.path[: found.start()]).geturl())
        before = _NUMBER_AT_END.search(path)
        if key == here.key:
            return _Numbered(key, int(found.group(1)))
        if before is not None and path[: before.start()] == split.path[: found.start()]:
            number = int(found.group(1))
            return _Numbered(here.key, number) if number > int(before.group(1)) else None
    if says_next and split.query and split.path.rstrip("/") == path:
        return _Numbered(here.key, here.number + 1)
    return None


def _key(url: str) -> str:
    split = urlsplit(identity_url(url))
    return split._replace(path=split.path.rstrip("/")).geturl()


def _says_next(label: str) -> bool:
    if label in _ARROWS:
        return True
    if len(label) > 60:
        return False
    words = _WORD.findall(label.lower())
    return len(words) <= _MAX_LABEL_WORDS and any(word in _NEXT for word in words)


def _is_calendar(url: str) -> bool:
    shape = shape_of(url)
    dates = (Kind.DATE, Kind.YEAR, Kind.MONTH, Kind.DAY)
    return any(part.kind in dates or part.text in url_words.CALENDAR for part in shape.segments) or any(
        part.kind in dates or name in url_words.CALENDAR_PARAMETERS for name, part in shape.query
    )
