"""``newsarchive search``: find articles, count them, find others like one."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from newsarchive.cli import terminal
from newsarchive.cli.options import Json
from newsarchive.cli.settings import config_from

if TYPE_CHECKING:
    from newsarchive.search.hits.facets import Facet
    from newsarchive.search.hits.searcher import Hit, SearchResult


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
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, max=1000, metavar="N", help="How many hits, or values of a facet.")
    ] = 10,
    offset: Annotated[int, typer.Option(min=0, metavar="N", help="Skip so many hits.")] = 0,
    after: Annotated[
        str | None, typer.Option(metavar="CURSOR", help="Go on where the page before ended, as its note says.")
    ] = None,
    order: Annotated[Order, typer.Option(help="Which come first.")] = Order.RELEVANCE,
    collapse: Annotated[bool, typer.Option("--collapse", help="Show near-copies of an article once.")] = False,
    facets: Annotated[
        bool, typer.Option("--facets", help="Count by site, section, author, language and month instead.")
    ] = False,
    like: Annotated[
        str | None, typer.Option(metavar="ARTICLE", help="Find what is like this article (number or URL) instead.")
    ] = None,
    json: Json = False,
    csv: Annotated[bool, typer.Option("--csv", help="CSV on stdout.")] = False,
) -> None:
    """Find articles: words, "phrases", OR, NOT, section:news.

    All of the query language: docs/query-language.md. Words after a minus sign: newsarchive search -- -ferry harbor.
    """
    from newsarchive.api import Archive

    text = " ".join(query or ())
    pages = offset or after is not None or order is not Order.RELEVANCE
    if like is not None and (text or facets or pages):
        raise typer.BadParameter("--like stands without a query, --facets, --order, --offset and --after")
    if facets and (pages or collapse):
        raise typer.BadParameter("--facets stands without --order, --offset, --after and --collapse")
    with Archive.of(config_from(context)) as archive:
        if facets:
            print_facets(archive.facets(text, size=limit), json=json, csv=csv)
            return
        if like is not None:
            article = int(like) if like.isdecimal() else like
            hits = archive.similar(article, limit=limit, collapse=collapse)
            print_hits(hits, json=json, csv=csv)
            if not hits:
                terminal.notes().print("no article is like this one")
            return
        result = archive.search(text, limit=limit, offset=offset, order=order.value, after=after, collapse=collapse)
    print_hits(result.hits, json=json, csv=csv)
    note = _note(result, offset=offset, by_cursor=after is not None or json or csv, collapse=collapse)
    if not (json or csv) or result.next_cursor or not result.total:
        terminal.notes().print(note)


def print_hits(hits: Sequence[Hit], *, json: bool = False, csv: bool = False) -> None:
    """Print hits for eyes: headline, facts, a piece of the text with what was sought marked."""
    from newsarchive.export.record import export_record
    from newsarchive.export.write import Format, write_export

    if json:
        for hit in hits:
            terminal.print_json({**export_record(hit.revision), **_found(hit)})
        return
    if csv:
        write_export((export_record(hit.revision) for hit in hits), Format.CSV, sys.stdout.buffer)
        return
    out = terminal.out()
    for hit in hits:
        article = hit.revision.article
        line = terminal.highlighted(article.headline or article.url, hit.headline_highlights)
        line.stylize("bold")
        terminal.print_text(line)
        facts = [article.site, article.article_section, terminal.published(article), *article.authors]
        terminal.print_text(" · ".join(fact for fact in facts if fact), prefix="  ", style="dim")
        terminal.print_text(terminal.highlighted(hit.snippet.text, hit.snippet.highlights), prefix="  ")
        if copies := _copies(hit):
            terminal.print_text(copies, prefix="  ", style="dim")
        out.print(f"  {hit.revision.article_id}  {article.url}", style="cyan")
        out.print()


def print_facets(facets: Iterable[Facet], *, json: bool = False, csv: bool = False) -> None:
    """Print a small table for each facet; as JSON one object, as CSV one table of all."""
    from newsarchive.cli.csv_rows import print_csv

    if json:
        terminal.print_json(
            {
                facet.name: {
                    "values": [{"value": value.value, "count": value.count} for value in facet.values],
                    "other_values": facet.other_values,
                    "other_count": facet.other_count,
                    "missing": facet.missing,
                }
                for facet in facets
            }
        )
        return
    if csv:
        table = ((facet.name, value.value, value.count) for facet in facets for value in facet.values)
        print_csv(("facet", "value", "articles"), table)
        return
    for facet in facets:
        rows = [(f"{value.count:,}", value.value) for value in facet.values]
        if facet.other_count:
            values = "many" if facet.other_values is None else f"{facet.other_values:,}"
            rows.append((f"{facet.other_count:,}", f"({values} other {'value' if values == '1' else 'values'})"))
        if facet.missing:
            rows.append((f"{facet.missing:,}", "(none)"))
        terminal.print_table(("articles", facet.name), rows, right=("articles",))
        terminal.out().print()


def _found(hit: Hit) -> dict[str, object]:
    """What the search knows of a hit besides the article."""
    found: dict[str, object] = {"score": hit.score, "snippet": hit.snippet.text}
    if hit.copies is not None:
        found["copies"] = hit.copies
    if hit.earliest is not None:
        found["earliest_copy"] = {
            "id": hit.earliest.article_id,
            "url": hit.earliest.url,
            "site": hit.earliest.site,
            "date_published": hit.earliest.date_published,
        }
    return found


def _copies(hit: Hit) -> str:
    """How many near-copies are found and which is the earliest known; empty for an article without any."""
    parts = [f"{hit.copies:,} near-copies"] if hit.copies is not None and hit.copies > 1 else []
    if hit.earliest is not None:
        facts = [hit.earliest.site, terminal.day(hit.earliest.date_published)]
        where = ", ".join(fact for fact in facts if fact)
        parts.append(f"the earliest known is {hit.earliest.article_id}{f' ({where})' if where else ''}")
    elif parts:
        parts.append("this is the earliest known")
    return ", ".join(parts)


def _note(result: SearchResult, *, offset: int, by_cursor: bool, collapse: bool) -> str:
    """How many there are, and the next step."""
    one, many = ("article", "articles") if not collapse else ("cluster of near-copies", "clusters of near-copies")
    total = f"{result.total:,} {one if result.total == 1 else many}"
    if not result.total:
        meant = " or ".join(result.suggestions)
        return f"no article found; {f'did you mean {meant}' if meant else 'newsarchive status says how many there are'}"
    if result.next_cursor is None:
        return total
    if by_cursor:
        return f"{total}; more with --after {result.next_cursor}"
    first, last = offset + 1, offset + len(result.hits)
    shown = f"{first if first == last else f'{first}-{last}'} of {total}"
    return f"{shown}; more with --offset {last} or --limit"
