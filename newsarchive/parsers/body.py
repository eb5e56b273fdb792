"""The article's own text: which pieces of the page are body, in order, and what kind of block each is.

Rules alone cannot tell a closing paragraph from a teaser, so the pieces are judged by a small classifier, trained on
pages of many publishers (``benchmarks/train_body.py``; its weights are in ``body_model.json``). Rules do the certain:
the headline is no paragraph, "Related:" lines are links, rows of a table are rows. Where a page holds its
text only in JSON-LD, that is taken.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from newsarchive.model.article import Block, BlockKind
from newsarchive.parsers.body_features import HEADINGS, NAMES, Context, context_of, features, layout_of
from newsarchive.parsers.boosted_trees import packaged_model
from newsarchive.parsers.outline import Box, Outline, Piece
from newsarchive.parsers.page import Page
from newsarchive.parsers.related_phrases import is_phrase, without_phrase
from newsarchive.parsers.structured import as_list

MODEL_FILE = "body_model.json"
THRESHOLD = 0.5
"""A piece with at least this probability is body."""
MIN_JSON_CHARS = 400
"""A shorter JSON-LD articleBody is never taken for the whole text."""
JSON_RATIO = 2.5
"""How many times longer than the text found in the page a JSON-LD articleBody must be to be preferred."""


@dataclass(frozen=True, slots=True)
class Body:
    """What was found to be the article's text, and what :mod:`images` and :mod:`related` need to know of it."""

    blocks: tuple[Block, ...]
    source: str
    """``dom`` or ``json-ld``; ``none`` if no text was found."""
    outline: Outline
    chosen: tuple[int, ...] = ()
    """Indices of the outline's pieces the blocks were made of, ascending."""
    main: Box | None = None
    """The box that holds most of the page's running text; None on a page without any."""
    local_words: dict[int, int] = field(default_factory=dict)
    """Meanings of the boxes around a piece, see :class:`newsarchive.parsers.body_features.Layout`."""


def find_body(page: Page, headline: str | None) -> Body:
    """The body of the page; ``headline`` as found by the headline rule, None if there is none. Never raises."""
    outline = page.outline
    if not outline.pieces:
        return Body((), "none", outline)
    context = _context(page, headline)
    layout = layout_of(outline)
    model = packaged_model(MODEL_FILE, NAMES)
    rows = features(outline, layout, context)
    judged = [model.probability(row) for row in rows]
    chosen = [index for index, probability in enumerate(judged) if probability >= THRESHOLD]
    chosen = [index for index in chosen if not _is_pointer(outline.pieces[index])]
    blocks = _blocks([outline.pieces[index] for index in chosen])
    told = _json_text(page)
    if len(told) >= MIN_JSON_CHARS and len(told) > JSON_RATIO * sum(len(block.text) for block in blocks):
        return Body(_plain_blocks(told), "json-ld", outline, (), layout.main, layout.local_words)
    return Body(tuple(blocks), "dom" if blocks else "none", outline, tuple(chosen), layout.main, layout.local_words)


def _context(page: Page, headline: str | None) -> Context:
    authors = [
        author if isinstance(author, str) else author.get("name")
        for node in page.json_ld
        for author in as_list(node.get("author"))
        if isinstance(author, (str, dict))
    ]
    values = {
        "headline": headline,
        "description": page.meta_first("og:description", "description"),
        "article_body": _json_text(page),
    }
    return context_of(values, tuple(name for name in authors if isinstance(name, str)))


def _json_text(page: Page) -> str:
    """The longest articleBody of the page's JSON-LD, as plain text; empty if there is none."""
    texts = [node.get("articleBody") for node in page.json_ld]
    return max((_plain(text) for text in texts if isinstance(text, str)), key=len, default="")


_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})[^<>]{0,1000}>")
_BREAKING = frozenset(("p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "tr", "section"))


def _plain(text: str) -> str:
    if "&lt;" in text or "&#" in text or "&amp;" in text or "&quot;" in text or "&nbsp;" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(lambda match: "\n\n" if match[2].lower() in _BREAKING else "", text)
    return text.strip()


def _plain_blocks(text: str) -> tuple[Block, ...]:
    pieces = re.split(r"\n\s*\n", text) if "\n\n" in text else text.split("\n")
    lines = (" ".join(piece.split()) for piece in pieces)
    return tuple(Block(kind=BlockKind.PARAGRAPH, text=line) for line in lines if line and not is_phrase(line))


def _is_pointer(piece: Piece) -> bool:
    """Whether the piece only points at another article ("Related: …")."""
    if is_phrase(piece.text):
        return True
    rest = without_phrase(piece.text)
    if rest is None:
        return False
    if piece.anchors:
        return piece.link_chars >= 0.6 * len(rest)
    return len(piece.text) < 200


def _blocks(pieces: list[Piece]) -> list[Block]:
    return [Block(kind=_kind(piece.box), text=piece.text) for piece in pieces]


def _kind(box: Box) -> BlockKind:
    current: Box | None = box
    levels = 0
    while current is not None and levels < 4:
        tag = current.tag
        if tag in HEADINGS:
            return BlockKind.HEADING
        if tag == "li" or tag in ("dd", "dt"):
            return BlockKind.LIST_ITEM
        if tag == "blockquote":
            return BlockKind.QUOTE
        if tag == "tr":
            return BlockKind.TABLE_ROW if levels == 0 else BlockKind.PARAGRAPH
        current = current.parent
        levels += 1
    return BlockKind.PARAGRAPH
