"""``newsarchive words``: what is typical of the articles a query finds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsarchive.cli import terminal
from newsarchive.cli.csv_rows import print_csv
from newsarchive.cli.options import Json
from newsarchive.cli.settings import config_from
from newsarchive.search.words.keyness import Kind

if TYPE_CHECKING:
    from newsarchive.search.words.typical import Typical

_COLUMNS = ("kind", "name", "articles", "size", "rest_articles", "rest_size", "expected", "log_ratio", "g2")
_DIGITS = 3  # of expected, log ratio and G2, behind the point


_HEADINGS = {
    Kind.WORD: "Word",
    Kind.NAME: "Name",
    Kind.SECTION: "Section",
    Kind.SITE: "Site",
    Kind.LANG: "Language",
}


def words(
    context: typer.Context,
    query: Annotated[list[str], typer.Argument(metavar="QUERY", help="Like: peacekeeping since:2023")],
    against: Annotated[
        str | None, typer.Option(metavar="QUERY", help="Compare with what this finds, instead of all other articles.")
    ] = None,
    only: Annotated[
        list[Kind] | None, typer.Option(help="Show only words, names, sections, sites or languages; repeatable.")
    ] = None,
    top: Annotated[int, typer.Option("--top", "-n", min=1, max=1000, metavar="N", help="How many of each.")] = 20,
    sample: Annotated[
        int, typer.Option(min=1, max=100_000, metavar="N", help="Articles read on each side for words and names.")
    ] = 2000,
    json: Json = False,
    csv: Annotated[bool, typer.Option("--csv", help="CSV on stdout.")] = False,
) -> None:
    """Show what is typical of what a query finds. That is: words, names, sections, sites and languages.

    In more of these articles than one would expect from all others: by log-likelihood, with a log ratio of 1 for twice
    as often, 2 for four times. How it is counted, and its limits: docs/guide.md.
    """
    from newsarchive.api import Archive

    kinds = [kind.value for kind in only or Kind]
    with Archive.of(config_from(context)) as archive, terminal.progress() as progress:
        task = progress.add_task("reading articles", total=None)
        found = archive.words(
            " ".join(query),
            against=against,
            kinds=kinds,
            top=top,
            sample_size=sample,
            progress=lambda: progress.advance(task),
        )
    if json:
        for row in _rows(found):
            terminal.print_json(dict(zip(_COLUMNS, row, strict=True)))
    elif csv:
        print_csv(_COLUMNS, _rows(found))
    else:
        _print_tables(found)
    _print_remarks(found)


def _rows(found: Typical) -> Iterator[tuple[Any, ...]]:
    for kind, keys in found.keys.items():
        for key in keys:
            numbers = (round(number, _DIGITS) for number in (key.expected, key.log_ratio, key.g2))
            yield kind.value, key.name, key.articles, key.size, key.rest_articles, key.rest_size, *numbers


def _print_tables(found: Typical) -> None:
    """A table for each kind that something is typical of."""
    headings = ("Articles", "of", "Expected", "Log ratio", "G2")
    is_first = True
    for kind, keys in found.keys.items():
        if not keys:
            continue
        if not is_first:
            terminal.out().print()
        is_first = False
        rows = [
            (
                f"{key.articles:,}",
                f"{key.size:,}",
                f"{key.expected:,.1f}",
                f"{key.log_ratio:.1f}",
                f"{key.g2:,.1f}",
                key.name,
            )
            for key in keys
        ]
        terminal.print_table((*headings, _HEADINGS[Kind(kind)]), rows, right=headings)


def _print_remarks(found: Typical) -> None:
    """What was compared, on stderr."""
    if not found.articles:
        terminal.notes().print("no article found; newsarchive status says how many there are")
        return
    if not found.rest:
        terminal.notes().print("there are no other articles to compare with")
        return
    remark = f"{found.articles:,} {'article' if found.articles == 1 else 'articles'} against {found.rest:,} others"
    if not any(found.keys.values()):
        remark += "; nothing is typical beyond what chance makes"
    terminal.notes().print(remark)
