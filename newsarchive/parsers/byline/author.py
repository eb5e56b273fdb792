"""Who signs the article: names of people, or of an agency if it alone signs; without "By", roles and the publisher.

Structured statements come first. Where they name only the publisher ("author": "The Daily"), a login or nobody, the
byline that readers see is looked for near the headline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsarchive.parsers.byline.lines import by_lines, without_by
from newsarchive.parsers.byline.marks import MAX_AUTHORS, marked_lines
from newsarchive.parsers.byline.names import (
    AGENCIES,
    is_full_name,
    is_person,
    looks_like_name,
    name_key,
    names_in,
    unique_names,
)
from newsarchive.parsers.found import Found
from newsarchive.parsers.headline.claims import publisher_names, site_names
from newsarchive.parsers.metadata import article_node
from newsarchive.parsers.page import Page
from newsarchive.parsers.structured import as_list, dereferenced

AUTHOR_META = (
    "author",
    "article:author",
    "article:byline",
    "og:article:author",
    "article:author:name",
    "dc.creator",
    "dc:creator",
    "dcterms.creator",
    "dcsext.author",
    "byl",
    "parsely-author",
    "sailthru.author",
    "cxenseparse:author",
    "articleauthor",
    "citation_author",
    "bepress_citation_author",
    "shareaholic:article_author_name",
    "authors",
)
"""``<meta>`` names that state authors, the widest used first."""
_DOMAIN = re.compile(r"\b[a-z0-9-]{2,40}\.(?:com|net|org|info|news|tv|[a-z]{2})\b")
"""An address in an author's name: "Deutsche Welle (www.dw.com)" is the site."""
MIN_SITE_LETTERS = 4
"""A site's name of fewer letters is not looked for at the beginning of an author's."""


def find_authors(page: Page) -> Found[tuple[str, ...]] | None:
    """The names of those who sign, each once, in the byline's order; None if nobody does."""
    sites = page.once(site_names)
    persons: Found[tuple[str, ...]] | None = None
    agencies: Found[tuple[str, ...]] | None = None
    institutions: Found[tuple[str, ...]] | None = None
    for values, source in _statements(page):
        names = unique_names(name for value in values for name in names_in(without_by(value, page)))
        own = _own_names(values, sites)
        people = tuple(name for name in names if name not in own and is_person(name, sites))
        signed = tuple(name for name in names if name in people or name_key(name) in AGENCIES)
        if any(map(is_full_name, people)):
            return Found(signed[:MAX_AUTHORS], source)
        # A login or a first name: a byline elsewhere may have the whole.
        persons = persons or (Found(signed[:MAX_AUTHORS], source) if people else None)
        if signed and agencies is None and not (institutions and source == "byline"):
            agencies = Found(signed, source)
        if institutions is None and names and (source != "meta" or any(" " in name for name in names)):
            institutions = Found(names[:MAX_AUTHORS], source)
    return persons or agencies or institutions


def _own_names(values: list[str], sites: frozenset[str]) -> set[str]:
    """Names in the values that are the site's: its address stands beside them, or they begin with the site's name."""
    starts = tuple(site for site in sites if len(site) >= MIN_SITE_LETTERS)
    own: set[str] = set()
    for value in values:
        names = names_in(value)
        if _DOMAIN.search(value):
            own.update(names)
        elif starts and name_key(value).startswith(starts):
            own.update(name for name in names if name_key(name).startswith(starts) or not looks_like_name(name))
    return own


def _statements(page: Page) -> Iterator[tuple[list[str], str]]:
    """Each place that may name authors, with its texts."""
    node = page.once(article_node)
    if node is not None:
        for key in ("author", "creator"):
            people: list[str] = []
            for item in as_list(node.get(key)):
                person = dereferenced(item, page.json_ld)
                if isinstance(person, dict):
                    people.extend(value for value in as_list(person.get("name")) if isinstance(value, str))
                elif isinstance(person, str):
                    people.append(person)
            if people:
                yield people, "json-ld"
    for name in AUTHOR_META:
        values = [value for value in page.meta.get(name, ()) if "://" not in value and "@" not in value]
        if values:
            yield values, "meta"
    lines, others = marked_lines(page, page.once(publisher_names))
    lines = lines or by_lines(page, page.once(publisher_names))
    if lines:
        yield lines, "byline"
    if others:
        yield others, "byline"
    for hints in page.capture.hints:
        if hints.authors:
            yield list(hints.authors), hints.source.value
