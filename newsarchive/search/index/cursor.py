"""Cursor: the place behind the hit that was shown last, as text that a caller hands back for the next page."""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from dataclasses import dataclass

from newsarchive.errors import CursorError

_LAYOUT = struct.Struct(">B8sqqq")  # kind, fingerprint, number, article id, published key
_RELEVANCE, _DATED, _UNDATED = range(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a page ended."""

    article_id: int
    """Of the last hit."""
    number: int | None = None
    """By relevance, how many hits end there, counted from the best; None by date."""
    published: int | None = None
    """``published_key`` of the last hit by date; None where it has no date, and by relevance."""

    def encode(self, asked: object) -> str:
        """The cursor as URL-safe text, good for what was asked and nothing else.

        ``asked``: the query with all that decides on its hits and their order, of a kind whose ``repr`` tells it.
        """
        kind = _RELEVANCE if self.number is not None else _UNDATED if self.published is None else _DATED
        packed = _LAYOUT.pack(kind, _fingerprint(asked), self.number or 0, self.article_id, self.published or 0)
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str, asked: object) -> Cursor:
        """Read what :meth:`encode` wrote. Raises CursorError if it wrote no such text, or for another query."""
        try:
            packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            kind, fingerprint, number, article_id, published = _LAYOUT.unpack(packed)
        except (ValueError, binascii.Error, struct.error):
            raise CursorError("this is no cursor: take next_cursor of the page before, or leave it out") from None
        if fingerprint != _fingerprint(asked):
            raise CursorError("this cursor is of another query or order: leave it out to begin with the first page")
        if kind > _UNDATED or number < 0 or article_id < 0:
            raise CursorError("this is no cursor: take next_cursor of the page before, or leave it out")
        return cls(
            article_id=article_id,
            number=number if kind == _RELEVANCE else None,
            published=published if kind == _DATED else None,
        )


def _fingerprint(asked: object) -> bytes:
    return hashlib.blake2b(repr(asked).encode("utf-8", "surrogatepass"), digest_size=8).digest()
