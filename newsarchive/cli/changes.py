"""``newsarchive changes``: what newsrooms changed in their articles after they were published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from newsarchive.cli import terminal
from newsarchive.cli.csv_rows import print_csv
from newsarchive.cli.moments import beginning, end
from newsarchive.cli.options import Json
from newsarchive.cli.settings import config_from
from newsarchive.errors import ConfigError

if TYPE_CHECKING:
    from newsarchive.archive.revisions.changes import ArticleChange

SHOWN = 20
"""How many are shown for eyes if nothing is said."""


class Order(StrEnum):
    """Which change comes first."""

    NEWEST = "newest"
    OLDEST = "oldest"


def changes(
    context: typer.Context,
    query: Annotated[
        list[str] | None, typer.Argument(metavar="QUERY", help="Only of articles this query finds; default: of all.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Seen on or after this day, month or year; UTC.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Seen on or before it; UTC.")] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND", help="Like headline, body, date, authors, paragraphs_removed; repeatable: any of them."
        ),
    ] = None,
    order: Annotated[Order, typer.Option(help="Which come first.")] = Order.NEWEST,
    limit: Annotated[
        int | None, typer.Option("--limit", "-n", min=1, metavar="N", help=f"How many; {SHOWN}, as data all of them.")
    ] = None,
    rereadings: Annotated[
        bool, typer.Option("--rereadings", help="Also what only another version of the parser reads differently.")
    ] = False,
    json: Json = False,
    csv: Annotated[bool, typer.Option("--csv", help="CSV on stdout.")] = False,
) -> None:
    """List edits after publication: headlines, paragraphs, dates.

    The columns: docs/data-dictionary.md. The words of one edit: newsarchive show ID --diff A B.
    """
    from newsarchive.api import Archive
    from newsarchive.export.change_record import CHANGE_FIELDS, change_record

    kinds = change_kinds(kind or ())
    with Archive.of(config_from(context)) as archive:
        found = archive.changes(
            " ".join(query or ()),
            since=beginning(since, "--since"),
            until=end(until, "--until"),
            kinds=kinds,
            rereadings=rereadings,
            newest_first=order is Order.NEWEST,
        )
        if json:
            for change in islice(found, limit):
                terminal.print_json(change_record(change))
        elif csv:
            print_csv(CHANGE_FIELDS, (tuple(change_record(change).values()) for change in islice(found, limit)))
        else:
            _print_list(found, limit or SHOWN)


def change_kinds(names: Iterable[str]) -> tuple[str, ...]:
    """The kinds that are meant. Raises ConfigError for a word that is none."""
    from newsarchive.archive.revisions.changes import CHANGE_KINDS, PARAGRAPH_KINDS

    short = {"body": PARAGRAPH_KINDS, "date": ("date_published",), "section": ("article_section",)}
    kinds: list[str] = []
    for name in names:
        if name not in short and name not in CHANGE_KINDS:
            raise ConfigError(f"--kind: {name[:64]!r} is none of {', '.join((*short, *CHANGE_KINDS))}")
        kinds += short.get(name, (name,))
    return tuple(kinds)


def in_words(kinds: Sequence[str]) -> str:
    """What changed, for eyes.

    >>> in_words(("headline", "article_section", "paragraphs_added", "paragraphs_removed"))
    'headline, section, text'
    """
    words = ["text" if kind.startswith("paragraphs_") else kind.removeprefix("article_") for kind in kinds]
    return ", ".join(dict.fromkeys(word.replace("_", " ") for word in words))


def _print_list(found: Iterable[ArticleChange], limit: int) -> None:
    shown = 0
    for change in found:
        if shown == limit:
            terminal.notes().print(f"only {limit:,} are shown; more with --limit, all with --json or --csv")
            return
        _print_change(change)
        shown += 1
    if not shown:
        terminal.notes().print("no change found; an article must have been fetched at least twice to show one")
    else:
        terminal.notes().print(f"{shown:,} {'change' if shown == 1 else 'changes'}")


def _print_change(change: ArticleChange) -> None:
    before, after = change.before, change.after
    facts = [f"{terminal.moment(after.seen_at)} UTC", after.article.site]
    if change.hours_after_publication is not None:
        facts.append(f"{change.hours_after_publication:,.1f} hours after publication")
    if change.is_rereading:
        facts.append("read again by another parser: no edit")
    elif before.article.parser_version != after.article.parser_version:
        facts.append("read by another parser: may be no edit")
    terminal.print_text(after.article.headline or after.article.url, style="bold")
    terminal.print_text(" · ".join(fact for fact in facts if fact), prefix="  ", style="dim")
    if before.article.headline != after.article.headline:
        terminal.print_text(before.article.headline or "(no headline)", prefix="  - ", style="red")
        terminal.print_text(after.article.headline or "(no headline)", prefix="  + ", style="green")
    if before.article.date_published != after.article.date_published:
        terminal.print_text(terminal.published(before.article) or "(no date)", prefix="  - ", style="red")
        terminal.print_text(terminal.published(after.article) or "(no date)", prefix="  + ", style="green")
    counts = [
        f"{count} {name.removeprefix('paragraphs_')}"
        for name, count in (
            ("paragraphs_added", change.paragraphs_added),
            ("paragraphs_removed", change.paragraphs_removed),
            ("paragraphs_rewritten", change.paragraphs_rewritten),
        )
        if count
    ]
    if counts:
        words = Text.assemble(
            f"paragraphs: {', '.join(counts)}; words: ",
            (f"+{change.words_added}", "green"),
            " ",
            (f"-{change.words_removed}", "red"),
        )
        terminal.print_text(words, prefix="  ")
    others = [k for k in change.kinds if k not in ("headline", "date_published") and not k.startswith("paragraphs_")]
    if others:
        terminal.print_text(f"also: {in_words(others)}", prefix="  ")
    command = f"newsarchive show {after.article_id} --diff {before.number} {after.number}"
    terminal.out().print(f"  {command}", style="cyan")
    terminal.out().print()
