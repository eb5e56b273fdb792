"""Bylines by their markup: elements that call themselves author or byline, in the article's own frame."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from newsarchive.parsers.byline.names import MAX_NAME_CHARS, is_person, looks_like_name, names_in
from newsarchive.parsers.headline.choice import headline_position
from newsarchive.parsers.outline.pieces import Box, Piece
from newsarchive.parsers.page import Page
from newsarchive.parsers.text import Element, elements_in, one_line
from newsarchive.parsers.vocabulary.markup_words import BIT

MAX_AUTHORS = 30
"""A live blog has that many; longer lists are a masthead."""
MAX_BYLINE_CHARS = 160
MAX_MARKED = 80
"""How many elements that call themselves author or byline are looked at: readers' comments do as well."""
PIECES_NEAR = 16
"""So near to the headline inline elements are asked as well, and an institution's name counts."""
MAX_PIECE_CHARS = 240
"""A longer piece of text is no byline."""
MAX_BOX_PIECES = 8
"""A box of more pieces is not a byline, whatever its name says: ``<main class="author-page">``."""

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
_FRAME_WORDS = _OTHER_WORDS - _HEAD_WORDS
"""Of these those that say so of what holds the byline, too."""
_BYLINE = BIT["byline"]
_BYLINE_TAGS = frozenset((
    "span", "a", "p", "div", "li", "address", "strong", "b", "em", "i", "cite", "small", "td", "dd", "dt", "section",
    "header", "h1", "h2", "h3", "h4", "h5", "h6", "font", "ul",
))  # fmt: skip
_OUTSIDE_TAGS = frozenset({"nav", "figure", "figcaption", "blockquote", "script", "style", "form"})
_PAGE_PARTS = frozenset({"footer", "aside"})
"""Outside the article unless they stand inside it."""
_POST_WORDS = frozenset({"post", "entry", "article", "story", "news"})
"""A "post-footer" is the article's, a "footer" the page's."""
_BYLINE_TAGS_INLINE = frozenset(("span", "a", "strong", "b", "em", "i", "cite", "small", "font"))
_UNREAD = frozenset({"script", "style", "noscript", "template", "svg", "button", "time"})


def marked_lines(page: Page, publishers: frozenset[str]) -> tuple[list[str], list[str]]:
    """Texts of the byline near the headline, where it names a person; and where it names none, such as a newsroom.

    The first place that holds a name counts, and others in the same frame. A byline below the headline comes before one
    above it.
    """
    heading = page.once(headline_position)
    pieces = page.outline.pieces
    start = 0 if heading is None else heading
    others: list[str] = []
    seen: set[int] = set()
    walked: set[int] = set()
    by_rel = any("author" in rel for rel in page.rels)
    for number, piece in enumerate((*pieces[start:], *pieces[max(0, start - PIECES_NEAR) : start][::-1])):
        if len(piece.text) > MAX_PIECE_CHARS:
            continue
        is_near = number < PIECES_NEAR or piece.index < start
        if not is_near and not _may_be_marked(piece, walked, by_rel=by_rel):
            continue
        for element in _marked(piece, seen, walked, is_near):
            if len(seen) > MAX_MARKED:
                return [], others
            lines = _signed(element, publishers)
            if lines:
                return lines, others
            if is_near and not others and not _is_elsewhere(element):
                line = spaced_line(element)
                others = [line] if 2 <= len(line) <= MAX_NAME_CHARS and names_in(line) else []
    return [], others


def _may_be_marked(piece: Piece, walked: set[int], *, by_rel: bool) -> bool:
    """Whether :func:`_marked` can find anything with a piece far from the headline, as most cannot.

    ``by_rel``: whether any link of the page says that it leads to an author.
    """
    box: Box | None = piece.box
    for _ in range(3):
        if box is not None:
            if box.words & _BYLINE:
                return True
            box = box.parent
    if piece.link_chars or len(piece.text) > MAX_NAME_CHARS:
        return by_rel and any("author" in (anchor.element.get("rel") or "") for anchor in piece.anchors)
    return id(piece.box) not in walked and len(piece.box.element) > 0


def _marked(piece: Piece, seen: set[int], walked: set[int], is_near: bool) -> Iterator[Element]:
    """What calls itself a byline among the piece's boxes, from without, and the elements in its line.

    ``walked`` are the boxes whose lines were looked at with an earlier piece: all that is marked in them is ``seen``.
    """
    box: Box | None = piece.box
    outer: list[Box] = []
    while box is not None and len(outer) < 3 and box.end - box.first <= MAX_BOX_PIECES:
        # The outline has read the names of boxes already: most say nothing of authors.
        if box.words & _BYLINE or (is_near and box.element.get("data-testid") is not None):
            outer.append(box)
        box = box.parent
    for box in reversed(outer):
        element = box.element
        if id(element) not in seen and _says_author(element.items()):
            seen.add(id(element))
            yield element
    box = piece.box
    if is_near or (not piece.link_chars and len(piece.text) <= MAX_NAME_CHARS):
        if box.end - box.first <= MAX_BOX_PIECES and id(box) not in walked:
            walked.add(id(box))
            if len(box.element):
                for element in elements_in(box.element, _BYLINE_TAGS_INLINE):
                    if id(element) not in seen and is_marked(element):
                        seen.add(id(element))
                        yield element
        return
    for anchor in piece.anchors:
        if id(anchor.element) not in seen and "author" in (anchor.element.get("rel") or ""):
            seen.add(id(anchor.element))
            yield anchor.element


def spaced_line(element: Element) -> str:
    """The element's text with a space at each element's edge, where a byline sets name, role and date apart."""
    parts: list[str] = []
    _gather(element, parts, 12)
    return one_line(" ".join(parts)[: 4 * MAX_BYLINE_CHARS])


def _gather(element: Element, parts: list[str], depth: int) -> None:
    if element.text:
        parts.append(element.text)
    for child in element:
        if depth and child.tag not in _UNREAD:
            _gather(child, parts, depth - 1)
        if child.tail:
            parts.append(child.tail)


def _signed(element: Element, publishers: frozenset[str]) -> list[str]:
    """The lines of a byline: the element's text if it holds a name, then what is marked beside it; else none."""
    text = spaced_line(element)
    if not 2 <= len(text) <= MAX_BYLINE_CHARS or not any(is_person(name, publishers) for name in names_in(text)):
        return []
    if _is_elsewhere(element):
        return []
    frame = element.getparent()
    if frame is not None and frame.getparent() is not None:
        frame = frame.getparent()  # each name often has an element of its own
    lines = [text]
    for other in elements_in(frame, _BYLINE_TAGS) if frame is not None else ():
        if (
            other is element
            or not is_marked(other)
            or element in other.iterancestors()
            or other in element.iterancestors()
        ):
            continue
        line = spaced_line(other)
        is_alike = other.get("class") == element.get("class") and other.tag == element.tag
        if not is_alike and not all(looks_like_name(name) for name in names_in(line)):
            continue
        if 2 <= len(line) <= MAX_NAME_CHARS and not _is_elsewhere(other):
            lines.append(line)
            if len(lines) == MAX_AUTHORS:
                break
    return lines


def is_marked(element: Element) -> bool:
    """Whether markup calls the element a byline or an author."""
    attributes = element.items()  # one call into lxml instead of five
    return bool(attributes) and _says_author(attributes)


def _says_author(attributes: Sequence[tuple[str, str]]) -> bool:
    given = dict(attributes)
    names = given.get("class") or given.get("data-testid") or given.get("id")
    says = _says_byline(names) if names else None
    if says is not None:
        return says
    return given.get("itemprop") in ("author", "creator") or "author" in given.get("rel", "")


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
        tag = ancestor.tag
        if tag in _OUTSIDE_TAGS:
            return True
        if tag in _PAGE_PARTS:
            is_outside = True
        if tag == "article":
            return False
        if 0 < depth <= 5 and tag not in ("body", "html", "main") and (name := ancestor.get("class")):
            words = {word.lower() for word in _NAME_WORD.findall(name[:300])}
            if not words.isdisjoint(_FRAME_WORDS) and words.isdisjoint(_POST_WORDS):
                return True
    return is_outside
