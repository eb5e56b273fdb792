"""What makes two states of an article the same, and what differs between them. Pure.

Sameness is a digest over headline and blocks: an advertisement, a counter or a clock beside them makes no revision,
nor does a date, a section or an image that is read differently. Where a state belongs in an article's history is
decided in ``timeline``.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from unicodedata import normalize

import orjson

from newsarchive.archive.revisions.alignment import align
from newsarchive.archive.rows import storable
from newsarchive.model.article import Article, Block
from newsarchive.model.crawl_run import Outcome
from newsarchive.model.revision import Candidate

DIFF_FIELDS = (
    "url",
    "publisher",
    "headline",
    "alternative_headline",
    "description",
    "article_section",
    "keywords",
    "authors",
    "date_published",
    "date_published_raw",
    "date_precision",
    "date_modified",
    "in_language",
    "is_accessible_for_free",
    "next_page_url",
    "images",
    "related_links",
    "parser_version",
)
"""What a diff compares beside the blocks. A different ``parser_version`` warns that the newsroom may have changed
nothing."""

MAX_PAIRINGS = 400
"""Pairs of an old and a new block that are compared in one changed stretch; in a longer one all is deleted, then
inserted."""
SIMILAR = 0.4
"""Share of common words from which two blocks count as one that was rewritten."""

_SIMILARITY_WORDS = 400
"""Words at a block's beginning that its similarity is judged by."""
# Words, white space, signs; characters of scripts written without spaces one by one (kana, Han, Hangul, Thai …).
_TOKEN = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\s+|[^\W_]+|.")


def content_digest(article: Article) -> str:
    """``sha256:`` and 64 hex digits over headline and blocks; equal means the same text.

    The input is the compact UTF-8 JSON ``[headline, [[kind, text], …]]`` with all texts in Unicode NFC, so anyone can
    compute it again, and no text can pass for another by where its parts begin.
    """
    headline = None if article.headline is None else normalize("NFC", storable(article.headline))
    blocks = [[block.kind.value, normalize("NFC", storable(block.text))] for block in article.blocks]
    return f"sha256:{hashlib.sha256(orjson.dumps([headline, blocks])).hexdigest()}"


def compare(latest_digest: str | None, candidate: Candidate) -> Outcome:
    """New, changed or unchanged against a known state's digest; None for an article the archive does not have."""
    if latest_digest is None:
        return Outcome.NEW
    return Outcome.UNCHANGED if latest_digest == candidate.content_digest else Outcome.CHANGED


class Change(StrEnum):
    """What became of a piece of the old state."""

    EQUAL = "equal"
    DELETED = "deleted"
    INSERTED = "inserted"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A field with two values, as the export record writes them: times in ISO 8601, lists as lists."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some words of a replaced block. ``equal`` and ``deleted`` pieces make the old text, the others the new one."""

    change: Change
    """Never ``replaced``."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockChange:
    """One block of the old state, of the new one, or of both."""

    change: Change
    old: Block | None
    """None if inserted."""
    new: Block | None
    """None if deleted."""
    pieces: tuple[Piece, ...] = ()
    """Of a replaced block; empty otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleDiff:
    """All that differs between two states, in reading order."""

    fields: tuple[FieldChange, ...]
    """Changed ones only, in the order of :data:`DIFF_FIELDS`."""
    blocks: tuple[BlockChange, ...]
    """All blocks, equal ones too."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not self.fields and all(block.change is Change.EQUAL for block in self.blocks)

    def as_json(self) -> dict[str, Any]:
        """The same as plain dicts, lists and strings."""
        return {"fields": _plain(self.fields), "blocks": _plain(self.blocks)}


def diff(old: Article, new: Article) -> ArticleDiff:
    """What differs between two states of an article: fields, blocks, and the words within rewritten blocks.

    Time grows about linearly with the text; where a stretch is too different to be matched within the limits of
    ``alignment`` and :data:`MAX_PAIRINGS`, it comes out as deleted and inserted, never wrong.
    """
    fields = tuple(
        FieldChange(field=name, old=_plain(getattr(old, name)), new=_plain(getattr(new, name)))
        for name in DIFF_FIELDS
        if getattr(old, name) != getattr(new, name)
    )
    return ArticleDiff(fields=fields, blocks=tuple(_block_changes(old.blocks, new.blocks)))


def _block_changes(old: Sequence[Block], new: Sequence[Block]) -> Iterator[BlockChange]:
    for span in align(old, new):
        if span.equal:
            for block in old[span.old_start : span.old_end]:
                yield BlockChange(change=Change.EQUAL, old=block, new=block)
        else:
            yield from _rewritten(old[span.old_start : span.old_end], new[span.new_start : span.new_end])


def _rewritten(old: Sequence[Block], new: Sequence[Block]) -> Iterator[BlockChange]:
    """A stretch without an equal block: rewritten ones side by side, the others deleted or inserted."""
    start_old = start_new = 0
    for i, j in [*_pairs(old, new), (len(old), len(new))]:
        for block in old[start_old:i]:
            yield BlockChange(change=Change.DELETED, old=block, new=None)
        for block in new[start_new:j]:
            yield BlockChange(change=Change.INSERTED, old=None, new=block)
        if i < len(old):
            pieces = tuple(_pieces(old[i].text, new[j].text))
            yield BlockChange(change=Change.REPLACED, old=old[i], new=new[j], pieces=pieces)
        start_old, start_new = i + 1, j + 1


def _pairs(old: Sequence[Block], new: Sequence[Block]) -> list[tuple[int, int]]:
    """Indexes of blocks that are one rewritten, in order, so that their similarities add up to the most."""
    if len(old) * len(new) > MAX_PAIRINGS:
        return []
    old_words = [_word_counts(block.text) for block in old]
    new_words = [_word_counts(block.text) for block in new]
    # best[i][j]: greatest sum of similarities in old[i:] against new[j:], and whether i and j are a pair in it.
    best = [[(0.0, False)] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            similarity = _similarity(old_words[i], new_words[j])
            alone = max(best[i + 1][j][0], best[i][j + 1][0])
            together = best[i + 1][j + 1][0] + similarity if similarity >= SIMILAR else -1.0
            best[i][j] = (together, True) if together > alone else (alone, False)
    pairs: list[tuple[int, int]] = []
    i = j = 0
    while i < len(old) and j < len(new):
        if best[i][j][1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i + 1][j][0] >= best[i][j + 1][0]:
            i += 1
        else:
            j += 1
    return pairs


def count_words(text: str) -> int:
    """How many words a text has: runs of letters or figures, and each character of scripts written without spaces.

    >>> count_words("Over 300 people’s hopes."), count_words("東京で")
    (5, 3)
    """
    return sum(match[0][0].isalnum() for match in _TOKEN.finditer(text))


def _word_counts(text: str) -> Counter[str]:
    words: Counter[str] = Counter()
    for match in _TOKEN.finditer(text):
        if not match[0].isspace():
            words[match[0]] += 1
            if words.total() >= _SIMILARITY_WORDS:
                break
    return words


def _similarity(old: Counter[str], new: Counter[str]) -> float:
    total = old.total() + new.total()
    return 2 * (old & new).total() / total if total else 0.0


def _pieces(old: str, new: str) -> Iterator[Piece]:
    old_tokens = _TOKEN.findall(old)
    new_tokens = _TOKEN.findall(new)
    deleted = inserted = ""
    for span in align(old_tokens, new_tokens):
        before = "".join(old_tokens[span.old_start : span.old_end])
        after = "".join(new_tokens[span.new_start : span.new_end])
        if span.equal and not (before.isspace() and (deleted or inserted) and span.old_end < len(old_tokens)):
            yield from _deleted_inserted(deleted, inserted)
            deleted = inserted = ""
            yield Piece(change=Change.EQUAL, text=before)
        else:  # A lone space between two changed words reads better as part of one change.
            deleted += before
            inserted += after
    yield from _deleted_inserted(deleted, inserted)


def _deleted_inserted(deleted: str, inserted: str) -> Iterator[Piece]:
    if deleted:
        yield Piece(change=Change.DELETED, text=deleted)
    if inserted:
        yield Piece(change=Change.INSERTED, text=inserted)


def _plain(value: Any) -> Any:  # noqa: ANN401 (any field of an Article as JSON)
    """A field's value as JSON has it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if hasattr(value, "__dataclass_fields__"):
        return _plain(asdict(value))
    return value
