"""What one HTML page names: feeds, sitemaps, its canonical address, the next page, and every link with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from newsarchive.discovery.pagination import next_page
from newsarchive.model.capture import Capture
from newsarchive.parsers.page import Page
from newsarchive.parsers.text import Element, one_line
from newsarchive.urls import resolve, same_site

MAX_LINKS = 5_000
"""Different addresses taken from one page, in its order; the rest is ignored."""
MAX_ANCHOR_LENGTH = 300
"""Characters kept of a link's text."""
MAX_SOURCES = 50
"""Feeds, and sitemaps, taken from one page."""


class LinkPlace(StrEnum):
    """Where on its page a link stands."""

    TEASER = "teaser"
    """In an article's teaser: an ``<article>``, a card, a headline."""
    CONTENT = "content"
    """Anywhere else in the page."""
    NAVIGATION = "navigation"
    """In a menu, the page's header, breadcrumbs."""
    FOOTER = "footer"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLink:
    """One address a page links to."""

    url: str
    """Absolute, without fragment."""
    text: str
    """The longest text of its links on the page, an image's ``alt`` if there is none; may be empty."""
    place: LinkPlace
    """The most telling of its places: a teaser's before the content's, a menu's, the footer's."""
    is_nofollow: bool
    """Whether every link to it says ``rel=nofollow``."""
    count: int
    """How many links to it the page has."""
    is_in_menu: bool = False
    """Whether any of them stands in a menu: front pages repeat their sections as headings over teasers."""

    def __reduce__(self) -> tuple[Callable[..., PageLink], tuple[object, ...]]:
        """Pickle as bare values, as articles' blocks are."""
        return _page_link, (
            self.url,
            self.text,
            self.place,
            self.is_nofollow,
            self.count,
            self.is_in_menu,
        )


def _page_link(url: str, text: str, place: LinkPlace, is_nofollow: bool, count: int, is_in_menu: bool) -> PageLink:
    return PageLink(url=url, text=text, place=place, is_nofollow=is_nofollow, count=count, is_in_menu=is_in_menu)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLinks:
    """Everything a page names."""

    url: str
    canonical_url: str | None
    """What ``<link rel=canonical>`` says; None if it says nothing. Not to be trusted blindly."""
    feeds: tuple[str, ...]
    """Feeds it announces, on any host, then those of the site it links to; feeds of comments are left out."""
    sitemaps: tuple[str, ...]
    next_url: str | None
    """The next page of the list this page is a part of, only ever onwards; None if there is none."""
    is_nofollow: bool
    """Whether the page asks robots to follow none of its links."""
    links: tuple[PageLink, ...]
    """Links within the site, in page order, each address once; the page itself is left out."""

    @property
    def sections(self) -> tuple[PageLink, ...]:
        """Links of the menus: sections, and what menus hold besides."""
        return tuple(link for link in self.links if link.is_in_menu)


_FEED_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/x-rss+xml",
        "text/rss+xml",
        "text/atom+xml",
    }
)
_FEED_PATH = re.compile(
    r"/(?:feed|rss)/?$|/(?:rss|feed|atom|index)\.(?:xml|rdf|rss)$|\.(?:rss|atom)$|/feed\.json$", re.I
)
_COMMENT_FEED = re.compile(r"/comments?/|[?&]feed=comments", re.I)
_SITEMAP_PATH = re.compile(r"/[\w-]{0,30}sitemap[\w-]{0,30}\.(?:xml|xml\.gz|txt)$", re.I)

_NAME_PIECE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_NAVIGATION = frozenset(
    {"nav", "navbar", "navi", "navigation", "menu", "submenu", "breadcrumb", "breadcrumbs", "pagination"}
)
_TEASER = frozenset({"teaser", "card", "article", "story", "post", "entry", "headline", "promo", "articles", "stories"})
_HEADER = frozenset({"header", "masthead", "topbar"})
_FOOTER = frozenset({"footer", "colophon", "impressum"})
_TOO_LARGE = frozenset({"html", "body", "main"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_ORDER = list(LinkPlace)


def read_links(capture: Capture) -> PageLinks:
    """`page_links` of a captured page; picklable, for the sandbox."""
    return page_links(Page(capture))


def page_links(page: Page) -> PageLinks:
    """Read everything an HTML page names. Anything that is not HTML names nothing; never raises."""
    found: dict[str, PageLink] = {}
    onward: list[tuple[str, str, bool]] = []
    feeds = _announced_feeds(page)
    sitemaps = [address for link in page.links.get("sitemap", ()) if (address := _address(page, link))]
    places = _Places()
    itself = (resolve(page.url, "") or page.url).partition("#")[0]
    ours: dict[str, bool] = {}
    has_own_base = page.base_url != page.url
    for anchor in page.tree.iter("a", "area"):
        if not has_own_base and (anchor.get("href") or "#").startswith("#"):
            continue  # a button, or another place of the same page
        address = _address(page, anchor)
        if address is None or address == itself:
            continue
        origin = address[: address.index("/", len("https://"))]
        if origin not in ours:
            ours[origin] = same_site(page.url, address)
        if not ours[origin]:
            continue
        path = address[len(origin) :].partition("?")[0]
        rels = (anchor.get("rel") or "").lower().split()
        text = _text(anchor)
        if _FEED_PATH.search(path):
            feeds.append(address)
        elif _SITEMAP_PATH.search(path):
            sitemaps.append(address)
        else:
            onward.append((address, text or anchor.get("title") or anchor.get("aria-label") or "", "next" in rels))
            place = places.of(anchor)
            link = PageLink(
                url=address,
                text=text or _picture_text(anchor),
                place=place,
                is_nofollow="nofollow" in rels,
                count=1,
                is_in_menu=place is LinkPlace.NAVIGATION,
            )
            known = found.get(address)
            if known is not None:
                found[address] = _merged(known, link)
            elif len(found) < MAX_LINKS:
                found[address] = link
    announced = [(address, "", True) for link in page.links.get("next", ()) if (address := _address(page, link))]
    canonical = next((address for link in page.links.get("canonical", ()) if (address := _address(page, link))), None)
    robots = " ".join(content for name in ("robots", "googlebot") for content in page.meta.get(name, ())).lower()
    return PageLinks(
        url=page.url,
        canonical_url=canonical,
        feeds=_first_of_each(feed for feed in feeds if not _COMMENT_FEED.search(feed)),
        sitemaps=_first_of_each(sitemaps),
        next_url=next_page(page.url, [*announced, *onward]),
        is_nofollow="nofollow" in robots or "none" in re.split(r"[\s,]+", robots),
        links=tuple(found.values()),
    )


def _announced_feeds(page: Page) -> list[str]:
    return [
        address
        for link in page.links.get("alternate", ())
        if (link.get("type") or "").split(";")[0].strip().lower() in _FEED_TYPES and (address := _address(page, link))
    ]


def _address(page: Page, element: Element) -> str | None:
    href = element.get("href")
    resolved = resolve(page.base_url, href) if href is not None else None
    return None if resolved is None else resolved.partition("#")[0]


def _first_of_each(addresses: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(addresses))[:MAX_SOURCES]


def _text(anchor: Element) -> str:
    pieces: list[str] = []
    length = 0
    for piece in anchor.itertext():  # never the whole of a page whose <a> is not closed
        pieces.append(piece)
        length += len(piece)
        if length > 4 * MAX_ANCHOR_LENGTH:
            break
    return one_line(" ".join(pieces))[:MAX_ANCHOR_LENGTH]


def _picture_text(anchor: Element) -> str:
    picture = next(anchor.iter("img"), None)
    text = picture.get("alt") if picture is not None else anchor.get("title") or anchor.get("aria-label")
    return one_line(text or "")[:MAX_ANCHOR_LENGTH]


def _merged(known: PageLink, link: PageLink) -> PageLink:
    return PageLink(
        url=known.url,
        text=max(known.text, link.text, key=len),
        place=min(known.place, link.place, key=_ORDER.index),
        is_nofollow=known.is_nofollow and link.is_nofollow,
        count=known.count + 1,
        is_in_menu=known.is_in_menu or link.is_in_menu,
    )


class _Places:
    """The place of each element, worked out once for all links below it."""

    def __init__(self) -> None:
        self._known: dict[Element, LinkPlace] = {}

    def of(self, anchor: Element) -> LinkPlace:
        chain: list[Element] = []
        place = LinkPlace.CONTENT
        for element in _upwards(anchor):
            if element in self._known:
                place = self._known[element]
                break
            chain.append(element)
        for element in reversed(chain):
            place = self._known[element] = _place(element, place)
        if place is LinkPlace.CONTENT and next(anchor.iter(*_HEADINGS), None) is not None:
            return LinkPlace.TEASER
        return place


def _upwards(element: Element) -> Iterator[Element]:
    yield element
    yield from element.iterancestors()


@lru_cache(maxsize=2_048)  # the pages of a site have the same names
def _pieces(names: str) -> frozenset[str]:
    return frozenset(piece.lower() for piece in _NAME_PIECE.findall(names))


def _place(element: Element, outside: LinkPlace) -> LinkPlace:
    """The place inside an element, given the one around it."""
    tag = element.tag
    if tag in _TOO_LARGE:
        return outside
    if tag == "nav" or element.get("role") == "navigation":
        return LinkPlace.NAVIGATION
    if tag == "article":
        return LinkPlace.TEASER
    pieces = _pieces(f"{element.get('class') or ''} {element.get('id') or ''}"[:500])
    if pieces & _NAVIGATION:
        return LinkPlace.NAVIGATION
    if outside is LinkPlace.TEASER:
        return outside  # a card's own header and footer
    if tag == "header" or tag == "footer":
        return LinkPlace.NAVIGATION if tag == "header" else LinkPlace.FOOTER
    if pieces & _TEASER:
        return LinkPlace.TEASER
    if pieces & _FOOTER:
        return LinkPlace.FOOTER
    if pieces & _HEADER:
        return LinkPlace.NAVIGATION
    if tag in _HEADINGS and outside is LinkPlace.CONTENT:
        return LinkPlace.TEASER
    return outside
