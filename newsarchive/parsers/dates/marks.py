"""Dates that markup marks for machines outside of the page's head: ``<time>``, microdata, microformats, the address.

A page has a ``<time>`` for every teaser and comment, too: the one marked as publication wins, then the one nearest to
the headline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from newsarchive.parsers.dates.labels import MODIFIED
from newsarchive.parsers.headline.choice import headline_position
from newsarchive.parsers.outline.pieces import Box
from newsarchive.parsers.page import Page
from newsarchive.parsers.text import element_line

MAX_TIME_ELEMENTS = 40
MAX_MARKED = 40
MAX_ANCESTORS = 40
NEAR_PIECES = 12
"""Pieces after the headline within which a ``<time>`` is the article's, whatever the boxes around it are called."""
MAX_LABEL_CHARS = 40

_STAMPS = ("datetime", "data-datetime", "data-timestamp", "data-date", "data-published", "content")
"""Attributes in which elements state a time for machines."""
_ELSEWHERE_CLASS = re.compile(
    r"foot|sidebar|related|teaser|comment|widget|copyright|navi|menu|recent|popular|recommend|archive|calendar|event",
    re.IGNORECASE,
)
_ELSEWHERE_TAGS = frozenset({"footer", "aside", "nav", "select", "option", "form", "button", "script", "style"})
_PUBLISHED_CLASSES = frozenset(
    {"published", "dt-published", "entry-date", "pubdate", "date-published", "datepublished"}
)
_PROPERTY, _ABBREVIATION = b"itemprop=", b"<abbr class="
_DATE_VALUES = (b'"date', b"'date", b"date")
# https://microformats.org/wiki/hatom: <abbr class="published" title="2018-06-05T08:00:00-07:00">
_MARKED = etree.XPath('//*[@itemprop="datePublished" or @itemprop="datepublished" or (self::abbr and @title)]')

# /2024/05/17/, /2024-05-17-, /20240517/: day included, else it is no date.
_IN_ADDRESS = re.compile(
    r"(?<!\d)((?:19|20)\d\d)([-/_.]?)(0[1-9]|1[0-2]|(?<=[-/_.])[1-9])\2(0[1-9]|[12]\d|3[01]|(?<=[-/_.])[1-9])(?!\d)"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED_IN_ADDRESS = re.compile(
    rf"(?<!\d)((?:19|20)\d\d)[/-]({'|'.join(_MONTHS)})[/-](0?[1-9]|[12]\d|3[01])(?!\d)", re.IGNORECASE
)
# A2026012914320005196: a number that begins with year, month, day, hour and minute.
_NUMBERED_IN_ADDRESS = re.compile(
    r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d\d*(?!\d)"
)


def time_elements(page: Page) -> list[tuple[str, bool]]:
    """What ``<time>`` elements state, the likeliest first, and whether it surely is of this article.

    None that is marked or labeled as the time of a change.
    """
    ranked: list[tuple[int, int, str, bool]] = []
    elements = page.elements("time")[:MAX_TIME_ELEMENTS]
    for number, element in enumerate(elements):
        shown = element_line(element)
        given = dict(element.items())
        raw = _stamp(given) or shown
        names = f"{given.get('itemprop', '')} {given.get('class', '')}".lower()
        is_published = "publish" in names or "pubdate" in names or "pubdate" in given
        if not raw or (not is_published and ("modified" in names or "updated" in names.split())):
            continue
        if MODIFIED.search(shown[:MAX_LABEL_CHARS].lower()) or (
            len(elements) > 1 and MODIFIED.search(_text_before(element).lower())
        ):
            continue
        rank, place, is_sure = 0 if is_published else 1, number, True
        if len(elements) > 1:
            distance = _distance(page, element)
            is_sure = distance is not None and 0 <= distance <= NEAR_PIECES
            if is_sure and distance is not None:
                rank, place = -1, distance - (NEAR_PIECES if is_published else 0)
            elif any(_is_elsewhere(ancestor) for ancestor in _ancestors(element)):
                rank += 2
            elif given.get("itemprop") == "datePublished" or "pubdate" in given:
                is_sure = True
        ranked.append((rank, place, raw.strip(), is_sure))
    return [(raw, is_sure) for _, _, raw, is_sure in sorted(ranked, key=lambda item: item[:2])]


def marked_elements(page: Page) -> list[str]:
    """What microdata and microformats elements other than ``<time>`` and ``<meta>`` state as publication."""
    # To look for an attribute in the tree takes a hundred times as long.
    if not page.encoding.startswith("utf-16") and not _may_be_marked(page.capture.body):
        return []
    ranked: list[tuple[int, int, str]] = []
    for number, element in enumerate(_MARKED(page.tree)[:MAX_MARKED]):
        if element.tag in ("meta", "time"):
            continue
        if element.get("itemprop") is None and not _PUBLISHED_CLASSES.intersection(
            (element.get("class") or "").split()
        ):
            continue
        raw = _stamp(dict(element.items())) or element.get("title") or element_line(element)
        if raw and raw.strip():
            ranked.append((any(_is_elsewhere(ancestor) for ancestor in _ancestors(element)), number, raw.strip()))
    return [raw for _, _, raw in sorted(ranked, key=lambda item: item[:2])]


def _may_be_marked(body: bytes) -> bool:
    place = body.find(_PROPERTY)
    while place >= 0:
        place += len(_PROPERTY)
        if body.startswith(_DATE_VALUES, place):
            return True
        place = body.find(_PROPERTY, place)
    return _ABBREVIATION in body


def address_dates(page: Page) -> Iterator[str]:
    """The day in the page's address or in the one it calls its own, as ISO writes it."""
    addresses = [page.url, *page.meta.get("og:url", ())[:1]]
    addresses += [element.get("href") or "" for element in page.links.get("canonical", ())[:1]]
    for address in dict.fromkeys(addresses):
        path = address.split("//", 1)[-1].partition("/")[2][:1_000]
        if match := _IN_ADDRESS.search(path):
            yield f"{match[1]}-{int(match[3]):02d}-{int(match[4]):02d}"
        elif match := _NAMED_IN_ADDRESS.search(path):
            yield f"{match[1]}-{_MONTHS.index(match[2].lower()) + 1:02d}-{int(match[3]):02d}"
        elif match := _NUMBERED_IN_ADDRESS.search(path):
            yield f"{match[1]}-{match[2]}-{match[3]}"


def _stamp(given: Mapping[str, str]) -> str | None:
    """The first time among an element's attributes."""
    for name in _STAMPS:
        value = given.get(name)
        if value is not None and value.strip():
            return value
    return None


def _ancestors(element: Any) -> Iterator[Any]:  # noqa: ANN401
    for number, ancestor in enumerate(element.iterancestors()):
        if number == MAX_ANCESTORS or ancestor.tag == "body":
            return
        yield ancestor


def _is_elsewhere(element: Any) -> bool:  # noqa: ANN401
    return element.tag in _ELSEWHERE_TAGS or bool(_ELSEWHERE_CLASS.search((element.get("class") or "")[:300]))


def _text_before(element: Any) -> str:  # noqa: ANN401
    """The few words in front of an element: "Updated:" in the line or in the box before it."""
    for _ in range(3):
        parent, previous = element.getparent(), element.getprevious()
        text = (parent.text if parent is not None else "") if previous is None else previous.tail
        if not (text and text.strip()) and previous is not None:
            text = element_line(previous) if len(previous) <= 2 else ""
        text = (text or "").strip()
        if text:
            return text if len(text) <= MAX_LABEL_CHARS else ""
        if parent is None:
            return ""
        element = parent
    return ""


def _distance(page: Page, element: Any) -> int | None:  # noqa: ANN401
    """Pieces from the headline to the box around an element; None where one of them is unknown."""
    heading = page.once(headline_position)
    boxes = page.once(_boxes_by_element)
    for ancestor in element.iterancestors():
        box = boxes.get(ancestor)
        if box is not None:
            return None if heading is None else box.first - heading
    return None


def _boxes_by_element(page: Page) -> dict[Any, Box]:
    return {box.element: box for box in page.outline.boxes}
