"""Feeds: RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0 (by feedparser), JSON Feed 1.0 and 1.1 (jsonfeed.org) -> candidates.

Dates stay the strings they are: reading them is a parser's work, and the archive keeps what stood there.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urldefrag

import feedparser

from newsarchive.discovery.candidate import Candidate
from newsarchive.discovery.payload import unpacked, with_ampersands_escaped
from newsarchive.errors import DiscoveryError
from newsarchive.model.capture import Hints, HintSource
from newsarchive.parsers.text import one_line
from newsarchive.urls import resolve

MAX_FEED_BYTES = 10 * 1024 * 1024
"""Unpacked. The largest feeds met in the wild, with the full text of hundreds of articles, have some megabytes."""
MAX_ENTRIES = 5_000
"""Entries read of one feed; the rest is ignored."""
MAX_LIST_LENGTH = 100
"""Authors or keywords kept of one entry."""

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_SNIFFED_BYTES = 65_536
# Only what has one of these roots is given to feedparser: it takes seconds to find nothing in a large web page.
_XML_ROOT = re.compile(rb"<(?:\w{1,20}:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
_JSON_FEED_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/1", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a feed says of itself, and the addresses it names."""

    title: str | None
    home_url: str | None
    """The page the feed belongs to; None if it names none."""
    language: str | None
    """As it stands there, like ``en-us``."""
    candidates: tuple[Candidate, ...]
    """In the feed's order, each address once."""
    next_url: str | None
    """The next page of the feed (RFC 5005, or JSON Feed's ``next_url``); None if it names none."""


def read_feed(body: bytes, url: str, content_type: str = "") -> Feed:
    """Read a feed that was fetched from ``url``.

    A broken one gives the entries that can be read. Entries without an address are left out.
    ``content_type`` is the HTTP header; only its charset is used. Raises DiscoveryError: ``not-a-feed`` for
    HTML and anything else, ``too-large`` beyond `MAX_FEED_BYTES`.

    To be run in the sandbox: the XML parsers take minutes over one element with 100,000 attributes.
    """
    body = unpacked(body, url, max_bytes=MAX_FEED_BYTES)
    # UTF-16 feeds exist; their markup is ASCII with zeros in between.
    start = body[:_SNIFFED_BYTES].replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"{"):
        feed = _json_feed(body, url)
    elif _XML_ROOT.search(start):
        feed = _xml_feed(body, url, content_type)
    else:
        feed = None
    if feed is None:
        raise DiscoveryError(
            f"{url} is no RSS, Atom or JSON feed: look for the feed's address on the site's home page",
            url=url,
            reason="not-a-feed",
        )
    return feed


# --- RSS, RDF, Atom


def _xml_feed(body: bytes, url: str, content_type: str) -> Feed | None:
    # Never a str or bytes: feedparser would open a file or an address of that name. Without a content type it takes
    # ISO-8859-1 for granted. No content location, so that links without an xml:base stay relative, resolved below.
    charset = _CHARSET.search(content_type)
    media_type = f"application/xml; charset={charset.group(1)}" if charset else "application/xml"
    try:
        parsed = feedparser.parse(
            io.BytesIO(with_ampersands_escaped(body)),
            response_headers={"content-type": media_type},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError):
        return None  # its loose parser raises what it likes on garbage
    version = parsed.get("version") or ""
    channel = parsed.feed
    home_url = _address(url, channel.get("link"))
    language = _text(channel.get("language"))
    is_atom = version.startswith("atom")
    base = url if is_atom else home_url or url  # RSS names no base; its relative links are meant from the site
    found = (_xml_entry(entry, base, url, language, is_atom=is_atom) for entry in parsed.entries[:MAX_ENTRIES])
    following = next((link.get("href") for link in channel.get("links", ()) if link.get("rel") == "next"), None)
    return Feed(
        title=_text(channel.get("title")),
        home_url=home_url,
        language=language,
        candidates=_each_once(found),
        next_url=_address(url, following),
    )


def _xml_entry(entry: Any, base: str, url: str, language: str | None, *, is_atom: bool) -> Candidate | None:  # noqa: ANN401
    link = entry.get("feedburner_origlink") or entry.get("link")
    if link and entry.get("guidislink") and "://" not in link:
        return None  # <guid>12345</guid> claims to be a permalink by default
    address = _address(base, link)
    if address is None:
        return None
    # Not .get(): it answers "published" for a missing "updated", with a warning.
    published, updated = _raw(dict.get(entry, "published")), _raw(dict.get(entry, "updated"))
    if published is None and not is_atom:
        published, updated = updated, None  # RSS 1.0 has only <dc:date>, which feedparser files under "updated"
    tags = [tag for tag in entry.get("tags", ()) if tag.get("term") or tag.get("label")]
    section = next((tag for tag in tags if (tag.get("scheme") or "").lower().rstrip("/").endswith("section")), None)
    return Candidate(
        url=address,
        found_on=url,
        hints=Hints(
            source=HintSource.FEED,
            source_url=url,
            headline=_text(entry.get("title")),
            date_published_raw=published,
            date_modified_raw=updated,
            authors=_texts(author.get("name") for author in entry.get("authors", ())),
            article_section=_text(section.get("label") or section.get("term")) if section else None,
            keywords=_texts(tag.get("label") or tag.get("term") for tag in tags if tag is not section),
            in_language=_text((entry.get("title_detail") or {}).get("language")) or language,
            description=_text(entry.get("summary")),
            image_url=_xml_image(entry, base),
        ),
    )


def _xml_image(entry: Any, base: str) -> str | None:  # noqa: ANN401
    """A picture the entry names as such: Media RSS, an enclosure, or a thumbnail. One in its text may be anything."""
    for media in entry.get("media_content", ()):
        if media.get("medium") == "image" or (media.get("type") or "").startswith("image/"):
            return _address(base, media.get("url"))
    for link in entry.get("links", ()):
        if link.get("rel") == "enclosure" and (link.get("type") or "").startswith("image/"):
            return _address(base, link.get("href"))
    for thumbnail in entry.get("media_thumbnail", ()):
        return _address(base, thumbnail.get("url"))
    image = entry.get("image")
    return _address(base, image.get("href")) if isinstance(image, dict) else None


# --- JSON Feed


def _json_feed(body: bytes, url: str) -> Feed | None:
    try:
        parsed = json.loads(body.decode("utf-8-sig", "replace"), strict=False)
    except (ValueError, RecursionError):
        return None
    if not isinstance(parsed, dict) or not _JSON_FEED_VERSION.match(str(parsed.get("version"))):
        return None
    items = parsed.get("items")
    language = _text(parsed.get("language"))
    found = (_json_item(item, url, language) for item in (items[:MAX_ENTRIES] if isinstance(items, list) else ()))
    return Feed(
        title=_text(parsed.get("title")),
        home_url=_address(url, parsed.get("home_page_url")),
        language=language,
        candidates=_each_once(found),
        next_url=_address(url, parsed.get("next_url")),
    )


def _json_item(item: object, url: str, language: str | None) -> Candidate | None:
    if not isinstance(item, dict):
        return None
    link = item.get("url")
    if not link and "://" in str(item.get("id")):
        link = item.get("id")  # "ideally, the id is the full URL of the resource"
    address = _address(url, link)
    if address is None:
        return None
    authors = item.get("authors")
    if not isinstance(authors, list):
        authors = [item.get("author")]  # 1.0
    tags = item.get("tags")
    return Candidate(
        url=address,
        found_on=url,
        hints=Hints(
            source=HintSource.FEED,
            source_url=url,
            headline=_text(item.get("title")),
            date_published_raw=_raw(item.get("date_published")),
            date_modified_raw=_raw(item.get("date_modified")),
            authors=_texts(author.get("name") for author in authors if isinstance(author, dict)),
            keywords=_texts(tags if isinstance(tags, list) else ()),
            in_language=_text(item.get("language")) or language,
            description=_text(item.get("summary")),
            image_url=_address(url, item.get("image") or item.get("banner_image")),
        ),
    )


# --- values


def _each_once(candidates: Iterable[Candidate | None]) -> tuple[Candidate, ...]:
    found: dict[str, Candidate] = {}
    for candidate in candidates:
        if candidate is not None:
            found.setdefault(candidate.url, candidate)
    return tuple(found.values())


def _address(base: str, href: object) -> str | None:
    if not isinstance(href, str) or not href.strip():
        return None
    resolved = resolve(base, href)
    return None if resolved is None else urldefrag(resolved).url


def _raw(value: object) -> str | None:
    return (value.strip()[:200] or None) if isinstance(value, str) else None


def _text(value: object) -> str | None:
    # Titles and summaries are HTML to some feeds, and escaped twice by others.
    return (one_line(value) or None) if isinstance(value, str) else None


def _texts(values: Iterable[object]) -> tuple[str, ...]:
    texts = (text for value in values if (text := _text(value)))
    return tuple(dict.fromkeys(texts))[:MAX_LIST_LENGTH]
