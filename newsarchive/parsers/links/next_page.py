"""Where an article goes on that its site splits over several pages, and whether a page is such a later part.

``rel=next`` alone says nothing: blogs set it to the next post. What counts is that the address is this article's own
with the next number in it, in one of the few ways sites write that:

    parameter   /lake-story?page=2
    named       /lake-story/page/2   /lake-story/seite-2   /lake-story-page-2.html
    segment     /lake-story/2
    glued       /lake-story-1234-2.html   /lake-story_2.html

The last is also how blogs tell two posts of one title apart, so there the link has to read "2".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import SplitResult, quote, unquote, urlsplit

from newsarchive.parsers.found import Found
from newsarchive.parsers.page import Page
from newsarchive.parsers.text import element_line
from newsarchive.urls import identity_url

MAX_PARTS = 60
"""No article has more pages; a larger number is something else."""
MAX_LABEL_CHARS = 30
MAX_LINKS = 5_000
"""Links of a page that are looked at."""
MAX_CANDIDATES = 100
"""Links of a page that resemble its own address, and are looked at closely."""
MAX_MENTIONS = 500
"""Places where a page's markup names its address that are looked at."""
MIN_SLUG_CHARS = 16
"""A last segment this long names an article even if it is one word."""
KEY_CHARS = 40
MAX_LEVELS = 6
"""Elements around a link that are asked what they are."""

_NAMES = "page pages seite pagina paged pg strana strona sida side sayfa halaman trang oldal stranica".split()  # noqa: SIM905
_PARAMETERS = frozenset((*_NAMES, "pageno", "pagenum", "pagenumber", "page_num", "page_no", "pagewanted"))
_NAMED = re.compile(rf"[/_,.-](?:{'|'.join(_NAMES)})[/_,=-]?([0-9]{{1,2}})(/|\.[a-z]{{2,5}})?$", re.IGNORECASE)
_SEGMENT = re.compile(r"/([0-9]{1,2})/?$")
_GLUED = re.compile(r"(?<=[^/])[-_,.]([0-9]{1,2})(/|\.[a-z]{2,5})?$", re.IGNORECASE)
_NUMBER_SOON = re.compile(r"[^\"'<>\s]{0,60}?[/_,.=-][0-9]{1,2}(?=[\"'<>\s/.&#])")
_SPECIFIC = re.compile(r"[0-9]{3}|[^\W_][-_+%,][^\W_]")
_ELSEWHERE = re.compile(r"comment|kommentar|comentario|respond|related|latest|recent|sidebar|widget", re.IGNORECASE)
"""Names of boxes whose pages are pages of something else."""


class _Reading(NamedTuple):
    """An address as one part of an article."""

    stem: str
    """The address without the number: that of the first part."""
    number: int
    form: str
    """``whole`` for the address of a first part, else one of the four forms."""


class _Link(NamedTuple):
    reading: _Reading
    url: str
    label: str
    rel: str
    """``next``, ``prev`` or empty."""


def find_next_page(page: Page, canonical_url: str | None = None) -> Found[str] | None:
    """The address of the following part of the same article; None if there is none, or only the next story.

    ``canonical_url`` is what the article's parts may go by instead of the page's own address. The source is
    ``rel-next``, or ``pager`` for a link that reads as the number of the part.
    """
    best: Found[str] | None = None
    for here, link in _related_parts(page, canonical_url):
        there = link.reading
        # Some count from zero: the second page is ?page=1.
        follows = there.number == here.number + 1 or (
            here.form == "whole" and there.form == "parameter" and there.number == 1
        )
        if not follows or not 0 < there.number <= MAX_PARTS:
            continue
        if link.rel == "next" and there.form != "glued":
            return Found(link.url, "rel-next")
        if best is None and _reads(link.label, there.number if there.number > 1 else 2):
            best = Found(link.url, "pager")
    return best


def is_later_part(page: Page, first_url: str) -> bool:
    """Whether the page is not the first part of the article at ``first_url``, by its address and its links.

    ``first_url`` is an identity address.
    """
    address = _identity(page.url)
    if address is None:
        return False
    first = _stem(urlsplit(first_url))
    own = [reading for reading in _readings(address) if reading.number > 1 and reading.stem == first]
    if not own:
        return False
    for here, link in _related_parts(page, None):
        there = link.reading
        if here in own and there.number != here.number:
            if link.rel and there.form != "glued" and abs(there.number - here.number) == 1:
                return True
            if _reads(link.label, there.number):
                return True
    return False


def _related_parts(page: Page, canonical_url: str | None) -> Iterator[tuple[_Reading, _Link]]:
    """Links to other parts of the page's article, each with the page's own reading that it fits."""
    addresses = dict.fromkeys(url for url in (_identity(page.url), canonical_url) if url)
    own = [reading for url in addresses for reading in _readings(url) if _is_specific(reading.stem)]
    if not own:
        return
    for link in _links(page, own):
        for here in own:
            there = link.reading
            alike = here.form == there.form or "whole" in (here.form, there.form)
            if alike and there.stem == here.stem and (there.number, there.form) != (here.number, here.form):
                yield here, link
                break


def _links(page: Page, own: list[_Reading]) -> Iterator[_Link]:
    for rel in ("next", "prev"):
        for element in page.links.get(rel, ()):
            yield from _read(page, element.get("href"), "", rel)
    keys = {key for reading in own if (key := _key(reading.stem))}
    keys = {key for key in keys if not any(other != key and other in key for other in keys)}
    if not _mentions_parts(page.html, keys):
        return
    seen = 0
    for element in page.elements("a")[:MAX_LINKS]:
        href = element.get("href")
        if not href or not _resembles(href, keys):
            continue
        seen += 1
        if seen > MAX_CANDIDATES:
            return
        links = list(_read(page, href, "", ""))
        if links and not _is_elsewhere(element):
            label = element_line(element)
            rels = (element.get("rel") or "").lower().split()
            rel = next((name for name in ("next", "prev") if name in rels), "")
            for link in links:
                yield link._replace(label=label, rel=rel)


def _read(page: Page, href: str | None, label: str, rel: str) -> Iterator[_Link]:
    url = page.resolve(href)
    if url is None or _ELSEWHERE.search(urlsplit(url).fragment) or "comment" in url:
        return
    identity = _identity(url)
    if identity is not None:
        for reading in _readings(identity):
            yield _Link(reading, identity, label, rel)


def _readings(url: str) -> Iterator[_Reading]:
    """All that an address, in its identity form, may be; the more telling first."""
    split = urlsplit(url)
    pieces = split.query.split("&") if split.query else []
    for piece in pieces:
        name, _, value = piece.partition("=")
        if name.lower() in _PARAMETERS and value.isascii() and value.isdigit() and len(value) <= 2:
            others = "&".join(other for other in pieces if other != piece)
            yield _Reading(_stem(split._replace(query=others)), int(value), "parameter")
    for form, pattern in (("named", _NAMED), ("segment", _SEGMENT), ("glued", _GLUED)):
        match = pattern.search(split.path[-40:])
        if match is not None:
            start = len(split.path) - len(split.path[-40:]) + match.start()
            ending = match.group(2) if form != "segment" else None
            path = split.path[:start] + (ending or "")
            yield _Reading(_stem(split._replace(path=path)), int(match.group(1)), form)
    yield _Reading(_stem(split), 1, "whole")


def _stem(address: SplitResult) -> str:
    """What two spellings of one address share; the scheme, ``www.`` and a last slash are none of it."""
    query = f"?{address.query}" if address.query else ""
    return f"//{address.netloc.removeprefix('www.')}{address.path.rstrip('/')}{query}"


def _identity(url: str) -> str | None:
    try:
        return identity_url(url)
    except ValueError:  # a file read from disk
        return None


def _is_specific(stem: str) -> bool:
    """Whether an address names one article: by a slug of several words, a number of three digits, a long word."""
    split = urlsplit(stem)
    last = split.path.rpartition("/")[2]
    name = last.rpartition(".")[0] or last
    return bool(_SPECIFIC.search(name) or _SPECIFIC.search(split.query)) or len(unquote(name)) >= MIN_SLUG_CHARS


def _key(stem: str) -> str:
    """Letters that a link to another part has to have."""
    split = urlsplit(stem)
    values = [piece.partition("=")[2] for piece in split.query.split("&")]
    last = split.path.rpartition("/")[2]
    longest = max((*values, last.rpartition(".")[0] or last), key=len)
    return unquote(longest)[:KEY_CHARS]


def _mentions_parts(html: str, keys: set[str]) -> bool:
    """Whether a page's markup names its own address with a number behind it; most do not, and are done with."""
    for key in dict.fromkeys((*keys, *map(quote, keys))):
        at = html.find(key)
        for _ in range(MAX_MENTIONS):
            if at < 0:
                break
            at += len(key)
            if _NUMBER_SOON.match(html, at):
                return True
            at = html.find(key, at)
    return _has_numbered_query(html)


def _has_numbered_query(html: str) -> bool:
    """Whether an attribute's value begins with ``?`` and has a number soon after it."""
    seen = 0
    at = html.find("?", 2)  # a single character is found many times faster than two
    while at >= 0 and seen < MAX_MENTIONS:
        if html[at - 2] == "=" and html[at - 1] in "\"'":
            seen += 1
            if _NUMBER_SOON.match(html, at + 1):
                return True
        at = html.find("?", at + 1)
    return False


def _resembles(href: str, keys: set[str]) -> bool:
    if href.startswith(("?", "./?")):
        return True
    text = unquote(href) if "%" in href else href
    return any(key in text for key in keys)


def _reads(label: str, number: int) -> bool:
    """Whether a link's text is the number of a part: ``2``, ``Seite 2``, ``2/5``."""
    return len(label) <= MAX_LABEL_CHARS and next(iter(re.findall(r"[0-9]+", label)), None) == str(number)


def _is_elsewhere(element: Any) -> bool:  # noqa: ANN401 (an lxml element)
    """Whether the link stands in a box of comments or of other articles."""
    for box in islice(element.iterancestors(), MAX_LEVELS):
        if box.tag in ("article", "main", "body"):
            return False
        if _ELSEWHERE.search(f"{box.get('class') or ''} {box.get('id') or ''}"[:300]):
            return True
    return False
