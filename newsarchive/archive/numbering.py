"""The numbers the archive gives out; who holds them is alone in storing articles.

See ``schema.articles.NumberingColumns``.
"""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from newsarchive.archive.schema.articles import NUMBERING


class Numbering:
    """Ids of articles and revisions for one transaction, which waits here until no other stores articles."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        row = connection.execute(_NUMBERS).one()
        self._last_article_id: int = row.last_article_id
        self._last_revision_id: int = row.last_revision_id

    def next_article_id(self) -> int:
        """The id of a new article."""
        self._last_article_id += 1
        return self._last_article_id

    def next_revision_id(self) -> int:
        """The id of a revision that is new, or that followers of the sequence have to hear of again."""
        self._last_revision_id += 1
        return self._last_revision_id

    def save(self) -> None:
        """Write down what was given out."""
        values = {"last_article_id": self._last_article_id, "last_revision_id": self._last_revision_id}
        self._connection.execute(_SET_NUMBERS, values)


_NUMBERS = select(NUMBERING.c.last_article_id, NUMBERING.c.last_revision_id).with_for_update()
_SET_NUMBERS = update(NUMBERING)
