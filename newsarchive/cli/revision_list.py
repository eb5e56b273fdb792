"""The list of an article's revisions that ``newsarchive show --revisions`` prints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from newsarchive.cli import terminal
from newsarchive.cli.csv_rows import print_csv
from newsarchive.model.revision import Revision

if TYPE_CHECKING:
    from newsarchive.api import Archive

DIGEST_SHOWN = 12
"""Digits of a digest that tell the revisions of one article apart for eyes."""
REVISION_FIELDS = (
    "id",
    "revision",
    "is_latest",
    "seen_at",
    "kinds",
    "words_added",
    "words_removed",
    "is_rereading",
    "headline",
    "parser_version",
    "content_digest",
)
"""Of the list of an article's revisions; what they mean: docs/data-dictionary.md."""


def print_revisions(archive: Archive, latest: Revision, *, json: bool, csv: bool) -> None:
    """List all revisions of an article in the order they appeared in the world, with what changed in each."""
    records = _revision_records(archive, latest)
    if json:
        for record in records:
            terminal.print_json(record)
    elif csv:
        print_csv(REVISION_FIELDS, (tuple(record.values()) for record in records))
    else:
        _print_revision_table(list(records))


def _revision_records(archive: Archive, latest: Revision) -> Iterator[dict[str, Any]]:
    from newsarchive.archive.revisions.change_reader import ChangeReader
    from newsarchive.archive.revisions.changes import change_between

    before: Revision | None = None
    for state in ChangeReader(archive.database).history(latest.article_id):
        change = None if before is None else change_between(before, state)
        yield {
            "id": state.article_id,
            "revision": state.number,
            "is_latest": state.number == latest.number,
            "seen_at": state.seen_at.isoformat().replace("+00:00", "Z"),
            "kinds": [] if change is None else list(change.kinds),
            "words_added": None if change is None else change.words_added,
            "words_removed": None if change is None else change.words_removed,
            "is_rereading": change is not None and change.is_rereading,
            "headline": state.article.headline,
            "parser_version": state.article.parser_version,
            "content_digest": state.content_digest,
        }
        before = state


def _print_revision_table(records: list[dict[str, Any]]) -> None:
    from newsarchive.cli.changes import in_words

    rows = []
    for record in records:
        what = in_words(record["kinds"]) if record["words_added"] is not None else "first seen"
        rows.append(
            (
                record["revision"],
                record["seen_at"][:16].replace("T", " "),
                record["words_added"],
                record["words_removed"],
                f"{what} (read again by another parser)" if record["is_rereading"] else what,
                record["content_digest"].removeprefix("sha256:")[:DIGEST_SHOWN],
                record["headline"],
            )
        )
    headings = ["revision", "seen UTC", "words +", "words -", "changed", "digest", "headline"]
    terminal.print_table(headings, rows, right=["revision", "words +", "words -"])
