"""Addresses of pictures: which of the many that markup names is the picture, and which pictures are decoration."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import unquote

from newsarchive.parsers.page import Page
from newsarchive.parsers.text import Element

_LATE = (
    "data-src", "data-original", "data-lazy-src", "data-lazy", "data-original-src", "data-image", "data-full-src",
    "data-img-src", "data-url", "data-hi-res-src", "data-large-file", "data-orig-file",
)  # fmt: skip
MAX_SET_CHARS = 5_000
_NAMES = re.compile(
    r"(?:^|[^a-z])(?:logos?|icons?|favicon|avatars?|gravatar|sprites?|spacer|blank|pixel|placeholder|loading|loader|"
    r"spinner|badge|emoji|transparent|1x1|tracking|beacon|button|default[-_](?:image|thumb|avatar))(?:[^a-z]|$)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]+")
_WORDS = frozenset(
    "logo logos icon icons favicon avatar avatars gravatar sprite sprites spacer blank pixel placeholder loading "  # noqa: SIM905
    "loader spinner badge emoji transparent x tracking beacon button default".split()
)
"""Runs of letters without one of which :data:`_NAMES` finds nothing."""
_TRACKERS = (
    "doubleclick", "googlesyndication", "scorecardresearch", "facebook.com/tr", "google-analytics", "quantserve",
    "pixel.wp", "stats.wordpress", "amazon-adsystem", "chartbeat", "adservice", "zqtk", "imrworldwide", "ioam",
    "vgwort",
)  # fmt: skip


def picture_address(element: Element, page: Page) -> str | None:
    """The address of the picture's largest version that the markup names."""
    for named in _named(element):
        url = page.resolve(named)
        if url and not _is_named_for_decoration(url):
            return url
    return None


def _named(element: Element) -> Iterator[str]:
    """Addresses of the picture in the order in which they are the better ones; each worked out when asked for."""
    attributes = dict(element.items())  # one call into lxml instead of sixteen
    late = next((value for name in _LATE if (value := attributes.get(name))), None)
    if late:
        yield late
    plain = attributes.get("poster" if element.tag == "video" else "src")
    if plain and not plain.startswith("data:"):
        yield plain
    largest = _largest(_sets(element))
    if largest:
        yield largest


def _sets(element: Element) -> Iterable[str]:
    """Lists of sizes of the picture: its own, and those of the ``<picture>`` around it."""
    for name in ("srcset", "data-srcset", "data-lazy-srcset"):
        if value := element.get(name):
            yield value
    parent = element.getparent()
    while parent is not None and parent.tag == "source":  # libxml2 takes what follows an unclosed one for its content
        parent = parent.getparent()
    if parent is not None and parent.tag == "picture":
        for source in parent.iter("source"):
            if "image/svg" not in (source.get("type") or ""):
                yield from (value for name in ("srcset", "data-srcset") if (value := source.get(name)))


_DESCRIPTOR = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)([wx]),?")


def _largest(sets: Iterable[str]) -> str | None:
    """The address of the largest size; one without a size counts as one pixel wide."""
    best: tuple[float, str] | None = None
    for value in sets:
        tokens = value[:MAX_SET_CHARS].split()[::-1]
        while tokens:
            address, size = tokens.pop(), 1.0
            if tokens and not address.endswith(",") and (match := _DESCRIPTOR.match(tokens[-1])):
                size = float(match[1]) * (1000 if match[2] == "x" else 1)
                rest = tokens.pop()[match.end() :]
                if rest:  # "a.jpg 1x,b.jpg 2x"
                    tokens.append(rest)
            address = address.strip(",")
            if address and (best is None or size > best[0]):
                best = (size, address)
    return best[1] if best else None


def is_decoration(url: str) -> bool:
    """Whether an address is of a logo, an icon, a placeholder or a counter, by its file's name or its host."""
    return _is_named_for_decoration(url) or is_counter(url)


def is_counter(url: str) -> bool:
    """Whether a resolved address is of a drawing or on a host that counts readers."""
    lower = url.lower()
    return any(tracker in lower for tracker in _TRACKERS) or _path(lower).endswith(".svg")


def _path(url: str) -> str:
    """A resolved address up to its query: taking it apart by the book takes twenty times as long."""
    return url.partition("#")[0].partition("?")[0]


@lru_cache(maxsize=64)
def _is_named_for_decoration(url: str) -> bool:
    name = _path(url).rpartition("/")[2].lower()
    return not _WORDS.isdisjoint(_WORD.findall(name)) and _NAMES.search(name) is not None


_SIZE = re.compile(r"[-_]?\d{2,4}x\d{2,4}|[-_](?:scaled|large|medium|small|thumb)$|[-_]w\d+$|-e\d{10,13}$")
_EXTENSION = re.compile(r"\.(?:jpe?g|png|webp|gif|avif|jfif)$", re.IGNORECASE)


@lru_cache(maxsize=64)
def picture_key(url: str) -> str:
    """What two sizes of one picture have in common: the file's name without size and extension."""
    path = _path(url).partition("//")[2].partition("/")[2]
    if "%" in path:
        path = unquote(unquote(path))  # some are escaped twice
    for part in reversed(path.split("/")):
        stem = _SIZE.sub("", _EXTENSION.sub("", part))
        if len(stem) >= 8:
            return stem.lower()
    return url
