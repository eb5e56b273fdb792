"""The walk that makes an outline: one over the tree of a page.

Body, images and related links are then decided on these few hundred pieces without looking at the tree again. What no
reader takes for text (scripts, menus, form fields) is left out here already.
"""

from __future__ import annotations

import re
from itertools import islice

from lxml import etree

from newsarchive.parsers.outline.pieces import Anchor, Box, Element, Outline, Picture, Piece
from newsarchive.parsers.vocabulary.markup_words import BIT, MAX_CHARS, UNSEEN, words_of

MAX_DEPTH = 300
"""Levels of nesting that are followed. Real pages stay under 60; libxml2 itself stops a little below this."""
MAX_VISITS = 400
"""Levels that are followed with inline elements and links among them. Hundreds of ``<b>`` that nobody closed are all
nested; each level takes one or two calls of Python's thousand."""
MAX_PIECES = 20_000
"""Text pieces that are kept. The longest real pages (live blogs, tables) have some thousands."""

MAX_CELLS = 40
MAX_CELL_CHARS = 240
"""Limits of a table row that is one piece. A longer cell is a text of its own."""

LINE_BREAK = "\x00"
"""Stands for ``<br>`` while a piece's text is gathered; a page's own NULs are gone by then."""

# How the walk treats an element. Plain integers: this is the innermost loop.
_BOX, _INLINE, _STRESSED, _LINK, _BREAK, _SKIPPED, _PICTURE, _NO_SCRIPT, _HEAD, _UNKNOWN = range(10)

_INLINE_TAGS = (
    "span u s strike font small big sub sup code kbd samp var tt abbr acronym time mark q cite ins del bdi bdo "
    "dfn data label nobr wbr ruby rb rt rp"
)
_SKIPPED_TAGS = (
    "script style template svg math title meta link nav select option button input textarea iframe frame object "
    "embed applet audio canvas map area dialog datalist progress meter param track col"
)
_BOX_TAGS = (
    "html body div p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody tfoot tr td th caption section article main "
    "aside header footer figure figcaption blockquote pre address form fieldset legend details summary center hr "
    "hgroup menu noframes"
)
_TAGS: dict[object, int] = {
    **dict.fromkeys(_BOX_TAGS.split(), _BOX),
    # libxml2 nests the <img> that follows an unclosed <source> inside it.
    **dict.fromkeys(("picture", "source"), _INLINE),
    **dict.fromkeys(_INLINE_TAGS.split(), _INLINE),
    **dict.fromkeys(("b", "strong", "i", "em"), _STRESSED),
    "a": _LINK,
    "br": _BREAK,
    **dict.fromkeys(_SKIPPED_TAGS.split(), _SKIPPED),
    **dict.fromkeys(("img", "amp-img", "video"), _PICTURE),
    "noscript": _NO_SCRIPT,
    "head": _HEAD,
    **dict.fromkeys((etree.Comment, etree.ProcessingInstruction, etree.Entity), _SKIPPED),
}
_TAGS_OF_BROKEN_PAGES: dict[object, int] = {
    **_TAGS,
    **dict.fromkeys(("nav", "noscript", "button", "label", "select"), _BOX),
}
"""For pages that forget to close one of these: all that follows lies in it."""
MIN_SHOWN_CHARS = 200
"""A page that shows less text is walked once more, into what is left out of others."""


_CLIPPED_STYLE = re.compile(r"clip\s*:\s*rect\(\s*0|clip-path\s*:\s*inset\(\s*(?:50|100)%", re.IGNORECASE)
_HIDDEN = BIT["hidden"]
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_TELLING = frozenset(("class", "id", "itemprop", "role", "hidden", "style"))
"""Attributes that say what a box holds: the first four by their words."""
_NAMELESS = (None, 0)


def _named(attributes: list[tuple[str, str]]) -> tuple[str | None, int]:
    """An element's class, and what its attributes say of it as bits of :mod:`markup_words`."""
    own_class = None
    words = 0
    for name, value in attributes:
        if name == "class":
            own_class = value
            words |= words_of(value)
        elif name not in _TELLING:
            continue
        elif name == "style":
            style = value[:MAX_CHARS].lower()
            if ("none" in style or "hidden" in style) and _HIDDEN_STYLE.search(style):
                words |= _HIDDEN
        elif name == "hidden":
            words |= _HIDDEN
        else:
            words |= words_of(value)
    return own_class, words


def is_unseen(element: Element) -> bool:
    """Whether the element's text is for screen readers only, as far as its own attributes tell."""
    name = element.get("class")
    if name is not None and words_of(name) & UNSEEN:
        return True
    style = element.get("style")
    return style is not None and _CLIPPED_STYLE.search(style[:MAX_CHARS]) is not None


def _is_inline(element: Element) -> bool:
    """Whether an element of the page's own invention runs in the line, as browsers show it: it holds no block."""
    return "-" in element.tag and not any(_TAGS.get(inner.tag) == _BOX for inner in islice(element.iter(), 20))


def _is_break(element: Element) -> bool:
    """Whether an empty element stands for a paragraph's end: ``<span class="br">``."""
    name = element.get("class")
    return name is not None and "br" in name.split()


def outline_of(root: Element) -> Outline:
    """The outline of the document under ``root``; its ``<head>`` is left out, unless it holds what is shown.

    Where next to nothing is shown, because an unclosed menu or a box for screen readers holds all of the page, these
    are not left out.
    """
    outline = _outlined(root, _TAGS, UNSEEN)
    shown = sum(len(piece.text) for piece in outline.pieces)
    if shown < MIN_SHOWN_CHARS:
        whole = _outlined(root, _TAGS_OF_BROKEN_PAGES, 0)
        if sum(len(piece.text) for piece in whole.pieces) > shown + MIN_SHOWN_CHARS:
            return whole
    return outline


def _outlined(root: Element, tags: dict[object, int], unseen: int) -> Outline:
    walk = _Walk(tags, unseen)
    top = Box(root, root.tag, None, 0, *_named(root.items()), 0)
    walk.boxes.append(top)
    walk.visit(root, top)
    walk.flush(top)
    top.end = len(walk.pieces)
    return Outline(walk.pieces, walk.pictures, walk.boxes)


class _Walk:
    """The state of one walk: the text gathered since the last edge, and which part of it is linked or stressed."""

    def __init__(self, tags: dict[object, int], unseen: int) -> None:
        self.kind_of = tags.get
        self.unseen = unseen
        """The bit of the words of boxes that are left out, or 0."""
        self.pieces: list[Piece] = []
        self.pictures: list[Picture] = []
        self.boxes: list[Box] = []
        self.buffer: list[str] = []
        self.stressed_chars = 0
        self.visits = 0
        self.link: Element | None = None
        self.link_start = 0
        self.anchors: list[tuple[Element, int, int]] = []
        """Closed links of the buffer: the element and the range of buffer entries it spans."""

    def visit(self, element: Element, box: Box) -> None:
        """Gather what is inside ``element``, whose own leading text is already in the buffer."""
        if self.visits == MAX_VISITS:
            return
        self.visits += 1
        buffer, pieces, kind_of = self.buffer, self.pieces, self.kind_of
        for child in element:
            tag = child.tag
            kind = kind_of(tag, _UNKNOWN)
            if kind >= _HEAD:
                if kind == _UNKNOWN:
                    kind = _INLINE if _is_inline(child) else _BOX
                elif any(kind_of(inner.tag) == _BOX for inner in child):
                    kind = _BOX  # where <body> is left out, libxml2 takes the elements of HTML 5 into <head>
            if kind == _BOX:  # an edge before and after it; written out here because most elements are boxes
                if buffer:
                    self.flush(box)
                attributes = child.items()  # one call into lxml costs as much as five lines here
                name, words = _named(attributes) if attributes else _NAMELESS
                if not words & self.unseen and box.depth < MAX_DEPTH:
                    inner = Box(child, tag, box, box.depth + 1, name, words, len(pieces))
                    self.boxes.append(inner)
                    text = child.text
                    if text and not text.isspace():
                        buffer.append(text)
                    if len(child):
                        self.visit(child, inner)
                    if buffer:
                        self.flush(inner)
                    if tag == "tr":
                        self.join_row(inner)
                    inner.end = len(pieces)
            elif kind == _INLINE:
                if not (self.unseen and is_unseen(child)):
                    text = child.text
                    if text:
                        buffer.append(text)
                    if len(child):
                        self.visit(child, box)
                    elif not text and _is_break(child):
                        buffer += (LINE_BREAK, LINE_BREAK)
            elif kind == _LINK:
                if len(child):
                    self.follow(child, box)
                elif text := child.text:
                    self.anchors.append((child, len(buffer), len(buffer) + 1))
                    buffer.append(text)
            elif kind == _STRESSED:
                start = len(buffer)
                if text := child.text:
                    buffer.append(text)
                if len(child):
                    self.visit(child, box)
                self.stressed_chars += sum(map(len, buffer[start:]))
            elif kind == _BREAK:
                buffer.append(LINE_BREAK)
            elif kind == _PICTURE:
                self.see(child, box)
            elif kind == _NO_SCRIPT:
                for picture in child.iter("img"):
                    self.see(picture, box)
            tail = child.tail
            if tail and (buffer or not tail.isspace()):
                buffer.append(tail)
        self.visits -= 1

    def follow(self, element: Element, box: Box) -> None:
        """A link with elements in it: its text counts as linked, also where block-level ones are among them."""
        outer, outer_start = self.link, self.link_start
        self.link, self.link_start = element, len(self.buffer)
        if text := element.text:
            self.buffer.append(text)
        self.visit(element, box)
        if self.link_start < len(self.buffer):
            self.anchors.append((element, self.link_start, len(self.buffer)))
        self.link, self.link_start = outer, min(outer_start, len(self.buffer))

    def join_row(self, box: Box) -> None:
        """Make one piece of a table row's cells, unless the table is only there for the layout."""
        pieces = self.pieces
        cells = pieces[box.first :]
        if not 2 <= len(cells) <= MAX_CELLS or any(len(cell.text) > MAX_CELL_CHARS for cell in cells):
            return
        if sum(1 for child in box.element if child.tag in ("td", "th")) < len(cells):
            return  # a cell with several paragraphs
        for inner in reversed(self.boxes):
            if inner is box:
                break
            inner.first = inner.end = box.first
        for picture in reversed(self.pictures):
            if picture.position <= box.first:
                break
            picture.position = box.first + 1
        del pieces[box.first :]
        pieces.append(
            Piece(
                box.first,
                " ".join(cell.text for cell in cells),
                box,
                sum(cell.link_chars for cell in cells),
                sum(cell.stressed_chars for cell in cells),
                tuple(anchor for cell in cells for anchor in cell.anchors),
            )
        )

    def see(self, element: Element, box: Box) -> None:
        """A picture; its position is the piece that comes after it."""
        self.pictures.append(Picture(element, box, len(self.pieces), self.link))

    def flush(self, box: Box) -> None:
        """End the run of text: make pieces of what was gathered."""
        buffer = self.buffer
        anchors = self.anchors
        if self.link is not None and self.link_start < len(buffer):
            anchors.append((self.link, self.link_start, len(buffer)))
        text = buffer[0] if len(buffer) == 1 else "".join(buffer)
        if LINE_BREAK in text:
            if not text.isspace():
                self.split(box)
        elif clean := " ".join(text.split()):
            self.add(box, clean, buffer, anchors)
        buffer.clear()
        anchors.clear()
        self.stressed_chars = 0
        self.link_start = 0

    def split(self, box: Box) -> None:
        """Pieces of a run with line breaks: two of them in a row end a piece, one is a newline in it."""
        starts = [0]
        breaks = 0
        for index, part in enumerate(self.buffer):
            if part == LINE_BREAK:
                breaks += 1
            elif not part.isspace():
                if breaks >= 2:
                    starts.append(index)
                breaks = 0
        links = iter((*self.anchors, None))
        link = next(links)
        for start, end in zip(starts, (*starts[1:], len(self.buffer)), strict=True):
            anchors: list[tuple[Element, int, int]] = []
            while link is not None and link[1] < end:
                element, first, last = link
                anchors.append((element, max(first, start) - start, min(last, end) - start))
                if last > end:
                    break  # the rest of it stands in the next piece
                link = next(links)
            parts = self.buffer[start:end]
            lines = (" ".join(line.split()) for line in "".join(parts).split(LINE_BREAK))
            if clean := "\n".join(line for line in lines if line):
                self.add(box, clean, parts, anchors)

    def add(self, box: Box, clean: str, parts: list[str], anchors: list[tuple[Element, int, int]]) -> None:
        """A piece of the text ``clean``, which was gathered as ``parts``."""
        pieces = self.pieces
        if len(pieces) >= MAX_PIECES:
            return
        length = len(clean)
        stressed = self.stressed_chars
        if stressed > length:
            stressed = length
        if not anchors:
            pieces.append(Piece(len(pieces), clean, box, 0, stressed))
            return
        if len(anchors) == 1 and anchors[0][2] - anchors[0][1] == len(parts) and "\n" not in clean:
            # all of it is one link, as in menus and teasers
            pieces.append(Piece(len(pieces), clean, box, length, stressed, (Anchor(anchors[0][0], clean, ""),)))
            return
        links: list[Anchor] = []
        end = link_chars = 0
        for element, first, last in anchors:
            linked = "".join(parts[first:last])
            linked = " ".join((linked.replace(LINE_BREAK, " ") if LINE_BREAK in linked else linked).split())
            links.append(Anchor(element, linked, "".join(parts[end:first])))
            link_chars += len(linked)
            end = last
        pieces.append(Piece(len(pieces), clean, box, link_chars, stressed, tuple(links)))
