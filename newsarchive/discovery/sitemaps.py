"""Sitemaps (sitemaps.org 0.9) -> candidates: urlset, index, text, gzip; Google's news, image and hreflang extensions.

Read by local names: half the sitemaps of the wild declare another namespace than the standard's, or none.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urldefrag, urlsplit

from lxml import etree

from newsarchive.discovery.candidate import Candidate
from newsarchive.discovery.feeds import read_feed
from newsarchive.discovery.payload import unpacked, with_ampersands_escaped
from newsarchive.errors import DiscoveryError
from newsarchive.model.capture import Hints, HintSource
from newsarchive.parsers.text import one_line
from newsarchive.urls import resolve

MAX_SITEMAP_BYTES = 50 * 1024 * 1024
"""Unpacked, as the protocol has it ("50MB (52,428,800 bytes)")."""
MAX_SITEMAP_URLS = 50_000
"""Addresses read of one sitemap, as the protocol has it; the rest is ignored."""

_NEWS = re.compile(r"(?:^|[^a-z]|google|sitemap)news(?:$|[^a-z]|sitemap)")
_XML_ROOTS = ("urlset", "sitemapindex", "rss", "feed", "RDF")


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapChild:
    """A sitemap that an index names."""

    url: str
    lastmod_raw: str | None
    """As it stands there; None if it is not stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """What one sitemap file names."""

    is_index: bool
    children: tuple[SitemapChild, ...] = ()
    """The sitemaps of an index, in its order; empty for others."""
    candidates: tuple[Candidate, ...] = ()
    """Pages in the sitemap's order, each address once; language versions that are only mentioned come last."""
    publication_name: str | None = None
    """The publication its news entries name, like "The Great Lakes Eye"; None if none does."""


def read_sitemap(body: bytes, url: str) -> Sitemap:
    """Read a sitemap that was fetched from ``url``; a broken one as far as it goes. An empty one is valid and empty.

    Feeds are read too: the protocol allows RSS and Atom as sitemaps.
    Raises DiscoveryError: ``not-a-sitemap`` for HTML and anything else, ``too-large`` beyond `MAX_SITEMAP_BYTES`.

    To be run in the sandbox: the XML parser takes minutes over one element with 100,000 attributes.
    """
    body = unpacked(body, url, max_bytes=MAX_SITEMAP_BYTES)
    start = body[:1024].replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        return _text_sitemap(body, url)
    body = with_ampersands_escaped(body)
    root = _root_name(body)
    if root in ("rss", "feed", "RDF"):
        return Sitemap(is_index=False, candidates=read_feed(body, url).candidates)
    if root == "sitemapindex":
        return Sitemap(is_index=True, children=_children(body, url))
    if root == "urlset":
        return _urlset(body, url)
    raise _not_a_sitemap(url)


def is_named_for_news(url: str) -> bool:
    """Whether a sitemap is one of news (Google's extension: days and headlines) by its name.

    >>> is_named_for_news("https://a.example/sitemaps/sitemap_google_news.xml.gz")
    True
    >>> is_named_for_news("https://news.example/news/sitemap-1.xml")
    False
    """
    return _NEWS.search(urlsplit(url).path.rstrip("/").rpartition("/")[2].lower()) is not None


def _text_sitemap(body: bytes, url: str) -> Sitemap:
    """One absolute address a line."""
    found: dict[str, Candidate] = {}
    for line in body.decode("utf-8-sig", "replace").splitlines():
        if len(found) >= MAX_SITEMAP_URLS:
            break
        line = line.strip()
        if line.lower().startswith(("http://", "https://")) and (address := _address(url, line)):
            found.setdefault(address, Candidate(url=address, hints=None, found_on=url))
    if not found and body.strip():
        raise _not_a_sitemap(url)
    return Sitemap(is_index=False, candidates=tuple(found.values()))


# --- XML


def _parsed(body: bytes, event: Literal["start", "end"]) -> Iterator[etree._Element]:
    """Elements as they come, broken markup repaired, no entity expanded, nothing fetched."""
    events = etree.iterparse(
        io.BytesIO(body),
        events=(event,),
        recover=True,
        huge_tree=False,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    return (element for _, element in events)


def _local(element: etree._Element) -> str:
    """``{namespace}loc``, and ``image:loc`` where the prefix was never declared."""
    return re.split("[}:]", str(element.tag))[-1]


def _root_name(body: bytes) -> str | None:
    try:
        for element in _parsed(body[:65_536], "start"):
            name = _local(element)
            return name if name in _XML_ROOTS else None
    except etree.XMLSyntaxError:
        pass
    return None


def _entries(body: bytes, name: str) -> Iterator[etree._Element]:
    """Each finished element of that name, forgotten afterwards: a full sitemap as one tree takes a gigabyte."""
    try:
        for element in _parsed(body, "end"):
            if _local(element) != name:
                continue
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]  # type: ignore[union-attr]  # a child has a parent
    except etree.XMLSyntaxError:
        return  # broken beyond repair: what came before counts


def _children(body: bytes, url: str) -> tuple[SitemapChild, ...]:
    found: dict[str, SitemapChild] = {}
    for entry in _entries(body, "sitemap"):
        if len(found) >= MAX_SITEMAP_URLS:
            break
        values = _values(entry)
        address = _address(url, values.get("loc"))
        if address is not None and address != url:
            found.setdefault(address, SitemapChild(url=address, lastmod_raw=values.get("lastmod")))
    return tuple(found.values())


def _urlset(body: bytes, url: str) -> Sitemap:
    found: dict[str, Candidate] = {}
    translations: dict[str, Candidate] = {}
    publication: str | None = None
    for entry in _entries(body, "url"):
        if len(found) >= MAX_SITEMAP_URLS:
            break
        values = _values(entry)
        address = _address(url, values.get("loc"))
        if address is None:
            continue
        languages = _languages(entry, url)
        publication = publication or values.get("publication/name")
        found.setdefault(
            address,
            Candidate(url=address, hints=_hints(values, url, languages.get(address)), found_on=url),
        )
        for other, language in languages.items():
            if len(translations) < MAX_SITEMAP_URLS:
                hints = Hints(source=HintSource.SITEMAP, source_url=url, in_language=language)
                translations.setdefault(other, Candidate(url=other, hints=hints, found_on=url))
    for other, candidate in translations.items():
        found.setdefault(other, candidate)
    candidates = tuple(found.values())[:MAX_SITEMAP_URLS]
    return Sitemap(is_index=False, candidates=candidates, publication_name=publication)


def _values(entry: etree._Element) -> dict[str, str]:
    """Texts by name: ``loc``, ``lastmod``; those of the news and image extensions below their element's name.

    Three levels are all the protocol and its extensions have; the first of a kind counts.
    """
    values: dict[str, str] = {}
    for child in entry:
        name = _local(child)
        if name in ("loc", "lastmod"):
            _keep(values, name, child)
        elif name == "news":
            for part in child:
                if _local(part) == "publication":
                    for detail in part:
                        _keep(values, f"publication/{_local(detail)}", detail)
                else:
                    _keep(values, f"news/{_local(part)}", part)
            values.setdefault("news", "")
        elif name == "image":
            for part in child:
                _keep(values, f"image/{_local(part)}", part)
    return values


def _keep(values: dict[str, str], name: str, element: etree._Element) -> None:
    text = one_line("".join(element.itertext()))
    if text:
        values.setdefault(name, text)


def _languages(entry: etree._Element, url: str) -> dict[str, str]:
    """Addresses of the page's language versions, itself among them, and their codes."""
    found: dict[str, str] = {}
    for child in entry:
        language = child.get("hreflang")
        if _local(child) == "link" and language and language.lower() != "x-default":
            address = _address(url, child.get("href"))
            if address is not None:
                found.setdefault(address, language.strip()[:35])
    return found


def _hints(values: dict[str, str], url: str, language: str | None) -> Hints:
    keywords = (keyword.strip() for keyword in values.get("news/keywords", "").split(","))
    return Hints(
        source=HintSource.NEWS_SITEMAP if "news" in values else HintSource.SITEMAP,
        source_url=url,
        headline=values.get("news/title"),
        date_published_raw=values.get("news/publication_date"),
        date_modified_raw=values.get("lastmod"),
        keywords=tuple(dict.fromkeys(keyword for keyword in keywords if keyword)),
        in_language=values.get("publication/language") or language,
        image_url=_address(url, values.get("image/loc")),
    )


def _address(base: str, href: str | None) -> str | None:
    if not href:
        return None
    resolved = resolve(base, href)
    return None if resolved is None else urldefrag(resolved).url


def _not_a_sitemap(url: str) -> DiscoveryError:
    return DiscoveryError(
        f"{url} is no sitemap: look for a Sitemap line in the site's robots.txt", url=url, reason="not-a-sitemap"
    )
