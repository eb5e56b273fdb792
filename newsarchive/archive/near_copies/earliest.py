"""Which of several near-copies was the first, as far as is known. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from newsarchive.model.revision import Revision


def earliest_first(revisions: Iterable[Revision]) -> tuple[Revision, ...]:
    """By the dates that the articles print, a day without a time counting from its beginning.

    Behind them those that print none, in the order in which they were first seen. The search index orders the copies of
    a cluster alike, so that ``search --collapse`` names the same one.
    """
    return tuple(sorted(revisions, key=_order))


def _order(revision: Revision) -> tuple[bool, datetime, int]:
    published = revision.article.date_published
    return published is None, published or revision.first_seen_at, revision.article_id
