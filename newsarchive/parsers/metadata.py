"""What a page says of itself in structured form: which JSON-LD node is its article, its keywords, title, paywall."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from newsarchive.parsers.found import Found
from newsarchive.parsers.page import Page
from newsarchive.parsers.structured import Node, as_list, dereferenced, types_of
from newsarchive.parsers.text import element_line, letters, one_line

MAX_KEYWORDS = 50
"""More than any newsroom sets; a longer list is a dump."""
MAX_KEYWORD_CHARS = 100
# https://schema.org/Article and its subtypes end so, and so do newsrooms' inventions.
_ARTICLE_SUFFIXES = ("Article", "BlogPosting", "Report", "LiveBlogPosting", "Review", "Recipe")
_PAGE_TYPES = frozenset({"WebPage", "ItemPage", "AboutPage", "MedicalWebPage"})
_KEYWORD_META = ("news_keywords", "keywords", "article:tag", "parsely-tags", "sailthru.tags", "og:article:tag")


def article_node(page: Page) -> Node | None:
    """The JSON-LD node that describes the article of this page, not one of its teasers; None if there is none.

    Among several the first with a headline: newsrooms put the article before the lists.
    """
    articles = [node for node in page.json_ld if any(name.endswith(_ARTICLE_SUFFIXES) for name in types_of(node))]
    return next((node for node in articles if node.get("headline")), articles[0] if articles else None)


def page_node(page: Page) -> Node | None:
    """The JSON-LD node of the page itself (Yoast writes the dates there); None if there is none."""
    return next((node for node in page.json_ld if _PAGE_TYPES.intersection(types_of(node))), None)


def strings(value: Any) -> Iterator[str]:  # noqa: ANN401 (a JSON value)
    """The clean non-empty strings of a JSON-LD value: a string, a node's name, or a list of these."""
    for item in as_list(value):
        text = item
        if isinstance(item, dict):
            text = item.get("name") or item.get("@value")
        if isinstance(text, str):
            line = one_line(text)
            if line:
                yield line


def find_publisher(page: Page) -> Found[str] | None:
    """The publisher's title as the page gives it."""
    node = page.once(article_node)
    if node is not None:
        for name in strings(dereferenced(node.get("publisher"), page.json_ld)):
            if "://" not in name:
                return Found(name, "json-ld")
    for meta, source in (("og:site_name", "og"), ("application-name", "meta"), ("dc.publisher", "meta")):
        value = page.meta_first(meta)
        if value:
            return Found(one_line(value), source)
    for node in page.json_ld:
        if {"NewsMediaOrganization", "WebSite"}.intersection(types_of(node)):
            for name in strings(node.get("name")):
                return Found(name, "json-ld")
    return None


def find_keywords(page: Page) -> Found[tuple[str, ...]] | None:
    """Keywords the page states in JSON-LD and in ``<meta>``, each once, in that order; else its tag links, else hints.

    A feed files its entries by section as by tag: a category of that name is no keyword.
        https://microformats.org/wiki/rel-tag says what a tag link is.
    """
    node = page.once(article_node)
    stated = _split(strings(node.get("keywords"))) if node is not None else ()
    tagged = next((found for name in _KEYWORD_META if (found := _split(map(one_line, page.meta.get(name, ()))))), ())
    if stated or tagged:
        sources = [name for name, found in (("json-ld", stated), ("meta", tagged)) if found]
        return Found(_unique((*stated, *tagged)), "+".join(sources))
    tag_rels = {rel for rel in page.rels if rel.strip().lower() == "tag"}
    links = (element for element in page.elements("a") if element.get("rel") in tag_rels) if tag_rels else ()
    found = _unique(line for element in links if (line := element_line(element).strip("# ")))
    if found:
        return Found(found, "tag-link")
    for hints in page.capture.hints:
        sections = {letters(name) for name in (hints.article_section, *_stated_sections(page)) if name}
        filed = tuple(word for word in _split(map(one_line, hints.keywords)) if letters(word) not in sections)
        if filed:
            return Found(filed, hints.source.value)
    return None


def _stated_sections(page: Page) -> Iterator[str]:
    node = page.once(article_node)
    if node is not None:
        yield from strings(node.get("articleSection"))
    yield from page.meta.get("article:section", ())


def find_access(page: Page) -> Found[bool] | None:
    """False behind a paywall, as the page states it for search engines; None if it says nothing.

    https://developers.google.com/search/docs/appearance/structured-data/paywalled-content
    """
    node = page.once(article_node)
    if node is not None and "isAccessibleForFree" in node:
        stated = node["isAccessibleForFree"]
        if isinstance(stated, bool):
            return Found(stated, "json-ld")
        if isinstance(stated, str) and stated.rsplit("/", 1)[-1].strip().lower() in {"true", "false"}:
            return Found(stated.strip().lower().endswith("true"), "json-ld")
    tier = page.meta_first("article:content_tier")
    if tier and tier.lower() in {"free", "locked", "metered"}:
        return Found(tier.lower() == "free", "meta")
    return None


def _split(values: Iterable[str]) -> tuple[str, ...]:
    """Single keywords of values that may be lists in a string: ``peace, war; UN``."""
    found: list[str] = []
    for value in values:
        separator = next((mark for mark in (",", ";", "|", "、", "，", "،") if mark in value), None)
        for piece in value.split(separator) if separator else [value]:
            keyword = piece.strip(" \"'#")
            # Sites pack machine codes in: "Tag:politics", "type=article".
            if "=" not in keyword and "://" not in keyword:
                found.append(keyword)
    return _unique(found)


def _unique(keywords: Iterable[str]) -> tuple[str, ...]:
    """Each keyword once, whatever its case."""
    found: dict[str, str] = {}
    for keyword in keywords:
        if keyword and len(keyword) <= MAX_KEYWORD_CHARS:
            found.setdefault(keyword.casefold(), keyword)
    return tuple(found.values())[:MAX_KEYWORDS]
