"""What a newsroom changed in an article after it was published: two states, and what differs between them. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from newsarchive.archive.revisions.comparison import DIFF_FIELDS, ArticleDiff, Change, count_words, diff
from newsarchive.model.revision import Revision

PARAGRAPH_KINDS = ("paragraphs_added", "paragraphs_removed", "paragraphs_rewritten")
"""Kinds of a change of the text. A paragraph here is any block: a heading, a quote, a list item too."""
FIELD_KINDS = tuple(name for name in DIFF_FIELDS if name != "parser_version")
"""Kinds of a change of a field, by its name: the parser is ours, not the newsroom's."""
CHANGE_KINDS = (*FIELD_KINDS, *PARAGRAPH_KINDS)
"""All kinds, in the order in which a change names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleChange:
    """One step in an article's history."""

    before: Revision
    after: Revision
    kinds: tuple[str, ...]
    """What differs, of :data:`CHANGE_KINDS`."""
    paragraphs_added: int
    paragraphs_removed: int
    paragraphs_rewritten: int
    words_added: int
    """Of added and rewritten paragraphs; how they are counted: ``comparison.count_words``."""
    words_removed: int

    @property
    def is_rereading(self) -> bool:
        """Whether both were read from the same capture, by two parsers: then the newsroom changed nothing."""
        return is_rereading(self.before, self.after)

    @property
    def hours_after_publication(self) -> float | None:
        """From the publication date before the change (after it, if there was none) until the change was seen.

        Negative for a date that lay ahead; of a date without a time from its midnight in UTC. None without a date.
        """
        published = self.before.article.date_published or self.after.article.date_published
        return None if published is None else (self.after.seen_at - published).total_seconds() / 3600


def change_between(before: Revision, after: Revision) -> ArticleChange:
    """What differs between two revisions of an article."""
    difference = diff(before.article, after.article)
    changes = [block.change for block in difference.blocks]
    paragraphs = {
        "paragraphs_added": changes.count(Change.INSERTED),
        "paragraphs_removed": changes.count(Change.DELETED),
        "paragraphs_rewritten": changes.count(Change.REPLACED),
    }
    fields = (field.field for field in difference.fields if field.field in FIELD_KINDS)
    added, removed = _words(difference)
    return ArticleChange(
        before=before,
        after=after,
        kinds=(*fields, *(name for name, count in paragraphs.items() if count)),
        **paragraphs,
        words_added=added,
        words_removed=removed,
    )


def is_rereading(before: Revision, after: Revision) -> bool:
    """Whether two revisions were read from the same capture."""
    return (before.seen_at, before.capture.warc_file, before.capture.warc_offset) == (
        after.seen_at,
        after.capture.warc_file,
        after.capture.warc_offset,
    )


def _words(difference: ArticleDiff) -> tuple[int, int]:
    """How many words came, and how many went."""
    added = removed = 0
    for block in difference.blocks:
        if block.change is Change.REPLACED:
            for piece in block.pieces:
                added += count_words(piece.text) if piece.change is Change.INSERTED else 0
                removed += count_words(piece.text) if piece.change is Change.DELETED else 0
        elif block.change is Change.INSERTED and block.new is not None:
            added += count_words(block.new.text)
        elif block.change is Change.DELETED and block.old is not None:
            removed += count_words(block.old.text)
    return added, removed
