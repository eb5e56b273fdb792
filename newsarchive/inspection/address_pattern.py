"""A regular expression for a site's article addresses, learnt from some of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, urlsplit

from newsarchive.discovery.url_shape import shape_of
from newsarchive.urls import identity_url

MAX_FORMS = 3
"""Forms of addresses in one expression; a site with more is better off without."""
MIN_SHARE = 0.1
"""A form that fewer of the addresses have is an exception."""

_END = r"/?(?:[?#]|$)"
_ANY = r"[^/?#]+"
# Each takes in a character in one way only, so that no address is slow to refuse.
_PARTS = (r"\d+", r"[^/?#-]+(?:-[^/?#-]+)+", r"[^/?#_]+(?:_[^/?#_]+)+", _ANY)
"""What may stand in a part of the path, the narrowest first."""
_YEAR = r"(?:19|20)\d\d"
_MONTH_OR_DAY = r"\d{1,2}"
_LITERAL = re.compile(r"[A-Za-z][\w.~-]*", re.ASCII)

_Form = tuple[int, str, bool]
"""Number of parts in the path, extension, whether the last part is a number."""


def address_pattern(urls: Iterable[str]) -> str | None:
    r"""An expression for ``Publisher.url_pattern`` that every usual one of these addresses matches.

    Addresses of one form become one alternative. A word of the path stands as it is if several addresses share it. None
    without an address, and where they have so many forms that no expression would tell an article from a section.

    >>> address_pattern(f"https://example.com/news/{number}" for number in (17, 1042))
    '^https?://[^/?#]+/news/\\d+/?(?:[?#]|$)'
    """
    forms: dict[_Form, list[str]] = defaultdict(list)
    for url in dict.fromkeys(map(identity_url, urls)):
        shape = shape_of(url)
        if not shape.is_home and "//" not in urlsplit(url).path:  # an address with an empty part is an accident
            parts = _parts(url)
            forms[len(parts), shape.extension, bool(parts) and parts[-1].isdecimal()].append(url)
    total = sum(map(len, forms.values()))
    usual = [found for found in forms.values() if len(found) >= MIN_SHARE * total]
    if not 0 < len(usual) <= MAX_FORMS:
        return None
    usual.sort(key=lambda found: (-len(found), found))
    found_paths = [_path(found) for found in usual]
    known = [path for path in dict.fromkeys(found_paths) if path is not None]
    if None in found_paths:
        return None
    if len(known) == 1:
        return rf"^https?://[^/?#]+{known[0]}{'' if _is_query(known[0]) else _END}"
    paths = [f"{path}[^#]*" if _is_query(path) else path for path in known]
    return rf"^https?://[^/?#]+(?:{'|'.join(paths)}){_END}"


def _parts(url: str) -> tuple[str, ...]:
    return tuple(part for part in urlsplit(url).path.split("/") if part)


def _path(urls: Sequence[str]) -> str | None:
    """The expression for path and parameters of addresses of one form; None if it would match about anything."""
    names = [_names(url) for url in urls]
    shared = [name for name in names[0] if all(name in other for other in names)]
    columns = list(zip(*map(_parts, urls), strict=True))
    pieces: list[str] = []
    for number, column in enumerate(columns, start=1):
        is_last = number == len(columns)
        before = pieces[-1] if pieces else ""
        pieces.append(
            (None if is_last else _date_part(column, before)) or _part(column, is_last=is_last, is_known=bool(shared))
        )
    if not shared and set(pieces) <= {_ANY}:
        return None
    path = "".join(f"/{piece}" for piece in pieces)
    return rf"{path}/?\?(?:[^#]*&)?{re.escape(shared[0])}=[^&#]" if shared else path


def _is_query(path: str) -> bool:
    return path.endswith("=[^&#]")


def _names(url: str) -> tuple[str, ...]:
    return tuple(name for name, value in parse_qsl(urlsplit(url).query) if _LITERAL.fullmatch(name) and value)


def _date_part(values: Sequence[str], before: str) -> str | None:
    if all(re.fullmatch(_YEAR, value) for value in values):
        return _YEAR
    if before in (_YEAR, _MONTH_OR_DAY) and all(re.fullmatch(_MONTH_OR_DAY, value) for value in values):
        return _MONTH_OR_DAY
    return None


def _part(values: Sequence[str], *, is_last: bool, is_known: bool) -> str:
    """``is_known``: a parameter tells the articles apart, so that the path need not."""
    different = set(values)
    # of a single address nobody knows whether "/sport/" is all of the site or one of its sections
    if len(different) == 1 and _LITERAL.fullmatch(values[0]) and (len(values) > 1 or is_known):
        return re.escape(values[0]).replace(r"\-", "-")
    extensions = {name.rpartition(".")[2] for name in different} if all("." in name for name in different) else set()
    if is_last and len(extensions) == 1 and _LITERAL.fullmatch(extension := extensions.pop()):
        stems = [name.rpartition(".")[0] for name in different]
        return rf"{_fitting(stems)}\.{extension}"
    return _fitting(different)


def _fitting(values: Iterable[str]) -> str:
    values = tuple(values)
    return next((part for part in _PARTS if all(re.fullmatch(part, value) for value in values)), _ANY)
