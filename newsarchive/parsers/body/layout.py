"""Where a page's running text is: how much each piece looks like it, and the box that holds most of it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from newsarchive.parsers.outline.pieces import Box, Outline, Piece
from newsarchive.parsers.text import alphanumeric
from newsarchive.parsers.vocabulary.markup_words import BIT

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))

_WIDE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_WIDE_BYTES = 2.3
"""UTF-8 bytes a character from which a text is mostly in a script of three bytes; Arabic and Cyrillic have two."""
_FULL_STOP = re.compile(r"\. ")
_OTHER_STOPS = (("。", "。"), ("！", "！"), ("？", "？"), ("।", "।"), ("؟", "؟ "), ("۔", "۔"))
"""A character that a text has to have, and what is counted in it then."""
SENTENCE_END = frozenset(".!?…。！？।؟۔։።។៕”\"»“’')」』）:")
_LAST_STOPS = frozenset(".!?。！？।؟۔")

_NEVER_WRAPS = BIT["comments"] | BIT["consent"]
"""Meanings that a box keeps even if it holds most of the page's text."""
_AGAINST = (
    _NEVER_WRAPS
    | BIT["related"]
    | BIT["share"]
    | BIT["menu"]
    | BIT["side"]
    | BIT["footer"]
    | BIT["signup"]
    | BIT["hidden"]
)
_PLAIN_TAGS = frozenset(("div", "p", "li", "span", "section", "td", "tr", "tbody", *HEADINGS))
"""Elements that say nothing of what stands in them, the most frequent ones."""
HEAD_CHARS = 90
"""Characters of a piece that are compared with other texts."""


def squeezed(text: str) -> str:
    """Lower-case letters and digits only, so that quotes, dashes and spaces do not hide that two texts are equal."""
    return alphanumeric(text).lower()


def text_size(text: str) -> int:
    """Length in characters of an alphabet: a Chinese, Korean or Thai character says more than a Latin letter."""
    length = len(text)
    if text.isascii() or len(text.encode("utf-8", "surrogatepass")) < _WIDE_BYTES * length:
        return length
    return length + len(_WIDE.findall(text))


def stops_in(text: str) -> int:
    """How many sentences end in a text, about."""
    count = 1 if text[-1] in _LAST_STOPS else 0
    # One character is found, or not, ten times as fast as it is counted, and two are counted fastest by an expression.
    count += len(_FULL_STOP.findall(text))
    if "?" in text:
        count += text.count("? ")
    if "!" in text:
        count += text.count("! ")
    if not text.isascii():
        for mark, stop in _OTHER_STOPS:
            if mark in text:
                count += text.count(stop)
    return count


@dataclass(slots=True)
class Layout:
    """The page's running text and where it is. Lists have an entry for each piece of the outline."""

    sizes: list[int]
    stops: list[int]
    running: list[float]
    """:func:`running_text` of each piece, less what stands in boxes of comments, menus and the like."""
    sums: list[float]
    """Sums of ``running`` before each piece, and the total at the end."""
    local_words: dict[int, int]
    """By ``id`` of the box: meanings of it and of the boxes around it that do not hold most of the text."""
    main: Box
    """The box that holds the running text and little else."""
    heads: list[str]
    """Each piece's first characters, squeezed; empty for links."""
    copies: Counter[str]


def running_text(piece: Piece, size: int, stops: int) -> float:
    """How much the piece alone looks like running text: characters outside links, none for what is mostly link."""
    if size < 20:
        return 0.0
    score = float(min(size, 800))
    if piece.link_chars:
        plain = 1 - piece.link_chars / len(piece.text)
        if plain < 0.5:
            return 0.0
        score *= plain * plain
    if not stops:
        score *= 0.25
    tag = piece.box.tag
    if tag == "p":
        score *= 1.2
    elif tag == "li":
        score *= 0.5
    elif tag in HEADINGS or tag == "figcaption":
        score *= 0.1
    return score


def layout_of(outline: Outline) -> Layout:
    """Find where the running text is. The outline has at least one piece."""
    pieces = outline.pieces
    sizes: list[int] = []
    stops: list[int] = []
    running: list[float] = []
    heads: list[str] = []
    for piece in pieces:
        text = piece.text
        # What is mostly link is no running text, however long: most of a page need not be looked at.
        is_link = 2 * piece.link_chars > len(text)
        size, stop = (len(text), 0) if is_link else (text_size(text), stops_in(text))
        sizes.append(size)
        stops.append(stop)
        running.append(0.0 if is_link else running_text(piece, size, stop))
        heads.append("" if is_link and piece.box.tag not in HEADINGS else squeezed(text[:HEAD_CHARS]))
    local_words = _local_words(outline.boxes, sums_of(running))
    for index, piece in enumerate(pieces):
        if running[index] and (against := local_words[id(piece.box)] & _AGAINST):
            running[index] *= 0.02 if against & _NEVER_WRAPS else 0.3
    main = _main_box(outline, running)
    return Layout(sizes, stops, running, sums_of(running), local_words, main, heads, Counter(heads))


def _local_words(boxes: list[Box], sums: list[float]) -> dict[int, int]:
    wide = 0.5 * sums[-1]
    found: dict[int, int] = {}
    for box in boxes:
        parent = box.parent
        if parent is None or box.tag == "body":
            found[id(box)] = 0
            continue
        words = box.words
        if words and box.first != box.end and sums[box.end] - sums[box.first] > wide:
            words = words & _NEVER_WRAPS if box.tag != "article" else 0
        found[id(box)] = found[id(parent)] | words
    return found


def _main_box(outline: Outline, running: list[float]) -> Box:
    """The box with the most running text left after a price for every other piece; the innermost of equals."""
    worth = sums_of(
        [
            score if score > 0 else -12.0 - 0.2 * min(piece.link_chars, 100)
            for piece, score in zip(outline.pieces, running, strict=True)
        ]
    )
    best, most, depth = outline.boxes[0], worth[-1], 0
    for box in outline.boxes:
        if box.first != box.end or not most:
            value = worth[box.end] - worth[box.first]
            if value > most or (value == most and box.depth > depth):
                best, most, depth = box, value, box.depth
    return best


def sums_of(values: list[float]) -> list[float]:
    """Sums of the values before each place, and the total at the end."""
    total = 0.0
    sums = [0.0]
    for value in values:
        total += value
        sums.append(total)
    return sums


Frame = tuple[int, float, tuple[float, float, float, float, float, float]]
"""What :meth:`Frames.of` gives."""


class Frames:
    """What stands around boxes, each worked out from the box around it."""

    def __init__(self, main: Box) -> None:
        self.known: dict[int, Frame] = {}
        line: list[Box] = []
        box: Box | None = main
        while box is not None:
            line.append(box)
            box = box.parent
        article = id(line[-1])
        inside = 0.0
        for outer in reversed(line):
            if outer.tag == "article":
                article, inside = id(outer), 1.0
            self.known[id(outer)] = (article, 0.0, (inside, 0.0, 0.0, 0.0, 0.0, 0.0))

    def of(self, box: Box) -> Frame:
        """What stands around the box.

        The ``id`` of the innermost ``<article>`` (or the root); levels up to the first box shared with the main one;
        and which elements: article (2 below the shared box, 1 above), aside, header (1) or footer (2), list, table,
        quote.
        """
        known = self.known.get(id(box))
        if known is None:
            if box.parent is None:
                return (id(box), 0.0, (0.0, 0.0, 0.0, 0.0, 0.0, 0.0))
            article, levels, elements = self.of(box.parent)
            tag = box.tag
            if tag in _PLAIN_TAGS:
                known = self.known[id(box)] = (article, levels + 1, elements)
                return known
            inside, aside, edge, listed, table, quote = elements
            if tag == "article":
                article, inside = id(box), 2.0
            elif tag == "aside":
                aside = 1.0
            elif tag in ("header", "footer"):
                edge = 1.0 if tag == "header" else 2.0
            elif tag in ("ul", "ol", "dl"):
                listed = 1.0
            elif tag == "table":
                table = 1.0
            elif tag == "blockquote":
                quote = 1.0
            known = self.known[id(box)] = (article, levels + 1, (inside, aside, edge, listed, table, quote))
        return known
