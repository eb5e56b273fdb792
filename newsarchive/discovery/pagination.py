"""The next page of a list: by ``rel=next``, by number, by a word for "next"; never a calendar's next month."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from newsarchive.discovery import url_words
from newsarchive.discovery.url_shape import DATES, shape_of
from newsarchive.urls import identity_url


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NEXT = _words(
    """
    next older weiter nächste naechste ältere vor suivant suivante suivants siguiente siguientes anteriores
    próximo próxima seguinte successivo successiva successivi avanti volgende nästa äldre neste eldre næste
    ældre seuraava seuraavat następna następne starsze dalej další starší ďalšia következő régebbi următoarea
    următor sljedeća sljedeće naslednja sledeća следующая следующие далее дальше раньше наступна наступні далі
    следваща επόμενη επόμενο sonraki eski ileri التالي التالية الأقدم بعدی הבא הבאים अगला পরবর্তী அடுத்த ถัดไป
    sau tiếp berikutnya selanjutnya lanjut inayofuata ibikurikira 下一页 下一頁 次へ 次のページ 다음
    """
)
"""Words for "next page" and "older posts", in lower case."""
_ARROWS = frozenset({">", "»", "›", "→", ">>", "»»", "❯", "⟩"})
_AROUND_WORDS = ">»›→❯⟩<«‹←.,:;()[]…"
_MAX_LABEL_WORDS = 4
_MAX_PAGE = 99_999
_OFFSETS = frozenset({"start", "offset", "from", "skip"})
"""Parameters that count entries, not pages."""
_MAX_OFFSET = 9_999_999

_PAGING_NAMES = "|".join(sorted(url_words.PAGING))
_PAGE_IN_PATH = re.compile(rf"[/_,-](?:{_PAGING_NAMES})[/_,-]?(\d{{1,5}})(?=/?$|\.[a-z]{{2,5}}$)", re.IGNORECASE)
_CURSORS = frozenset({"after", "before", "cursor", "until", "older", "max_id", "max-id", "maxid", "token", "pagetoken"})
"""Parameters that lead onwards without a number: their value changes from page to page."""
_MAY_BE_NUMBERED = re.compile(rf"[/?&_,-](?:{'|'.join(sorted(url_words.PAGING_PARAMETERS))})[=/_,-]?\d", re.IGNORECASE)
_NUMBER_AT_END = re.compile(r"/(\d{1,4})/?$")
_FIRST_PAGE = 1


class _Numbered(NamedTuple):
    """An address as page ``number`` of a list; ``key`` is what all pages of the list have in common."""

    key: str
    number: int


def next_page(url: str, links: Iterable[tuple[str, str, bool]]) -> str | None:
    """The address of the page after ``url``, out of the page's links; None if none is certain to lead onwards.

    Each link is its absolute address, its text, and whether it says ``rel=next``. Of several the nearest number
    wins, then what says ``rel=next``, then the first. ``rel=next`` alone is not enough: blogs say it of the next post.
    """
    try:
        here = _numbered(url) or _Numbered(_key(url), _FIRST_PAGE)
    except ValueError:
        return None
    best: tuple[int, bool, int] | None = None
    best_url: str | None = None
    for index, (target, text, is_next) in enumerate(links):
        label = text.strip()
        says_next = is_next or _says_next(label)
        if not says_next and not label.isdecimal() and not _MAY_BE_NUMBERED.search(target):
            continue
        try:
            there = _numbered(target)
            if there is None and (says_next or label.isdecimal()):
                there = _by_label(url, target, here, label, says_next=says_next)
        except ValueError:
            continue
        if there is None or there.key != here.key or there.number <= here.number:
            continue
        rank = (there.number, not is_next, index)
        if best is None or rank < best:
            best, best_url = rank, target
    return best_url


def is_further_page(url: str) -> bool:
    """Whether an address says by itself that it is a page of a list other than its first: by number, or by a cursor.

    >>> is_further_page("https://example.org/news/page/2/"), is_further_page("https://example.org/news?cursor=x7f")
    (True, True)
    """
    try:
        query = urlsplit(identity_url(url)).query
    except ValueError:
        return False
    names = {piece.partition("=")[0].lower() for piece in query.split("&")}
    return _numbered(url) is not None or not names.isdisjoint(_CURSORS)


def _numbered(url: str) -> _Numbered | None:
    """An address that says by itself which page of a list it is: ``?page=2``, ``/page/2/``, ``-seite-2.html``."""
    identity = identity_url(url)
    split = urlsplit(identity)
    pieces = split.query.split("&")
    for piece in pieces:
        name, _, value = piece.partition("=")
        largest = _MAX_OFFSET if name.lower() in _OFFSETS else _MAX_PAGE
        if name in url_words.ARTICLE_PARAMETERS:
            largest = 999  # WordPress: ?p=3289 is an article
        if name.lower() in url_words.PAGING_PARAMETERS and value.isdecimal() and int(value[:9]) <= largest:
            others = "&".join(other for other in pieces if other != piece)
            return _Numbered(_key(split._replace(query=others).geturl()), int(value))
    found = _PAGE_IN_PATH.search(split.path)
    if found is None:
        return None
    path = split.path[: found.start()] + split.path[found.end() :]
    return _Numbered(_key(split._replace(path=path).geturl()), int(found.group(1)))


def _by_label(url: str, target: str, here: _Numbered, label: str, *, says_next: bool) -> _Numbered | None:
    """An address that its link makes a page of a list: ``/news/2`` called "2", ``/news?after=x`` called "Older"."""
    if _is_calendar(target):
        return None
    ours, theirs = urlsplit(identity_url(url)), urlsplit(identity_url(target))
    found = _NUMBER_AT_END.search(theirs.path)
    if found is not None and (says_next or label == found.group(1)):
        number, stem = int(found.group(1)), theirs.path[: found.start()]
        before = _NUMBER_AT_END.search(ours.path)
        if before is not None and ours.path[: before.start()] == stem:
            return _Numbered(here.key, number) if number > int(before.group(1)) else None
        return _Numbered(_key(theirs._replace(path=stem).geturl()), number)
    if says_next and ours.path.rstrip("/") == theirs.path.rstrip("/") and _moves_on(ours.query, theirs.query):
        return _Numbered(here.key, here.number + 1)
    return None


def _moves_on(ours: str, theirs: str) -> bool:
    """Whether a query differs by one parameter that is a cursor or new: another value of others is another thing."""
    before, after = set(filter(None, ours.split("&"))), set(filter(None, theirs.split("&")))
    changed = {piece.partition("=")[0].lower() for piece in before ^ after}
    if len(changed) != 1 or not after - before:
        return False
    name = changed.pop()
    return name in _CURSORS or (before < after and name not in url_words.ARTICLE_PARAMETERS)


def _key(url: str) -> str:
    split = urlsplit(identity_url(url))
    return split._replace(path=split.path.rstrip("/")).geturl()


def _says_next(label: str) -> bool:
    if label in _ARROWS:
        return True
    if len(label) > 60:
        return False
    words = label.lower().split()
    return len(words) <= _MAX_LABEL_WORDS and any(word.strip(_AROUND_WORDS) in _NEXT for word in words)


def _is_calendar(url: str) -> bool:
    shape = shape_of(url)
    return any(part.kind in DATES or part.text in url_words.CALENDAR for part in shape.segments) or any(
        part.kind in DATES or name in url_words.CALENDAR_PARAMETERS for name, part in shape.query
    )
