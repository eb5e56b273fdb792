"""Rehydration: whether the articles of a data package without texts still say the same. Pure.

What decides is ``content_digest``, which is over headline and blocks. Description, pictures and links are taken from
the page as it is now and are not covered by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from newsarchive.export.package.read import PackagedArticle
from newsarchive.export.record import EXPORT_FIELDS, export_record
from newsarchive.export.selection import PUBLISHERS_TEXT
from newsarchive.model.crawl_run import LedgerEntry, Outcome
from newsarchive.model.revision import Revision

REPORT_FIELDS = (
    "id",
    "revision",
    "url",
    "match",
    "reason",
    "status",
    "content_digest",
    "content_digest_now",
    "parser_version_now",
    "fetched_at",
)
"""Of the report, in its order: see :meth:`Rehydrated.as_record`."""
_SAID_NOW = ("headline", "alternative_headline")
"""What a changed article may say otherwise, besides its text."""
_GONE = frozenset({"http-404", "http-410", "soft-404"})
_READ = (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.DUPLICATE)


class Match(StrEnum):
    """What became of an article since the package was made."""

    SAME = "same"
    """Headline and text are those of the digest, to the letter."""
    CHANGED = "changed"
    """There is an article, with another text; or other rules read it."""
    GONE = "gone"
    """The site says that it has no such page."""
    UNAVAILABLE = "unavailable"
    """It could not be had or read this time; the reason says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehydrated:
    """One article of a package, fetched again."""

    article: PackagedArticle
    match: Match
    reason: str | None = None
    """The ledger's, of an article that is gone or unavailable."""
    status: int | None = None
    """HTTP status of the answer; None if there was none."""
    digest_now: str | None = None
    """The digest of the text as it is now; None if there is none."""
    parser_now: str | None = None
    """What read it now: of other rules than in the package the same page may come out otherwise."""
    fetched_at: datetime | None = None

    def as_record(self) -> dict[str, object]:
        """One line of the report, as JSON values."""
        return {
            "id": self.article.id,
            "revision": self.article.revision,
            "url": self.article.url,
            "match": self.match.value,
            "reason": self.reason,
            "status": self.status,
            "content_digest": self.article.content_digest,
            "content_digest_now": self.digest_now,
            "parser_version_now": self.parser_now,
            "fetched_at": _iso(self.fetched_at),
        }


def compare(article: PackagedArticle, entry: LedgerEntry | None, revision: Revision | None) -> Rehydrated:
    """What became of an article.

    ``entry`` is its address's in the ledger of the crawl that fetched it again, ``revision`` the archive's state of the
    article after that; None: there is none.
    """
    if entry is None or entry.outcome is None:
        return Rehydrated(article=article, match=Match.UNAVAILABLE, reason="not-asked")
    if revision is not None and entry.outcome in _READ:
        is_same = revision.content_digest == article.content_digest
        return Rehydrated(
            article=article,
            match=Match.SAME if is_same else Match.CHANGED,
            status=entry.status,
            digest_now=revision.content_digest,
            parser_now=revision.article.parser_version,
            fetched_at=revision.last_seen_at,
        )
    reason = entry.reason or entry.outcome.value
    match = Match.GONE if reason in _GONE else Match.UNAVAILABLE
    return Rehydrated(article=article, match=match, reason=reason, status=entry.status, fetched_at=entry.finished_at)


def with_text(record: Mapping[str, Any], revision: Revision, found: Rehydrated) -> dict[str, Any]:
    """A record of the package with the text as it is now, in the order of the export record, and how it matches.

    All else stays as the package has it; of a changed article the headlines are those of now as well.
    """
    now = export_record(revision)
    taken = (*PUBLISHERS_TEXT, *(_SAID_NOW if found.match is Match.CHANGED else ()))
    merged = {**record, **{name: now[name] for name in taken}}
    ordered = {name: merged[name] for name in EXPORT_FIELDS if name in merged}
    return ordered | {
        "match": found.match.value,
        "content_digest_now": found.digest_now,
        "refetched_at": _iso(found.fetched_at),
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
