"""``newsarchive copies``: the near-copies of an article, the earliest known first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsarchive.cli import terminal
from newsarchive.cli.csv_rows import print_csv
from newsarchive.cli.options import Json
from newsarchive.cli.settings import config_from

if TYPE_CHECKING:
    from newsarchive.model.revision import Revision

FIELDS = (
    "id",
    "is_earliest",
    "similarity",
    "date_published",
    "date_precision",
    "first_seen_at",
    "site",
    "publisher",
    "headline",
    "url",
    "cluster_id",
)


def copies(
    context: typer.Context,
    article: Annotated[str, typer.Argument(metavar="ID|URL", help="Number or address of an article.")],
    json: Json = False,
    csv: Annotated[bool, typer.Option("--csv", help="CSV on stdout.")] = False,
) -> None:
    """Show articles of nearly the same text, the earliest first.

    similarity: which part of all runs of four words both texts have.
    """
    from newsarchive.api import Archive

    key = int(article) if article.isascii() and article.isdigit() else article
    with Archive.of(config_from(context)) as archive:
        named = archive.article(key)
        found = archive.copies(named.article_id)
    if json:
        for record in _records(named, found):
            terminal.print_json(record)
    elif csv:
        print_csv(FIELDS, (list(record.values()) for record in _records(named, found)))
    elif len(found) == 1:
        terminal.notes().print(f"article {named.article_id} has no near-copies")
    else:
        _print_copies(named, found)


def _records(named: Revision, found: tuple[Revision, ...]) -> Iterator[dict[str, Any]]:
    from newsarchive.archive.near_copies.sketches import likeness

    for revision in found:
        article = revision.article
        values = (
            revision.article_id,
            revision is found[0],
            round(likeness(named.article.article_body, article.article_body), 2),
            article.date_published and _iso(article.date_published),
            article.date_precision,
            _iso(revision.first_seen_at),
            article.site,
            article.publisher,
            article.headline,
            article.url,
            revision.cluster_id,
        )
        yield dict(zip(FIELDS, values, strict=True))


def _iso(moment: datetime) -> str:
    """As the export record has it."""
    return f"{moment.isoformat().removesuffix('+00:00')}Z"


def _print_copies(named: Revision, found: tuple[Revision, ...]) -> None:
    rows = []
    for revision, record in zip(found, _records(named, found), strict=True):
        is_named = revision.article_id == named.article_id
        rows.append(
            (
                revision.article_id,
                "earliest known" if record["is_earliest"] else "",
                "itself" if is_named else f"{record['similarity']:.0%}",
                terminal.published(revision.article) or f"seen {terminal.moment(revision.first_seen_at)} UTC",
                record["site"] or record["publisher"],
                record["headline"],
                record["url"],
            )
        )
    headings = ["article", "", "similar", "published", "site", "headline", "url"]
    terminal.print_table(headings, rows, right=["article", "similar"])
