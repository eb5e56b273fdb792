"""``newsarchive search``: find articles."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from newsarchive.cli import terminal
from newsarchive.cli.options import Json
from newsarchive.cli.settings import config_from

if TYPE_CHECKING:
    from newsarchive.search.searcher import SearchResult


class Order(StrEnum):
    """How hits are ordered."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


def search(
    context: typer.Context,
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUERY", help='Like: peacekeeping "free trade" site:example since:2023-05'),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, metavar="N", help="How many hits.")] = 10,
    offset: Annotated[int, typer.Option(min=0, metavar="N", help="Skip so many hits.")] = 0,
    order: Annotated[Order, typer.Option(help="Which come first.")] = Order.RELEVANCE,
    json: Json = False,
    csv: Annotated[bool, typer.Option("--csv", help="CSV on stdout.")] = False,
) -> None:
    """Find articles: words, "phrases", OR, NOT, section:news since:2023.

    All of the query language: docs/query-language.md. Words after a minus sign: newsarchive search -- -ferry harbor.
    """
    from newsarchive.api import Archive
    from newsarchive.export.record import export_record
    from newsarchive.export.write import Format, write_export

    text = " ".join(query or ())
    with Archive.of(config_from(context)) as archive:
        result = archive.search(text, limit=limit, offset=offset, order=order.value)
    if json:
        for hit in result.hits:
            terminal.print_json({**export_record(hit.revision), "score": hit.score, "snippet": hit.snippet.text})
        return
    if csv:
        write_export((hit.revision for hit in result.hits), Format.CSV, sys.stdout.buffer)
        return
    print_hits(result, offset=offset)


def print_hits(result: SearchResult, *, offset: int = 0) -> None:
    """Print hits for eyes: headline, facts, a piece of the text with what was sought marked."""
    out = terminal.out()
    for hit in result.hits:
        article = hit.revision.article
        line = terminal.highlighted(article.headline or article.url, hit.headline_highlights)
        line.stylize("bold")
        terminal.print_text(line)
        facts = [article.site, article.article_section, terminal.published(article), *article.authors]
        terminal.print_text(" · ".join(fact for fact in facts if fact), prefix="  ", style="dim")
        terminal.print_text(terminal.highlighted(hit.snippet.text, hit.snippet.highlights), prefix="  ")
        out.print(f"  {hit.revision.article_id}  {article.url}", style="cyan")
        out.print()
    if result.total > offset + len(result.hits):
        first, last = offset + 1, offset + len(result.hits)
        shown = f"{first if first == last else f'{first}-{last}'} of {result.total:,}"
        terminal.notes().print(f"{shown} articles; more with --offset {last} or --limit")
    elif not result.total:
        terminal.notes().print("no article found; newsarchive status says how many there are")
    else:
        terminal.notes().print(f"{result.total:,} {'article' if result.total == 1 else 'articles'}")
