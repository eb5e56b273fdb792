"""Which of several near-copies was the first, as far as is known. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from newsarchive.model.article import DatePrecision
from newsarchive.model.revision import Revision


def out_by(revision: Revision) -> datetime:
    """The time by which the article was certainly published.

    The date it prints; a day without a time counts from its end, for nothing says it was earlier. Never later than the
    archive saw it, which is all there is to go by where no date is printed.
    """
    published = revision.article.date_published
    if published is None:
        return revision.first_seen_at
    if revision.article.date_precision is DatePrecision.DAY:
        published += timedelta(days=1)
    return min(published, revision.first_seen_at)


def earliest_first(revisions: Iterable[Revision]) -> tuple[Revision, ...]:
    """In the order in which they came out; those of the same time in the order the archive met them."""
    return tuple(sorted(revisions, key=lambda revision: (out_by(revision), revision.article_id)))
