"""Lists: which links of a page lead to pages that list articles, and what kind of list each is. Pure."""

from __future__ import annotations

from enum import IntEnum

from newsarchive.discovery import url_words
from newsarchive.discovery.address_dates import DateArchive, Period, date_archive
from newsarchive.discovery.links import PageLink
from newsarchive.discovery.pagination import is_further_page
from newsarchive.discovery.url_shape import DATES, UrlShape, shape_of

_CHOOSING = frozenset({"tag", "cat", "category", "categoryid", "section", "topic", "author"})
"""Parameters that choose a list; of others there are ever new combinations."""
_NEVER = url_words.CALENDAR | url_words.VARIANT | url_words.SERVICE


class ListKind(IntEnum):
    """Kinds of lists, in the order in which they are best read: what comes later names less that is new."""

    SECTION = 0
    """What a menu leads to."""
    YEAR = 1
    MONTH = 2
    DAY = 3
    TOPIC = 4
    """A tag, a topic, an author: what its address says of itself, wherever the link stands."""
    SERVICE = 5
    """What a menu leads to that is for readers as customers, by its address: an imprint, but now and then a section."""


def list_kind(link: PageLink, within: Period) -> tuple[ListKind, DateArchive | None] | None:
    """What kind of list a link leads to that is no article's, with what its address tells if that goes by dates.

    None for what is no list's first page, for archives of other days than those ``within``, and for calendars of
    events, which have no end.
    """
    if link.is_nofollow:
        return None
    try:
        archive, shape = date_archive(link.url), shape_of(link.url)
    except ValueError:
        return None
    if archive is not None:
        is_wanted = archive.period.last >= within.first and archive.period.first <= within.last
        return (ListKind(archive.unit), archive) if is_wanted else None
    if shape.extension in url_words.FILE_EXTENSIONS or is_further_page(link.url) or _goes_by_days(shape):
        return None
    if link.is_in_menu:
        is_service = any(part.text in url_words.SERVICE for part in shape.segments)
        return (ListKind.SERVICE if is_service else ListKind.SECTION), None
    return (ListKind.TOPIC, None) if _is_topic(shape) else None


def _goes_by_days(shape: UrlShape) -> bool:
    return any(part.kind in DATES for part in shape.segments) or any(
        part.kind in DATES or name in url_words.CALENDAR_PARAMETERS - _CHOOSING for name, part in shape.query
    )


def _is_topic(shape: UrlShape) -> bool:
    texts = {part.text for part in shape.segments}
    names = {name for name, _ in shape.query}
    if not texts.isdisjoint(_NEVER | url_words.PAGING) or len(names) > 1 or not names <= _CHOOSING:
        return False
    return bool(names) or not texts.isdisjoint(url_words.LISTING)
