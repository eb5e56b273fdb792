"""Publisher: reads a capture into an article. The base class holds the generic rules and reads any site's pages.

A site that needs rules of its own gets a subclass in ``newsarchive/publishers/``: attributes say what can be said in a
line, a method of a field's name overrides that field. ``publishers/thegreatlakeseye.py`` is one to start from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, ClassVar

from lxml.cssselect import CSSSelector

from newsarchive.model.article import Article, Block, Image, Link, NotArticle
from newsarchive.model.capture import Capture
from newsarchive.parsers.body.article_body import Body, find_body
from newsarchive.parsers.byline.author import find_authors
from newsarchive.parsers.byline.names import names_in
from newsarchive.parsers.dates.published import PublishedDate, find_modified, find_published, published_from
from newsarchive.parsers.dates.reading import DateContext
from newsarchive.parsers.description import find_alternative_headline, find_description
from newsarchive.parsers.found import Found
from newsarchive.parsers.headline.choice import find_headline
from newsarchive.parsers.images.image import find_images
from newsarchive.parsers.language import declared_language, find_language
from newsarchive.parsers.links.canonical import find_canonical_url
from newsarchive.parsers.links.next_page import find_next_page
from newsarchive.parsers.links.related import find_links
from newsarchive.parsers.metadata import find_access, find_keywords, find_publisher
from newsarchive.parsers.page import Page
from newsarchive.parsers.section import find_section
from newsarchive.parsers.text import Element, element_line
from newsarchive.parsers.verdict import verdict_on_article, verdict_on_document

GENERIC_VERSION = 2
"""Of the generic rules; to be raised when their output can change."""
OWN_RULE = "publisher"
"""Source of a field that a publisher's selector or attribute gave."""


class Publisher:
    """How the pages of one publisher are read; as it stands, how any page is.

    A subclass sets attributes and overrides methods::

        class Example(Publisher):
            name = "example"
            title = "The Example"
            hosts = ("example.com",)
            timezone = "Africa/Kigali"
            selectors = {"article_section": ".breadcrumb a:last-child"}

            def authors(self, page: Page) -> Found[tuple[str, ...]] | None: ...
    """

    name: ClassVar[str] = "generic"
    """Short, unique, lower-case letters, digits and hyphens. Goes into ``parser_version``."""
    version: ClassVar[int] = 1
    """Of a subclass's own rules; to be raised when their output can change."""
    title: ClassVar[str | None] = None
    """The publisher's title, like "The Great Lakes Eye"; None: as each page gives it."""
    hosts: ClassVar[tuple[str, ...]] = ()
    """Registrable domains or hosts whose pages it reads; a host's subdomains are included."""
    url_pattern: ClassVar[str | None] = None
    """Regular expression an article's address must match (``re.search``); None: any address."""
    language: ClassVar[str | None] = None
    """BCP 47 code of a publisher that writes in one language; None: by page."""
    timezone: ClassVar[str | None] = None
    """IANA name of the zone times without a zone are in; None: UTC."""
    day_first: ClassVar[bool | None] = None
    """Whether ``05/04/2024`` is in April; None: by the language."""
    selectors: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """CSS selectors by field: headline, alternative_headline, description, article_section, keywords, authors,
    date_published. The first match with text counts, of keywords and authors all; without any the generic rule."""
    valid_until: ClassVar[date | None] = None
    """Last day these rules held (a redesign came); None: they hold today."""
    earlier: ClassVar[tuple[type[Publisher], ...]] = ()
    """Rules of former designs, each with its ``valid_until``. Captures of their days are read with them."""

    def read(self, capture: Capture) -> Article | NotArticle:
        """The article a capture holds, or why it holds none. Pure: the same capture gives the same answer."""
        return self.read_page(Page(capture))

    def read_page(self, page: Page) -> Article | NotArticle:
        """:meth:`read` for who has opened the capture already, to read something else of it, too."""
        rules = self.rules_on(page.capture.fetched_at.astimezone(UTC).date())
        return rules._read(page)

    def rules_on(self, day: date) -> Publisher:
        """The rules that held on a day: those of the first redesign after it, else these."""
        former = sorted(
            (rules for rules in self.earlier if rules.valid_until and day <= rules.valid_until),
            key=lambda rules: rules.valid_until or date.max,
        )
        return former[0]() if former else self

    def matches(self, url: str) -> bool:
        """Whether ``url`` is an article's address by ``url_pattern``."""
        return self.url_pattern is None or re.search(self.url_pattern, url) is not None

    @property
    def parser_version(self) -> str:
        """Name and version, like ``generic/1``; the generic rules' version where they fill in: ``example/2+1``."""
        if type(self) is Publisher:
            return f"{self.name}/{GENERIC_VERSION}"
        return f"{self.name}/{self.version}+{GENERIC_VERSION}"

    def headline(self, page: Page) -> Found[str] | None:
        """The headline a reader sees."""
        return self.selected(page, "headline") or page.once(find_headline)

    def alternative_headline(self, page: Page, headline: str | None) -> Found[str] | None:
        """A kicker, a subtitle or a different headline."""
        return self.selected(page, "alternative_headline") or find_alternative_headline(page, headline)

    def description(self, page: Page) -> Found[str] | None:
        """The standfirst or summary."""
        return self.selected(page, "description") or find_description(page)

    def article_section(self, page: Page, headline: str | None) -> Found[str] | None:
        """The section a reader would name."""
        return self.selected(page, "article_section") or find_section(page, headline)

    def keywords(self, page: Page) -> Found[tuple[str, ...]] | None:
        """Keywords or tags."""
        lines = self.selected_lines(page, "keywords")
        return Found(tuple(dict.fromkeys(lines)), OWN_RULE) if lines else find_keywords(page)

    def authors(self, page: Page) -> Found[tuple[str, ...]] | None:
        """Who signs."""
        names = [name for line in self.selected_lines(page, "authors") for name in names_in(line)]
        return Found(tuple(dict.fromkeys(names)), OWN_RULE) if names else find_authors(page)

    def date_published(self, page: Page, context: DateContext) -> Found[PublishedDate] | None:
        """When it was first published."""
        for line in self.selected_lines(page, "date_published"):
            return published_from(line, OWN_RULE, context)
        return find_published(page, context)

    def date_modified(self, page: Page, context: DateContext) -> Found[datetime] | None:
        """When it was last changed."""
        return find_modified(page, context)

    def in_language(self, page: Page, text: str) -> Found[str] | None:
        """The language it is written in; ``text`` is its body."""
        return Found(self.language, OWN_RULE) if self.language else find_language(page, text)

    def is_accessible_for_free(self, page: Page) -> Found[bool] | None:
        """False behind a paywall."""
        return find_access(page)

    def next_page_url(self, page: Page, canonical_url: str) -> Found[str] | None:
        """Where the same article goes on, if it is split over pages; ``canonical_url`` is the address it goes by."""
        return find_next_page(page, canonical_url)

    def publisher(self, page: Page) -> Found[str] | None:
        """The publisher's title."""
        return Found(self.title, OWN_RULE) if self.title else find_publisher(page)

    def body(self, page: Page, headline: str | None) -> Body:
        """The running text."""
        return find_body(page, headline)

    def blocks(self, page: Page, body: Body) -> Found[tuple[Block, ...]]:
        """The pieces of the running text; ``body`` is what :meth:`body` found."""
        return Found(tuple(body.blocks), body.source)

    def images(self, page: Page, body: Body) -> tuple[Image, ...]:
        """The pictures that belong to it."""
        return find_images(page, body)

    def related_links(self, page: Page, body: Body) -> tuple[Link, ...]:
        """Links in the text and to related articles."""
        return find_links(page, body)

    def canonical_url(self, page: Page) -> Found[str]:
        """The address that stands for it."""
        return find_canonical_url(page)

    def selected_lines(self, page: Page, field: str) -> list[str]:
        """The texts, not empty, of what the field's selector matches; none without a selector.

        A ``<meta>`` gives its content, a ``<time>`` its datetime.
        """
        selector = self.selectors.get(field)
        if selector is None:
            return []
        lines = (_line_of(element) for element in _compiled(selector)(page.tree))
        return [line for line in lines if line]

    def selected(self, page: Page, field: str) -> Found[str] | None:
        """The first of :meth:`selected_lines`."""
        return next((Found(line, OWN_RULE) for line in self.selected_lines(page, field)), None)

    def _read(self, page: Page) -> Article | NotArticle:
        refusal = verdict_on_document(page)
        if refusal is not None:
            return refusal
        headline = self.headline(page)
        title = headline.value if headline else None
        body = self.body(page, title)
        blocks = self.blocks(page, body)
        text = "\n".join(block.text for block in blocks.value)
        refusal = verdict_on_article(page, title, text)
        if refusal is not None:
            return refusal
        language = self.in_language(page, text)
        context = DateContext(
            fetched_at=page.capture.fetched_at,
            language=_language_of_dates(page, language),
            timezone=self.timezone,
            day_first=self.day_first,
        )
        canonical = self.canonical_url(page)
        found: dict[str, Found[Any] | None] = {
            "blocks": blocks,
            "canonical_url": canonical,
            "publisher": self.publisher(page),
            "headline": headline,
            "alternative_headline": self.alternative_headline(page, title),
            "description": self.description(page),
            "article_section": self.article_section(page, title),
            "keywords": self.keywords(page),
            "authors": self.authors(page),
            "date_modified": self.date_modified(page, context),
            "in_language": language,
            "is_accessible_for_free": self.is_accessible_for_free(page),
            "next_page_url": self.next_page_url(page, canonical.value),
        }
        published = self.date_published(page, context)
        images = self.images(page, body)
        links = self.related_links(page, body)
        sources = {name: value.source for name, value in found.items() if value is not None}
        if published is not None:
            sources["date_published"] = published.source
        return Article(
            url=page.url,
            site=page.capture.site,
            **{name: value.value for name, value in found.items() if value is not None},
            date_published=published.value.value if published else None,
            date_published_raw=published.value.raw if published else None,
            date_precision=published.value.precision if published else None,
            images=tuple(images),
            related_links=tuple(links),
            field_sources=sources,
            parser_version=self.parser_version,
        )


def _language_of_dates(page: Page, language: Found[str] | None) -> str | None:
    """The article's language, with the region the page declares: it decides between 4/5 and 5/4."""
    declared = declared_language(page)
    if language is None:
        return declared
    if declared and declared.split("-")[0] == language.value.split("-")[0] and "-" in declared:
        return declared
    return language.value


@lru_cache(maxsize=256)
def _compiled(selector: str) -> CSSSelector:
    return CSSSelector(selector, translator="html")


def _line_of(element: Element) -> str:
    if element.tag == "meta":
        return (element.get("content") or "").strip()
    if element.tag == "time" and element.get("datetime"):
        return (element.get("datetime") or "").strip()
    return element_line(element)
