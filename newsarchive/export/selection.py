"""Selection: which articles a data set holds, in which of their states, and which fields of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Self

from newsarchive.errors import ExportError
from newsarchive.export.record import EXPORT_FIELDS

PUBLISHERS_TEXT = frozenset({"description", "blocks", "article_body", "images"})
"""Fields that hold running text of the publisher, the captions of pictures too. Headlines and what links say name
articles, as a bibliography does."""


class Body(StrEnum):
    """In which fields a data set holds the text of an article."""

    BOTH = "both"
    TEXT = "text"
    BLOCKS = "blocks"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What of an archive goes into a data set; as it stands: every field of every article in its latest state.

    Records are ordered by article id, then by revision number.
    """

    query: str = ""
    """Only what this query of docs/query-language.md finds; empty: every article."""
    fields: tuple[str, ...] = EXPORT_FIELDS
    """Names out of ``EXPORT_FIELDS``, each once, in the order wanted."""
    every_revision: bool = False
    """All states of the articles instead of the latest of each."""
    collapse: bool = False
    """One article of each cluster of near-copies: the earliest known of those that are found."""
    limit: int | None = None
    """So many records at most; None: all."""

    def __post_init__(self) -> None:
        for name in self.fields:
            if name not in EXPORT_FIELDS:
                meant = get_close_matches(name[:64].lower(), EXPORT_FIELDS, n=1)
                hint = f"did you mean {meant[0]}?" if meant else f"there are {', '.join(EXPORT_FIELDS)}"
                raise ExportError(f"no field {name[:64]!r}: {hint}")
        if not self.fields:
            raise ExportError(f"no field is chosen; there are {', '.join(EXPORT_FIELDS)}")

    @classmethod
    def of(
        cls,
        *,
        query: str = "",
        fields: Iterable[str] = (),
        body: Body = Body.BOTH,
        text: bool = True,
        every_revision: bool = False,
        collapse: bool = False,
        limit: int | None = None,
    ) -> Self:
        """The selection that a person describes.

        ``fields``: these only, in this order; none: all. ``body``: what of the fields ``blocks`` and ``article_body``.
        Without ``text`` none of :data:`PUBLISHERS_TEXT`, whatever ``body`` says. What is left out so may not be asked
        for by name as well.

        Raises ExportError.
        """
        left_out = PUBLISHERS_TEXT if not text else _LEFT_OUT[body]
        named = tuple(dict.fromkeys(fields))
        for name in named:
            if name in left_out:
                raise ExportError(f"field {name} is asked for and left out: choose one of the two")
        return cls(
            query=query,
            fields=named or tuple(name for name in EXPORT_FIELDS if name not in left_out),
            every_revision=every_revision,
            collapse=collapse,
            limit=limit,
        )


_LEFT_OUT: dict[Body, frozenset[str]] = {
    Body.BOTH: frozenset(),
    Body.TEXT: frozenset({"blocks"}),
    Body.BLOCKS: frozenset({"article_body"}),
    Body.NONE: frozenset({"blocks", "article_body"}),
}
