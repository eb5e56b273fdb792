"""Lists of news sites, as people keep and pass them on: CSV with a header, and the OPML of feed readers.

Pure: bytes in, what the lines say out. A line that says nothing usable becomes a :class:`Problem` and stops no other.
What the addresses are worth is seen when the sites are registered.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from newsarchive.discovery.payload import with_ampersands_escaped
from newsarchive.errors import ConfigError
from newsarchive.model.crawl_run import ResourceKind
from newsarchive.model.site import Site
from newsarchive.model.site_list import ListedSite, Problem, SiteList
from newsarchive.urls import MAX_URL_LENGTH, host, resolve

MAX_BYTES = 10_000_000
"""Of a list: a hundred thousand sites of one line each."""
MAX_SITES = 20_000
"""In one list. More would be a list of the web, and is asked for in parts."""
MAX_FEEDS = 100
"""Feeds of one site that are taken from a list, the first ones."""
MAX_TITLE = 300
"""Characters of a title."""
COLUMNS = ("name", "url", "title", "publisher", "feeds", "is_rendered")
"""Of a CSV file, in the order in which they are written. ``feeds`` holds addresses with spaces between them;
``is_rendered`` is ``true`` or empty."""
NAMESPACE = "urn:newsarchive:opml"
"""Of our own attributes in OPML, which other programs pass over: http://opml.org/spec2.opml#extendingOpml."""

_YES, _NO = frozenset(("true", "yes", "1")), frozenset(("false", "no", "0", ""))
_DEFUSED = re.compile(r"'(?=[=+\-@])")


def read_site_list(data: bytes) -> SiteList:
    r"""Read a list; what begins with ``<`` is OPML.

    To be run in the sandbox, like everything that reads XML. Raises ConfigError for a file that is no list as a whole:
    too long, not in UTF-8, without the column ``url``, with a DOCTYPE, with more than :data:`MAX_SITES` sites.

    >>> read_site_list(b"url,title\nhttps://lake.example/,The Lake").sites[0].title
    'The Lake'
    """
    if len(data) > MAX_BYTES:
        raise ConfigError(f"the list is longer than {MAX_BYTES:,} bytes; give it in parts")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ConfigError(f"line {line} of the list is not in UTF-8; save the list as UTF-8") from None
    found = _read_opml(text) if text.lstrip().startswith("<") else _read_csv(text)
    if len(found.sites) > MAX_SITES:
        raise ConfigError(
            f"the list has {len(found.sites):,} sites, and {MAX_SITES:,} are taken at once; give it in parts"
        )
    return found


# CSV


def _read_csv(text: str) -> SiteList:
    lines = text.splitlines()
    start = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    header = lines[start] if start < len(lines) else ""
    delimiter = max(",;\t", key=header.count)  # spreadsheets of many countries write semicolons
    try:
        columns = [cell.strip().lower() for cell in _cells(header, delimiter)]
    except csv.Error as error:
        raise ConfigError(f"line {start + 1} of the list is no header: {error}") from None
    if "url" not in columns or len(set(columns)) < len(columns):
        raise ConfigError("the list needs a first line like name,url,title that names the column url, each column once")
    sites, problems = [], []
    for number, line in enumerate(lines[start + 1 :], start + 2):
        if not line.strip():
            continue
        try:
            cells = _cells(line, delimiter)
            if len(cells) > len(columns):
                raise ValueError(
                    f"{len(cells)} cells, but the header has {len(columns)}; quote what holds a {delimiter!r}"
                )
            sites.append(_listed(number, dict(zip(columns, cells, strict=False))))
        except csv.Error:
            problems.append(Problem(line=number, message="a quote that is not closed, or text behind a closing one"))
        except ValueError as error:
            problems.append(Problem(line=number, message=str(error)))
    return SiteList(sites=tuple(sites), problems=tuple(problems))


def _cells(line: str, delimiter: str) -> list[str]:
    """One line at a time: a quote that is never closed costs its own line, and not all after it."""
    return next(csv.reader([line], delimiter=delimiter, strict=True), [])


def _listed(line: int, values: dict[str, str]) -> ListedSite:
    """The site of one line. Raises ValueError."""
    cells = {name: _DEFUSED.sub("", value.strip(), count=1) for name, value in values.items()}
    url = cells.get("url", "")
    if not url:
        raise ValueError("no address")
    if len(url) > MAX_URL_LENGTH:
        raise ValueError(f"an address of {len(url):,} characters; {MAX_URL_LENGTH:,} are taken")
    title = " ".join(cells.get("title", "").split())
    if len(title) > MAX_TITLE:
        raise ValueError(f"a title of {len(title):,} characters; {MAX_TITLE} are taken")
    rendered = cells.get("is_rendered", "").lower()
    if rendered not in _YES | _NO:
        raise ValueError(f"is_rendered is {rendered[:20]!r}; true, false or nothing is taken")
    return ListedSite(
        line=line,
        url=url,
        name=cells.get("name") or None,
        title=title or None,
        publisher=cells.get("publisher") or None,
        feeds=_addresses(cells.get("feeds", "").split()),
        is_rendered=rendered in _YES,
    )


def _addresses(texts: Iterable[str]) -> tuple[str, ...]:
    """The usable ones, each once; a feed that is none would only be asked for in vain."""
    found = (resolve(text, "") for text in texts if "://" in text)
    return tuple(dict.fromkeys(url for url in found if url is not None))[:MAX_FEEDS]


# OPML


@dataclass(slots=True, kw_only=True)
class _Group:
    """The outlines of one site."""

    line: int
    urls: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    feeds: list[str] = field(default_factory=list)
    name: str | None = None
    publisher: str | None = None
    rendered: str | None = None


def _read_opml(text: str) -> SiteList:
    """Feeds of one host are one site: its home page is the shortest that its outlines name."""
    if re.search(r"<!\s*(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise ConfigError("the list has a DOCTYPE, which could make it read files of this machine; remove it")
    body = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)  # its encoding was seen to
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, encoding="utf-8"
    )
    try:
        root = etree.fromstring(with_ampersands_escaped(body.encode("utf-8", "replace")), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ConfigError(f"the list is no XML: {error}") from None
    if root is None or str(root.tag).lower() != "opml":
        raise ConfigError("the list is XML, but no OPML; a list is OPML or CSV with a header")
    groups: dict[str, _Group] = {}
    problems = [Problem(line=error.line, message=f"broken XML: {error.message}") for error in _first_errors(parser)]
    for outline in root.iter("outline"):
        try:
            _add_outline(groups, outline)
        except ValueError as error:
            problems.append(Problem(line=_line(outline), message=str(error)))
    sites = []
    for group in groups.values():
        values = {"url": min(group.urls, key=len), "title": group.titles[0][:MAX_TITLE] if group.titles else ""}
        values |= {"name": group.name or "", "publisher": group.publisher or "", "feeds": " ".join(group.feeds)}
        values["is_rendered"] = group.rendered or ""
        sites.append(_listed(group.line, values))
    problems.sort(key=lambda problem: problem.line)
    return SiteList(sites=tuple(sites), problems=tuple(problems))


def _first_errors(parser: etree.XMLParser) -> Iterator[Any]:
    """The first on each line: what the parser says next mostly follows from it."""
    seen: set[int] = set()
    for error in parser.error_log:
        if error.line not in seen and error.level > etree.ErrorLevels.WARNING:
            seen.add(error.line)
            yield error


def _add_outline(groups: dict[str, _Group], outline: etree._Element) -> None:
    """Raises ValueError for one that names addresses, but none that can be used. Folders name none."""
    values = {str(name).lower(): str(value).strip() for name, value in outline.attrib.items()}
    home, feed = values.get("htmlurl", ""), values.get("xmlurl", "")
    if not home and not feed:
        return
    feed_url = resolve(feed, "") if feed else None
    home_url = resolve(home, "") if home else urljoin(feed_url, "/") if feed_url else None
    if home_url is None or (feed and feed_url is None):
        raise ValueError(f"{(feed if home_url else home or feed)[:200]!r} is no address of the web")
    group = groups.setdefault(host(home_url), _Group(line=_line(outline)))
    group.urls.append(home_url)
    group.titles += [title for title in [" ".join((values.get("text") or values.get("title", "")).split())] if title]
    group.feeds += [feed_url] if feed_url else []
    group.name = group.name or values.get(f"{{{NAMESPACE}}}name")
    group.publisher = group.publisher or values.get(f"{{{NAMESPACE}}}publisher")
    group.rendered = group.rendered or values.get(f"{{{NAMESPACE}}}is_rendered")


def _line(outline: etree._Element) -> int:
    return int(outline.sourceline or 0)


# writing


def site_rows(sites: Iterable[Site]) -> Iterator[tuple[str | None, ...]]:
    """Rows of :data:`COLUMNS` that :func:`read_site_list` reads back."""
    for site in sites:
        rendered = "true" if site.is_rendered else None
        yield site.name, site.home_url, site.title, site.publisher, " ".join(_feeds(site)) or None, rendered


def to_opml(sites: Iterable[Site]) -> bytes:
    """OPML 2.0 for any feed reader: a folder a site, with an outline for each feed that was found to have entries."""
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"newsarchive": NAMESPACE})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "News sites"
    body = etree.SubElement(root, "body")
    for site in sites:
        title = _xml_text(site.title or site.name)
        values = {"text": title, "htmlUrl": site.home_url, f"{{{NAMESPACE}}}name": site.name}
        if site.publisher:
            values[f"{{{NAMESPACE}}}publisher"] = site.publisher
        if site.is_rendered:
            values[f"{{{NAMESPACE}}}is_rendered"] = "true"
        outline = etree.SubElement(body, "outline", values)
        for url in _feeds(site):
            feed = {"type": "rss", "text": title, "xmlUrl": url, "htmlUrl": site.home_url}
            etree.SubElement(outline, "outline", feed)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _feeds(site: Site) -> list[str]:
    """Feeds that had entries when last read, and those that only a list named so far."""
    return [s.url for s in site.sources if s.kind is ResourceKind.FEED and (s.entries or s.last_read_at is None)]


def _xml_text(text: str) -> str:
    """Without the characters that XML 1.0 cannot hold."""
    return re.sub(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
