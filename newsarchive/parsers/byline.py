"""Who signs the article: names of people, or of an agency if it alone signs; without "By", roles and the publisher.

Structured statements come first. Where they name only the publisher ("author": "The Daily") or nobody, the byline that
readers see is looked for near the headline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from newsarchive.parsers.found import Found
from newsarchive.parsers.headline import headline_position
from newsarchive.parsers.headline_claims import publisher_names
from newsarchive.parsers.language import declared_language
from newsarchive.parsers.metadata import article_node
from newsarchive.parsers.names import (
    AGENCIES,
    MAX_NAME_CHARS,
    is_login,
    is_person,
    looks_like_name,
    names_in,
    unique_names,
)
from newsarchive.parsers.page import Page
from newsarchive.parsers.structured import as_list, dereferenced
from newsarchive.parsers.text import Element, element_line, letters

MAX_AUTHORS = 30
"""A live blog has that many; longer lists are a masthead."""
MAX_BYLINE_CHARS = 160
MAX_MARKED = 80
"""How many elements that call themselves author or byline are looked at: readers' comments do as well."""

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

_HEAD_WORDS = frozenset({"date", "title", "share", "social", "sharing", "kicker", "image", "latest"})
_NAME_WORD = re.compile(r"[A-Z]?[a-z]{2,}")
_BYLINE_ROOT = re.compile(
    r"[Aa]ut|[Bb]yline|[Ww]r[io]t|[Ss]ignature|[Cc]ontribut|[Rr]eporter|yazar|penulis|forfatter|toimittaja|firma|erfasser|[Cc]reator|iornalista|AUTHOR"
)
"""A quick look before the words are taken apart: it is asked of every element."""
_BYLINE_WORDS = frozenset(
    {"author", "authors", "authorname", "authorlist", "byline", "bylines", "autor", "autoren", "autores", "auteur"}
    | {"auteurs", "autorin", "autore", "autori", "writer", "writers", "signature", "contributor", "verfasser"}
    | {
        "yazar",
        "penulis",
        "forfatter",
        "toimittaja",
        "reporter",
        "firma",
        "autorenzeile",
        "creator",
        "wrote",
        "giornalista",
    }
)
"""Words of class names that mark a byline."""
_OTHER_WORDS = frozenset(
    {
        "comment",
        "comments",
        "commentlist",
        "commenter",
        "reply",
        "bio",
        "biography",
        "about",
        "description",
        "avatar",
        "image",
    }
    | {
        "img",
        "photo",
        "picture",
        "caption",
        "credit",
        "copyright",
        "related",
        "sidebar",
        "widget",
        "footer",
        "tweet",
        "quote",
    }
    | {
        "teaser",
        "teasers",
        "recommended",
        "collection",
        "promo",
        "follow",
        "social",
        "prep",
        "feed",
        "popular",
        "share",
        "sharing",
    }
    | {
        "testimonial",
        "review",
        "reviews",
        "listing",
        "recirc",
        "newsletter",
        "carousel",
        "slider",
        "theme",
        "date",
        "title",
        "kicker",
    }
    | {"archive", "tooltip", "modal", "popup", "menu", "nav", "trending", "latest", "podcast", "gr"}
)
"""Words of class names, of an element or what holds it, that make it no byline of this article."""
_BYLINE_TAGS = (
    "span", "a", "p", "div", "li", "address", "strong", "b", "em", "i", "cite", "small", "td", "dd", "dt", "section",
    "header", "h1", "h2", "h3", "h4", "h5", "h6", "font", "ul",
)  # fmt: skip
_OUTSIDE_TAGS = frozenset({"nav", "figure", "figcaption", "blockquote", "script", "style", "form"})
_PAGE_PARTS = frozenset({"footer", "aside"})
"""Outside the article unless they stand inside it."""
_POST_WORDS = frozenset({"post", "entry", "article", "story", "news"})
"""A "post-footer" is the article's, a "footer" the page's."""
_BY_LINE = re.compile(
    r"(?:(?:written |reported |story |words )?by|von|par|por|door|av|af|przez|oleh|yazan|text|texte|texto|autor(?:in)?|"
    r"author|auteur|автор|yanditswe na|imeandikwa na|بقلم|كتبت?|מאת)\b\s?[\s:：]",
    re.IGNORECASE,
)
_LABELED = re.compile(
    r"(?:^|[\s|·])(?:记者|記者|作者|撰文|文|통신원|기자)\s?[:：]\s?(?P<names>[^\s:：|·\d][^:：|·\d\n]{1,60}?)"
    r"\s*(?=[|·\d\n]|\s\S{1,6}[:：]|$)"
)
"""A label and a colon anywhere in a line: "发布时间：2024年5月8日 记者：王若琳"."""
_BY_WORD_OF_LANGUAGE = {"sw": re.compile(r"na\s+", re.IGNORECASE)}
"""Words for "by" that names have in other languages, by the code of the page's own."""
MAX_BY_DISTANCE = 8
"""How many pieces of the outline below the headline a line that begins with "By" counts as its byline."""


def find_authors(page: Page) -> Found[tuple[str, ...]] | None:
    """The names of those who sign, each once, in the byline's order; None if nobody does."""
    publishers = page.once(publisher_names)
    agencies: Found[tuple[str, ...]] | None = None
    institutions: Found[tuple[str, ...]] | None = None
    logins: Found[tuple[str, ...]] | None = None
    for values, source in _statements(page):
        names = unique_names(name for value in values for name in names_in(_without_by(value, page)))
        people = tuple(name for name in names if is_person(name, publishers))
        signed = tuple(name for name in names if name in people or letters(name) in AGENCIES)
        if people and not all(map(is_login, people)):
            return Found(signed[:MAX_AUTHORS], source)
        logins = logins or (Found(signed[:MAX_AUTHORS], source) if people else None)
        if signed and agencies is None:
            agencies = Found(signed, source)
        if names and institutions is None and source in ("json-ld", "byline"):
            institutions = Found(names[:MAX_AUTHORS], source)
    return logins or agencies or institutions


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
    lines = _visible(page) or _by_line(page, page.once(publisher_names))
    if lines:
        yield lines, "byline"
    for hints in page.capture.hints:
        if hints.authors:
            yield list(hints.authors), hints.source.value


def _without_by(line: str, page: Page) -> str:
    """The line without the page's language's own word for "by", where it is one that names have in other languages."""
    word = _BY_WORD_OF_LANGUAGE.get((declared_language(page) or "").split("-")[0])
    match = word.match(line) if word else None
    return line[match.end() :] if match else line


def _visible(page: Page) -> list[str]:
    """Texts of the byline near the headline: the first place that holds a name, and others in the same frame.

    A byline below the first ``<h1>`` comes before one above it.
    """
    heading = next(iter(page.elements("h1")), None)
    publishers = page.once(publisher_names)
    above: list[str] = []
    seen = 0
    is_above = heading is not None
    for element in page.tree.iter(*_BYLINE_TAGS):
        if element is heading:
            is_above = False
        if not _is_marked(element) or (is_above and above):
            continue
        seen += 1
        if seen > MAX_MARKED:
            break
        lines = _signed(element, publishers)
        if lines and not is_above:
            return lines
        above = above or lines
    return above


def _signed(element: Element, publishers: frozenset[str]) -> list[str]:
    """The lines of a byline: the element's text if it holds a name, then what is marked beside it; else none."""
    text = element_line(element)
    if not 2 <= len(text) <= MAX_BYLINE_CHARS or not any(is_person(name, publishers) for name in names_in(text)):
        return []
    if _is_elsewhere(element):
        return []
    frame = element.getparent()
    if frame is not None and frame.getparent() is not None:
        frame = frame.getparent()  # each name often has an element of its own
    lines = [text]
    for other in frame.iter(*_BYLINE_TAGS) if frame is not None else ():
        if (
            other is element
            or not _is_marked(other)
            or element in other.iterancestors()
            or other in element.iterancestors()
        ):
            continue
        line = element_line(other)
        is_alike = other.get("class") == element.get("class") and other.tag == element.tag
        if not is_alike and not all(looks_like_name(name) for name in names_in(line)):
            continue
        if 2 <= len(line) <= MAX_NAME_CHARS and not _is_elsewhere(other):
            lines.append(line)
            if len(lines) == MAX_AUTHORS:
                break
    return lines


def _is_marked(element: Element) -> bool:
    """Whether markup calls the element a byline or an author."""
    names = element.get("class") or element.get("data-testid") or element.get("id")
    says = _says_byline(names) if names else None
    if says is not None:
        return says
    return element.get("itemprop") in ("author", "creator") or "author" in (element.get("rel") or "")


@lru_cache(maxsize=4096)
def _says_byline(names: str) -> bool | None:
    """Whether class names are a byline's or of something else that has an author; None if they say neither."""
    if not _BYLINE_ROOT.search(names):
        return None
    words = {word.lower() for word in _NAME_WORD.findall(names[:300])}
    if not words.isdisjoint(_OTHER_WORDS):
        return False
    return True if not words.isdisjoint(_BYLINE_WORDS) else None


def _is_elsewhere(element: Element) -> bool:
    """Whether the element stands in a comment, a teaser, a biography, a picture: not in the article's own frame."""
    is_outside = False
    for depth, ancestor in enumerate((element, *element.iterancestors())):
        if ancestor.tag in _OUTSIDE_TAGS:
            return True
        if ancestor.tag in _PAGE_PARTS:
            is_outside = True
        if ancestor.tag == "article":
            return False
        if 0 < depth <= 5 and ancestor.tag not in ("body", "html", "main"):
            words = {word.lower() for word in _NAME_WORD.findall((ancestor.get("class") or "")[:300])}
            if not words.isdisjoint(_OTHER_WORDS - _HEAD_WORDS) and words.isdisjoint(_POST_WORDS):
                return True
    return is_outside


def _by_line(page: Page, publishers: frozenset[str]) -> list[str]:
    """A line of its own under the headline that begins with "By", whatever its markup says."""
    heading = page.once(headline_position)
    if heading is None:
        return []
    for piece in page.outline.pieces[max(0, heading - 2) : heading + MAX_BY_DISTANCE + 1]:
        for line in piece.text.split("\n"):
            if len(line) > MAX_BYLINE_CHARS:
                continue
            label = _LABELED.search(line)
            signed = label["names"] if label else _without_by(line, page)
            if not label and signed == line and not _BY_LINE.match(line):
                continue
            names = names_in(signed)
            if names and all(looks_like_name(name) and is_person(name, publishers) for name in names):
                return [signed]
    return []
