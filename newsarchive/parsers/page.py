"""Page: one captured document as the field rules see it, each view made once and only when asked for.

All rules share the one lxml tree and one pass over it for the elements that describe the page (``<meta>``, ``<link>``,
``<script>``, ``<title>``, headings, ``<time>``) and for its links, because walking the tree again for each field would
cost more than parsing it did.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, TypeVar, cast

from bs4 import BeautifulSoup
from lxml import etree

from newsarchive.model.capture import Capture
from newsarchive.parsers.decoding.charset import Decoded, decode
from newsarchive.parsers.outline.pieces import Outline
from newsarchive.parsers.outline.walk import outline_of
from newsarchive.parsers.structured import json_ld_nodes
from newsarchive.parsers.text import Element, whole_text
from newsarchive.urls import resolve

INDEXED_TAGS = ("meta", "link", "script", "title", "base", "h1", "h2", "h3", "time", "a")
"""Tags :meth:`Page.elements` knows; found together in one pass."""
_META_NAMES = frozenset(("name", "property", "itemprop", "http-equiv"))
"""Attributes of ``<meta>`` that say what it is about."""

T = TypeVar("T")


class Page:
    """A capture opened for reading. Not thread-safe: its views are made lazily."""

    def __init__(self, capture: Capture) -> None:
        self.capture = capture
        self.url = capture.url
        """The address that answered."""
        self._known: dict[Callable[[Page], Any], Any] = {}

    @cached_property
    def decoded(self) -> Decoded:
        """The document's text and how its encoding was determined."""
        return decode(self.capture.body, self.capture.headers.get("content-type", ""))

    @property
    def html(self) -> str:
        """The document's text."""
        return self.decoded.text

    @property
    def encoding(self) -> str:
        """Python's name of the encoding the document was read with."""
        return self.decoded.encoding

    @cached_property
    def tree(self) -> Element:
        """The root element, without comments and processing instructions; an empty document for what is no markup.

        Its elements are plain lxml ones: those of ``lxml.html`` cost twice the time to look at.
        """
        # Given as UTF-8 bytes, because lxml refuses text that carries an XML encoding declaration.
        text, body = self.html, self.capture.body
        if self.encoding == "utf-8" and "\ufffd" not in text and b"\x00" not in body:
            source = body.removeprefix(BOM_UTF8)  # the very bytes, without coding them anew
        else:
            source = text.replace("\0", "").encode("utf-8", "replace")
        parser = etree.HTMLParser(
            encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, collect_ids=False
        )
        try:
            root = etree.fromstring(source, parser) if source else None
        except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
            if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
                raise MemoryError(
                    "the document's tree does not fit into memory"
                ) from error  # lxml raises a syntax error
            root = None
        return etree.fromstring("<html><head></head><body></body></html>") if root is None else root

    @cached_property
    def outline(self) -> Outline:
        """What the page shows, in reading order."""
        return outline_of(self.tree)

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The document as BeautifulSoup makes it with lxml; costs ten times :attr:`tree`: for publishers' rules."""
        return BeautifulSoup(self.html, "lxml")

    @cached_property
    def _index(self) -> Mapping[str, list[Element]]:
        index: dict[str, list[Element]] = {tag: [] for tag in INDEXED_TAGS}
        for element in self.tree.iter(*INDEXED_TAGS):
            index[str(element.tag)].append(element)
        return index

    def elements(self, tag: str) -> list[Element]:
        """All elements of one of ``INDEXED_TAGS``, in document order. KeyError for another tag."""
        return self._index[tag]

    @cached_property
    def meta(self) -> Mapping[str, tuple[str, ...]]:
        """``<meta>`` contents in document order, the empty left out.

        Keys are the lower-case ``name``, ``property``, ``itemprop`` and ``http-equiv``.
        """
        found: dict[str, list[str]] = {}
        for element in self.elements("meta"):
            content = ""
            names: list[str] = []
            for name, value in element.items():  # one call into lxml instead of five
                if name == "content":
                    content = value.strip()
                elif value and name in _META_NAMES and value not in names:
                    names.append(value)
            if content:
                for name in names:
                    found.setdefault(name.strip().lower(), []).append(content)
        return {name: tuple(contents) for name, contents in found.items()}

    def meta_first(self, *names: str) -> str | None:
        """The first content of the first of these names that has one."""
        return next((self.meta[name][0] for name in names if name in self.meta), None)

    @cached_property
    def links(self) -> Mapping[str, tuple[Element, ...]]:
        """``<link>`` elements by each lower-case word of their ``rel``."""
        found: dict[str, list[Element]] = {}
        for element in self.elements("link"):
            for rel in (element.get("rel") or "").lower().split():
                found.setdefault(rel, []).append(element)
        return {rel: tuple(elements) for rel, elements in found.items()}

    @cached_property
    def rels(self) -> frozenset[str]:
        """What the ``rel`` of ``<a>`` elements say, as written: which kinds of links there are at all."""
        return frozenset(rel for element in self.elements("a") if (rel := element.get("rel")))

    @cached_property
    def json_ld(self) -> tuple[Mapping[str, Any], ...]:
        """JSON-LD nodes in document order: lists and ``@graph`` opened, ``mainEntity`` after its page."""
        return json_ld_nodes(
            element.text or "" for element in self.elements("script") if _media_type(element) == "application/ld+json"
        )

    @cached_property
    def title(self) -> str | None:
        """The text of ``<title>`` in one line; None if there is none. An SVG's ``<title>`` does not count."""
        for element in self.elements("title"):
            parent = element.getparent()
            if parent is None or parent.tag != "svg":
                text = " ".join(whole_text(element).split())
                if text:
                    return text
        return None

    @cached_property
    def base_url(self) -> str:
        """What relative addresses refer to: ``<base href>`` if it makes sense, else the page's own address."""
        for element in self.elements("base"):
            href = element.get("href")
            if href:
                return resolve(self.url, href.strip()) or self.url
        return self.url

    def once(self, rule: Callable[[Page], T]) -> T:
        """What a rule makes of this page. Several fields ask the same; it is worked out the first time."""
        if rule not in self._known:
            self._known[rule] = rule(self)
        return cast("T", self._known[rule])

    def resolve(self, href: str | None) -> str | None:
        """The absolute http(s) address an ``href`` or ``src`` means, or None if it means none."""
        return resolve(self.base_url, href.strip()) if href and href.strip() else None


def _media_type(script: Element) -> str:
    return (script.get("type") or "").split(";", 1)[0].strip().lower()
