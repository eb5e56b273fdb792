"""What the body classifier is told of each text piece of a page: some forty numbers, none of them about the host.

A piece alone says little ("He agreed." is body, "Read more." is not), so most numbers are about where it stands: the
box that holds most of the page's running text, the pieces before and after, how its siblings look, and whether other
parts of the page (headline, description, JSON-LD) say the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import log1p

from newsarchive.parsers.markup_words import BIT
from newsarchive.parsers.outline import Box, Outline, Piece

_SENTENCE_END = frozenset(".!?…。！？।؟۔።։။៕”\"»“’')」』）:")
_STOPS = re.compile(r"[.!?。！？।؟۔。](?:\s|$)|[。！？।؟۔]")
_DIGITS = re.compile(r"\d")
_WIDE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_NOT_LETTERS = re.compile(r"[\W_]+")
_CLOCK = re.compile(r"\b\d{1,2}[:.h]\d{2}\b|\b(?:19|20)\d{2}\b")

_NEAR = 3
"""Neighbors on each side that count for the local averages."""

LOCAL_NAMES = (
    "related", "comments", "side", "picture", "caption", "player", "box", "standfirst", "byline", "date", "tools",
    "topics", "signup", "ad", "hidden",
)  # fmt: skip
"""Meanings of the boxes around a piece (below those that hold most of the text) that tell something."""
OWN_NAMES = ("text", "box", "standfirst", "picture", "caption", "related", "side")
"""Meanings of the piece's own box and the next one around it that tell something."""
_LOCAL_BITS = tuple(BIT[name] for name in LOCAL_NAMES)
_OWN_BITS = tuple(BIT[name] for name in OWN_NAMES)
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_TAG_NUMBER = {
    "p": 1,
    "div": 2,
    "li": 3,
    "td": 4,
    "tr": 4,
    "blockquote": 5,
    "figcaption": 6,
    "section": 7,
    "article": 7,
}


@dataclass(slots=True)
class Context:
    """What the rest of the page says about its text, squeezed to letters and digits (see :func:`squeezed`)."""

    headline: str = ""
    description: str = ""
    article_body: str = ""
    """JSON-LD articleBody; empty if the page has none."""
    authors: tuple[str, ...] = ()


def squeezed(text: str) -> str:
    """Lower-case letters and digits only, so that quotes, dashes and spaces do not hide that two texts are equal."""
    return _NOT_LETTERS.sub("", text).lower()


def text_size(text: str) -> int:
    """Length in characters of an alphabet: a Chinese, Korean or Thai character says more than a Latin letter."""
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


def running_text(piece: Piece, size: int) -> float:
    """How much the piece alone looks like running text: characters outside links, none for what is mostly link."""
    plain = 1 - piece.link_chars / len(piece.text) if piece.link_chars else 1.0
    if plain < 0.5 or size < 20:
        return 0.0
    score = min(size, 800) * plain * plain
    if not _STOPS.search(piece.text):
        score *= 0.25
    tag = piece.box.tag
    if tag == "p":
        score *= 1.2
    elif tag in HEADINGS or tag == "figcaption":
        score *= 0.1
    elif tag == "li":
        score *= 0.5
    return score


@dataclass(slots=True)
class Layout:
    """The page's running text and where it is."""

    sizes: list[int]
    running: list[float]
    """:func:`running_text` of each piece, less what stands in boxes of comments, menus and the like."""
    sums: list[float]
    """Sums of ``running`` before each piece, and the total at the end."""
    local_words: dict[int, int]
    """By ``id`` of the box: meanings of it and of the boxes around it that do not hold most of the text."""
    main: Box
    """The box that holds the running text and little else."""
    squeezed: list[str]
    """Each piece's first characters, squeezed."""
    copies: Counter[str]


_NEVER_WRAPS = BIT["comments"] | BIT["consent"]
"""Meanings that a box keeps even if it holds most of the page's text."""
_AGAINST = (
    BIT["consent"]
    | BIT["comments"]
    | BIT["related"]
    | BIT["share"]
    | BIT["menu"]
    | BIT["side"]
    | BIT["footer"]
    | BIT["signup"]
    | BIT["hidden"]
)
_SQUEEZED_CHARS = 90


def layout_of(outline: Outline) -> Layout:
    """Find where the running text is."""
    pieces = outline.pieces
    sizes = [text_size(piece.text) for piece in pieces]
    running = [running_text(piece, size) for piece, size in zip(pieces, sizes, strict=True)]
    sums = _sums(running)
    wide = 0.5 * sums[-1]
    local_words: dict[int, int] = {}
    for box in outline.boxes:
        parent = box.parent
        if parent is None or box.tag == "body":
            local_words[id(box)] = 0
        elif sums[box.end] - sums[box.first] > wide:
            local_words[id(box)] = local_words[id(parent)] | (box.words & _NEVER_WRAPS if box.tag != "article" else 0)
        else:
            local_words[id(box)] = local_words[id(parent)] | box.words
    for index, piece in enumerate(pieces):
        if local_words[id(piece.box)] & _AGAINST:
            running[index] *= 0.02 if local_words[id(piece.box)] & _NEVER_WRAPS else 0.3
    sums = _sums(running)
    worth = _sums(
        [
            score if score > 0 else -12.0 - 0.2 * min(piece.link_chars, 100)
            for piece, score in zip(pieces, running, strict=True)
        ]
    )
    main = max(outline.boxes, key=lambda box: (worth[box.end] - worth[box.first], box.depth))
    heads = [squeezed(piece.text[:_SQUEEZED_CHARS]) for piece in pieces]
    return Layout(sizes, running, sums, local_words, main, heads, Counter(heads))


def _since(flags: list[bool]) -> list[int]:
    """How many pieces ago the flag was last set; 99 if it never was."""
    counts: list[int] = []
    count = 99
    for flag in flags:
        count = 0 if flag else min(count + 1, 99)
        counts.append(count)
    return counts


def _sums(values: list[float]) -> list[float]:
    total = 0.0
    sums = [0.0]
    for value in values:
        total += value
        sums.append(total)
    return sums


NAMES: tuple[str, ...] = (
    # The piece itself.
    "size", "words", "lines", "stops", "link_share", "stressed_share", "digit_share", "upper_share", "ends_sentence",
    "starts_upper", "clock", "tag", "heading", "running", "copies", "in_description", "in_article_body", "is_author",
    # Where it stands.
    "in_main", "place_in_main", "depth_below_main", "distance_to_main", "after_headline", "since_headline",
    "same_article", "heads_before", "since_picture", "running_before", "running_after", "running_after_share",
    "since_running", "until_running", "near_before", "near_after",
    # What stands beside it and what looks like it.
    "previous_size", "next_size", "previous_link_share", "next_link_share", "siblings_running", "siblings_link_share",
    "siblings_count", "alike_running", "alike_count", "alike_in_main", "parent_size", "parent_link_share",
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


def features(outline: Outline, layout: Layout, context: Context) -> tuple[list[int], list[list[float]]]:
    """The pieces that may be body, ascending, and a row of numbers for each in the order of ``NAMES``.

    Left out are links among links and text among other text that shares neither box nor look with running text: most
    of a page, at the cost of next to no body text.
    """
    pieces, sizes, running, sums, main = outline.pieces, layout.sizes, layout.running, layout.sums, layout.main
    if not pieces:
        return [], []
    total = sums[-1] or 1.0
    main_total = (sums[main.end] - sums[main.first]) or 1.0
    main_count = max(main.end - main.first, 1)
    link_shares = [piece.link_chars / len(piece.text) for piece in pieces]
    link_sums = _sums([float(piece.link_chars) for piece in pieces])
    char_sums = _sums([float(len(piece.text)) for piece in pieces])
    siblings, alike, looks = _groups(pieces, running, main)
    since_running = _since([score > 60 for score in running])
    until_running = _since([score > 60 for score in reversed(running)])[::-1]
    pictured = {picture.position for picture in outline.pictures}
    since_picture = _since([index in pictured for index in range(len(pieces))])
    articles = _articles(outline)
    best = max(range(main.first, main.end), key=running.__getitem__, default=0)
    main_article = articles[id(pieces[best].box)]
    headline_at = _headline_at(pieces, layout, context)
    main_line = _line_of(main)
    frames: dict[int, tuple[float, ...]] = {}
    heads = 0
    last = len(pieces) - 1
    indices: list[int] = []
    rows: list[list[float]] = []
    for index, piece in enumerate(pieces):
        box = piece.box
        heading = int(box.tag[1]) if box.tag in HEADINGS else 0
        if index >= main.first and 0 < heading <= 2:
            heads += 1
        parent = box.parent or box
        group = siblings[id(parent)]
        like = alike[looks[index]]
        if link_shares[index] > 0.9 and group.link_chars > 0.8 * group.chars:
            continue
        if not heading and group.running < 0.002 * total and like.running < 0.002 * total:
            continue
        frame = frames.get(id(box))
        if frame is None:
            frame = frames[id(box)] = _frame(box, main, main_line)
        text = piece.text
        length = len(text)
        head = layout.squeezed[index]
        before, after = sums[index] - sums[main.first], sums[main.end] - sums[index + 1]
        previous_index, next_index = max(index - 1, 0), min(index + 1, last)
        parent_chars = char_sums[parent.end] - char_sums[parent.first] or 1.0
        local = layout.local_words[id(box)]
        own = box.words | (parent.words if layout.local_words[id(parent)] else 0)
        indices.append(index)
        rows.append(
            [
                sizes[index],
                text.count(" ") + 1,
                text.count("\n"),
                len(_STOPS.findall(text)),
                link_shares[index],
                piece.stressed_chars / length,
                len(_DIGITS.findall(text)) / length,
                sum(map(str.isupper, text[:60])) / min(length, 60),
                text[-1] in _SENTENCE_END,
                text[0].isupper(),
                length < 120 and _CLOCK.search(text) is not None,
                _TAG_NUMBER.get(box.tag, 0),
                heading,
                running[index],
                layout.copies[head],
                _inside(head, context.description),
                _inside(head, context.article_body) if context.article_body else -1.0,
                length < 90 and any(author in head for author in context.authors),
                main.first <= index < main.end,
                (index - main.first) / main_count,
                frame[0],
                frame[1],
                index > headline_at,
                min(abs(index - headline_at), 50),
                articles[id(box)] == main_article,
                heads,
                min(since_picture[index], 10),
                log1p(max(before, 0.0)),
                log1p(max(after, 0.0)),
                after / main_total,
                min(since_running[index], 20),
                min(until_running[index], 20),
                sum(running[max(0, index - _NEAR) : index]),
                sum(running[index + 1 : index + 1 + _NEAR]),
                sizes[previous_index],
                sizes[next_index],
                link_shares[previous_index],
                link_shares[next_index],
                group.running / total,
                group.link_chars / group.chars,
                group.count,
                like.running / total,
                like.count,
                like.in_main / like.count,
                parent_chars,
                (link_sums[parent.end] - link_sums[parent.first]) / parent_chars,
                *frame[2:],
                log1p(total),
                main_total / total,
                *[local & bit and 1 for bit in _LOCAL_BITS],
                *[own & bit and 1 for bit in _OWN_BITS],
            ]
        )
    return indices, rows


def _groups(
    pieces: list[Piece], running: list[float], main: Box
) -> tuple[dict[int, _Group], dict[tuple[object, ...], _Group], list[tuple[object, ...]]]:
    """Pieces by the box around theirs, pieces by their look (tags and classes), and the look of each piece."""
    siblings: dict[int, _Group] = {}
    alike: dict[tuple[object, ...], _Group] = {}
    looks: list[tuple[object, ...]] = []
    known: dict[int, tuple[object, ...]] = {}
    for index, piece in enumerate(pieces):
        box = piece.box
        parent = box.parent or box
        look = known.get(id(box))
        if look is None:
            look = known[id(box)] = (box.tag, box.element.get("class"), parent.tag, parent.element.get("class"))
        looks.append(look)
        in_main = main.first <= index < main.end
        for group in (siblings.setdefault(id(parent), _Group()), alike.setdefault(look, _Group())):
            group.running += running[index]
            group.link_chars += piece.link_chars
            group.chars += len(piece.text)
            group.count += 1
            group.in_main += in_main
    return siblings, alike, looks


def _articles(outline: Outline) -> dict[int, int]:
    """By ``id`` of the box: the ``id`` of the innermost ``<article>`` around it, or of the root box."""
    found: dict[int, int] = {}
    for box in outline.boxes:
        found[id(box)] = id(box) if box.tag == "article" or box.parent is None else found[id(box.parent)]
    return found


def _headline_at(pieces: list[Piece], layout: Layout, context: Context) -> int:
    """Index of the piece that is the headline; just above the main box if none is."""
    if context.headline:
        for index, piece in enumerate(pieces):
            if piece.box.tag in HEADINGS and _overlap(layout.squeezed[index], context.headline) > 0.7:
                return index
    return layout.main.first - 1


def _line_of(box: Box) -> set[int]:
    """``id`` of the box and all boxes around it."""
    line: set[int] = set()
    current: Box | None = box
    while current is not None:
        line.add(id(current))
        current = current.parent
    return line


def _frame(box: Box, main: Box, main_line: set[int]) -> tuple[float, ...]:
    """Depth below the main box, levels up to the first box shared with it, and the elements around the piece."""
    levels = 0
    article = aside = edge = listed = table = quote = 0.0
    current: Box | None = box
    inside = True
    while current is not None:
        tag = current.tag
        inside = inside and id(current) not in main_line
        if inside:
            levels += 1
            if tag == "aside":
                aside = 1.0
            elif tag in ("header", "footer"):
                edge = 1.0 if tag == "header" else 2.0
            elif tag in ("ul", "ol", "dl"):
                listed = 1.0
            elif tag == "table":
                table = 1.0
            elif tag == "blockquote":
                quote = 1.0
            elif tag == "article":
                article = 2.0
        elif tag == "article" and not article:
            article = 1.0
        current = current.parent
    return (float(box.depth - main.depth), float(levels), article, aside, edge, listed, table, quote)


def _inside(head: str, whole: str) -> float:
    return 1.0 if len(head) > 12 and whole and (head in whole or whole in head) else 0.0


def _overlap(head: str, headline: str) -> float:
    if not head or not headline:
        return 0.0
    if head == headline[: len(head)] or headline == head[: len(headline)]:
        return min(len(head), len(headline)) / max(len(head), len(headline))
    return 0.0


def context_of(values: Mapping[str, str | None], authors: tuple[str, ...] = ()) -> Context:
    """A context of plain texts: ``headline``, ``description``, ``article_body``."""
    return Context(
        squeezed(values.get("headline") or "")[:_SQUEEZED_CHARS],
        squeezed(values.get("description") or ""),
        squeezed(values.get("article_body") or ""),
        tuple(name for name in (squeezed(author) for author in authors) if len(name) > 4),
    )
