"""What the body classifier is told of each text piece of a page: some ninety numbers, none of them about the host.

A piece alone says little ("He agreed." is body, "Read more." is not), so most numbers are about where it stands: the
box that holds most of the page's running text, the pieces before and after, how its siblings look, and whether other
parts of the page (headline, description, JSON-LD) say the same.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import log1p

from newsarchive.parsers.body.layout import HEAD_CHARS, HEADINGS, SENTENCE_END, Frames, Layout, squeezed, sums_of
from newsarchive.parsers.outline.pieces import Box, Outline, Piece
from newsarchive.parsers.vocabulary.markup_words import BIT
from newsarchive.parsers.vocabulary.text_words import MEANINGS as TEXT_MEANINGS
from newsarchive.parsers.vocabulary.text_words import meanings_of, words_in

_DIGITS = re.compile(r"\d")
_ASCII_DIGITS = b"0123456789"
_ASCII_UPPERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CLOCK = re.compile(r"\b\d{1,2}[:.h]\d{2}\b|\b(?:19|20)\d{2}\b")
_OPENING_QUOTES = frozenset('"“„«‘「»‹')
_OPENING_MARKS = frozenset("([*-–—•>|#@")
_CASE_CHARS = 40
"""Characters of a piece whose case is looked at."""
_DIGIT_CHARS = 120
"""Characters of a piece whose digits are counted."""
TOPIC_CHARS = 5
"""A word of the headline that has so many characters says what the article is about."""
_NEAR = 3
"""Neighbors on each side that count for the local averages."""
_RUNNING = 60
"""From this much running text a piece is a paragraph to its neighbors."""

LOCAL_NAMES = (
    "related", "comments", "side", "picture", "caption", "player", "box", "factbox", "standfirst", "byline", "date",
    "tools", "topics", "signup", "ad", "hidden", "share", "menu", "footer", "consent", "live",
)  # fmt: skip
"""Meanings of the boxes around a piece (below those that hold most of the text) that tell something."""
OWN_NAMES = ("text", "paragraph", "quote", "box", "factbox", "standfirst", "picture", "caption", "related", "side")
"""Meanings of the piece's own box and the next one around it that tell something."""
_LOCAL_BITS = tuple(BIT[name] for name in LOCAL_NAMES)
_OWN_BITS = tuple(BIT[name] for name in OWN_NAMES)
_ALL_LOCAL = sum(_LOCAL_BITS)
_ALL_OWN = sum(_OWN_BITS)
_TEXT_BITS = tuple(1 << number for number in range(len(TEXT_MEANINGS)))
_HEADING_LEVEL = {tag: float(tag[1]) for tag in HEADINGS}
_TAG_NUMBER = {
    "p": 1.0,
    "div": 2.0,
    "li": 3.0,
    "td": 4.0,
    "tr": 4.0,
    "blockquote": 5.0,
    "figcaption": 6.0,
    "section": 7.0,
    "article": 7.0,
}


@dataclass(slots=True)
class Context:
    """What the rest of the page says about its text, squeezed to letters and digits (see :func:`layout.squeezed`)."""

    headline: str = ""
    description: str = ""
    article_body: str = ""
    """JSON-LD articleBody; empty if the page has none."""
    authors: tuple[str, ...] = ()
    headline_words: frozenset[str] = frozenset()
    topic_words: frozenset[str] = frozenset()
    """Words of headline and description."""


NAMES: tuple[str, ...] = (
    # The piece itself.
    "size", "words", "lines", "stops", "link_share", "stressed_share", "digit_share", "upper_share", "ends_sentence",
    "starts_upper", "clock", "tag", "heading", "running", "copies", "in_description", "in_article_body", "is_author",
    # Its characters and words.
    "has_at", "has_address", "exclamations", "separators", "questions", "opens_marked", "opens_quoted", "commas",
    "headline_words", "topic_words", "topic_share", "meanings", *(f"says_{name}" for name in TEXT_MEANINGS),
    # Where it stands.
    "in_main", "place_in_main", "depth_below_main", "distance_to_main", "after_headline", "since_headline",
    "same_article", "heads_before", "since_picture", "running_before", "running_after", "running_after_share",
    "since_running", "until_running", "near_before", "near_after",
    # What stands beside it and what looks like it.
    "previous_size", "next_size", "previous_link_share", "next_link_share", "siblings_running", "siblings_link_share",
    "siblings_count", "alike_running", "alike_count", "alike_in_main", "parent_size", "parent_link_share",
    "parent_running", "outer_running", "is_alt",
    # What stands around it.
    "in_article", "in_aside", "in_head_or_foot", "in_list", "in_table", "in_quote",
    # The page.
    "page_running", "main_share",
    # What the boxes around it are named for.
    *(f"local_{name}" for name in LOCAL_NAMES), *(f"own_{name}" for name in OWN_NAMES),
)  # fmt: skip


@dataclass(slots=True)
class _Group:
    """Sums over pieces that stand together or look alike."""

    running: float = 0.0
    link_chars: int = 0
    chars: int = 0
    count: int = 0
    in_main: int = 0


def features(
    outline: Outline, layout: Layout, context: Context, asked: Container[str] = NAMES
) -> tuple[list[int], list[list[float]]]:
    """The pieces that may be body, ascending, and a row of numbers for each in the order of ``NAMES``.

    Left out are links among links and text among other text that shares neither box nor look with running text: most
    of a page, at the cost of next to no body text. All numbers are floats, which the trees compare fastest. Of names
    that are not ``asked``, those that take long are 0.
    """
    pieces, sizes, running, sums, main = outline.pieces, layout.sizes, layout.running, layout.sums, layout.main
    if not pieces:
        return [], []
    total = sums[-1] or 1.0
    little = 0.002 * total
    sum_before, sum_after = sums[main.first], sums[main.end]
    main_total = (sum_after - sum_before) or 1.0
    main_count = max(main.end - main.first, 1)
    chars = [len(piece.text) for piece in pieces]
    link_shares = [piece.link_chars / length for piece, length in zip(pieces, chars, strict=True)]
    siblings, looks = _groups(pieces, chars, running, main)
    is_running = [score > _RUNNING for score in running]
    since_running = _since(is_running, 20.0)
    until_running = _since(is_running[::-1], 20.0)[::-1]
    pictured = {picture.position for picture in outline.pictures}
    since_picture = _since([index in pictured for index in range(len(pieces))], 10.0)
    near_sums = [0.0] * _NEAR + sums + [sums[-1]] * _NEAR
    alts = _alternative_texts(outline) if "is_alt" in asked else frozenset()
    authors = context.authors if "is_author" in asked else ()
    families = _Families(outline, layout, total)
    surroundings = Frames(main)
    best = max(range(main.first, main.end), key=running.__getitem__, default=0)
    main_article = surroundings.of(pieces[best].box)[0]
    headline_at = _headline_at(pieces, layout, context)
    page = (log1p(total), main_total / total)
    heads = 0.0
    last = len(pieces) - 1
    indices: list[int] = []
    rows: list[list[float]] = []
    for index, piece in enumerate(pieces):
        box = piece.box
        tag = box.tag
        heading = _HEADING_LEVEL.get(tag, 0.0)
        if 0.0 < heading <= 2.0 and index >= main.first:
            heads += 1.0
        group, like = siblings[index], looks[index]
        link_share = link_shares[index]
        if link_share > 0.9 and group.link_chars > 0.8 * group.chars:
            continue
        if not heading and group.running < little and like.running < little:
            continue
        head = layout.heads[index]
        length = chars[index]
        article, levels, elements = surroundings.of(box)
        family, parent_words = families.of(box.parent or box)
        before, after = sums[index] - sum_before, sum_after - sums[index + 1]
        previous, following = index - 1 if index else 0, index + 1 if index < last else last
        distance = abs(index - headline_at)
        indices.append(index)
        rows.append(
            [
                sizes[index] + 0.0,
                *_of_text(piece, length, layout.stops[index], link_share),
                _TAG_NUMBER.get(tag, 0.0),
                heading,
                running[index],
                layout.copies[head] + 0.0,
                _inside(head, context.description),
                _inside(head, context.article_body) if context.article_body else -1.0,
                1.0 if authors and length < HEAD_CHARS and any(author in head for author in authors) else 0.0,
                *_of_words(piece.text, length, context),
                1.0 if main.first <= index < main.end else 0.0,
                (index - main.first) / main_count,
                box.depth - main.depth + 0.0,
                levels,
                1.0 if index > headline_at else 0.0,
                distance + 0.0 if distance < 50 else 50.0,
                1.0 if article == main_article else 0.0,
                heads,
                since_picture[index],
                log1p(before) if before > 0 else 0.0,
                log1p(after) if after > 0 else 0.0,
                after / main_total,
                since_running[index],
                until_running[index],
                sums[index] - near_sums[index],
                near_sums[index + 1 + 2 * _NEAR] - sums[index + 1],
                sizes[previous] + 0.0,
                sizes[following] + 0.0,
                link_shares[previous],
                link_shares[following],
                group.running / total,
                group.link_chars / group.chars,
                group.count + 0.0,
                like.running / total,
                like.count + 0.0,
                like.in_main / like.count,
                *family,
                1.0 if alts and head in alts else 0.0,
                *elements,
                *page,
                *_local_bits(layout.local_words[id(box)] & _ALL_LOCAL),
                *_own_bits((box.words | parent_words) & _ALL_OWN),
            ]
        )
    return indices, rows


class _Families:
    """What a box tells of the pieces right in it and in the boxes below it, worked out once for all of these."""

    def __init__(self, outline: Outline, layout: Layout, total: float) -> None:
        self.layout = layout
        self.total = total
        self.link_sums = sums_of([piece.link_chars for piece in outline.pieces])
        self.char_sums = sums_of([len(piece.text) for piece in outline.pieces])
        self.known: dict[int, tuple[tuple[float, float, float, float], int]] = {}

    def of(self, parent: Box) -> tuple[tuple[float, float, float, float], int]:
        """From ``parent_size`` to ``outer_running``, and what the box is named for if it does not hold most text."""
        known = self.known.get(id(parent))
        if known is None:
            sums, chars, links = self.layout.sums, self.char_sums, self.link_sums
            first, end = parent.first, parent.end
            outer = parent.parent or parent
            size = chars[end] - chars[first] or 1.0
            known = self.known[id(parent)] = (
                (
                    size,
                    (links[end] - links[first]) / size,
                    (sums[end] - sums[first]) / self.total,
                    (sums[outer.end] - sums[outer.first]) / self.total,
                ),
                parent.words if self.layout.local_words[id(parent)] else 0,
            )
        return known


def _of_text(piece: Piece, length: int, stops: int, link_share: float) -> tuple[float, ...]:
    """From ``words`` to ``clock``."""
    text = piece.text
    start = text[:_CASE_CHARS]
    digits = text[:_DIGIT_CHARS]
    if digits.isascii():  # bytes of a kind are counted fastest by what is left without them
        digit_count = len(digits) - len(digits.encode().translate(None, _ASCII_DIGITS))
        uppers = len(start) - len(start.encode().translate(None, _ASCII_UPPERS))
    else:
        digit_count = len(_DIGITS.findall(digits))
        uppers = sum(map(str.isupper, start))
    return (
        text.count(" ") + 1.0,
        text.count("\n") + 0.0 if "\n" in text else 0.0,
        stops + 0.0,
        link_share,
        piece.stressed_chars / length,
        digit_count / len(digits),
        uppers / len(start),
        1.0 if text[-1] in SENTENCE_END else 0.0,
        1.0 if start[0].isupper() else 0.0,
        1.0 if digit_count and length < _DIGIT_CHARS and _CLOCK.search(text) else 0.0,
    )


def _of_words(text: str, length: int, context: Context) -> tuple[float, ...]:
    """From ``has_at`` to the last ``says_``."""
    words = words_in(text)
    meanings = meanings_of(text, words)
    topic = float(len(words & context.topic_words))
    first = text[0]
    return (
        1.0 if "@" in text else 0.0,
        1.0 if "http" in text or "www." in text else 0.0,
        # Found, or not, ten times as fast as counted.
        text.count("!") + 0.0 if "!" in text else 0.0,
        sum(text.count(sign) for sign in "|·•") + 0.0 if "|" in text or "·" in text or "•" in text else 0.0,
        text.count("?") + 0.0 if "?" in text else 0.0,
        1.0 if first in _OPENING_MARKS else 0.0,
        1.0 if first in _OPENING_QUOTES else 0.0,
        text.count(",") / length,
        len(words & context.headline_words) + 0.0,
        topic,
        topic / (len(words) or 1),
        meanings.bit_count() + 0.0,
        *_text_bits(meanings),
    )


def _bits(found: int, bits: tuple[int, ...]) -> tuple[float, ...]:
    return tuple(1.0 if found & bit else 0.0 for bit in bits)


@lru_cache(2048)
def _text_bits(meanings: int) -> tuple[float, ...]:
    return _bits(meanings, _TEXT_BITS)


@lru_cache(2048)
def _local_bits(words: int) -> tuple[float, ...]:
    return _bits(words, _LOCAL_BITS)


@lru_cache(2048)
def _own_bits(words: int) -> tuple[float, ...]:
    return _bits(words, _OWN_BITS)


def _since(flags: list[bool], most: float) -> list[float]:
    """How many pieces ago the flag was last set; ``most`` if that is longer ago, or it never was."""
    counts: list[float] = []
    count = most
    for flag in flags:
        if flag:
            count = 0.0
        elif count < most:
            count += 1.0
        counts.append(count)
    return counts


def _groups(
    pieces: list[Piece], chars: list[int], running: list[float], main: Box
) -> tuple[list[_Group], list[_Group]]:
    """By piece: the pieces of its box and of those beside it, and the pieces of its look (tags and classes)."""
    siblings: list[_Group] = []
    looks: list[_Group] = []
    by_parent: dict[int, _Group] = {}
    by_look: dict[tuple[object, ...], _Group] = {}
    for index, (piece, length, score) in enumerate(zip(pieces, chars, running, strict=True)):
        box = piece.box
        parent = box.parent or box
        group = by_parent.get(id(parent))
        if group is None:
            group = by_parent[id(parent)] = _Group()
        look = (box.tag, box.name, parent.tag, parent.name)
        like = by_look.get(look)
        if like is None:
            like = by_look[look] = _Group()
        siblings.append(group)
        looks.append(like)
        group.running += score
        group.link_chars += piece.link_chars
        group.chars += length
        group.count += 1
        like.running += score
        like.count += 1
        if main.first <= index < main.end:
            like.in_main += 1
    return siblings, looks


def _alternative_texts(outline: Outline) -> frozenset[str]:
    """What the page's pictures are described by, squeezed: a piece that says the same is a caption."""
    texts = (picture.element.get("alt") for picture in outline.pictures)
    return frozenset(squeezed(text[:HEAD_CHARS]) for text in texts if text and len(text) > 20)


def _headline_at(pieces: list[Piece], layout: Layout, context: Context) -> int:
    """Index of the piece that is the headline; just above the main box if none is."""
    if context.headline:
        for index, piece in enumerate(pieces):
            if piece.box.tag in HEADINGS and overlap(layout.heads[index], context.headline) > 0.7:
                return index
    return layout.main.first - 1


def _inside(head: str, whole: str) -> float:
    return 1.0 if len(head) > 12 and whole and (head in whole or whole in head) else 0.0


def overlap(head: str, headline: str) -> float:
    """How much of the longer of two squeezed texts the shorter one is, if it is its beginning; else 0."""
    if not head or not headline:
        return 0.0
    if head == headline[: len(head)] or headline == head[: len(headline)]:
        return min(len(head), len(headline)) / max(len(head), len(headline))
    return 0.0


def context_of(values: Mapping[str, str | None], authors: tuple[str, ...] = ()) -> Context:
    """A context of plain texts: ``headline``, ``description``, ``article_body``."""
    headline, description = values.get("headline") or "", values.get("description") or ""
    headline_words = frozenset(word for word in words_in(headline) if len(word) >= TOPIC_CHARS)
    described = frozenset(word for word in words_in(description) if len(word) >= TOPIC_CHARS)
    return Context(
        squeezed(headline)[:HEAD_CHARS],
        squeezed(description),
        squeezed(values.get("article_body") or ""),
        tuple(name for name in (squeezed(author) for author in authors) if len(name) > 4),
        headline_words,
        headline_words | described,
    )
