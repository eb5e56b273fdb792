"""The part of a datasheet that says what is in a data set: files, query, counts, fields."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from newsarchive.export.package.contents import Contents
from newsarchive.export.package.facts import Facts
from newsarchive.export.package.markdown import code, counted, escaped, share, table

MAX_MONTHS = 36
"""Lines of the table of months; beyond, years are shown, for the months are in ``counts.csv``."""
MAX_SITE_COLUMNS = 5
"""Sites with a column of their own; with more a table is wider than a page."""
MAX_SITES = 25
"""Sites in a table, those with the most articles; all of them are in ``sites.csv``."""
MAX_LANGUAGES = 15
NO_SITE = "(no registered site)"
NO_DATE = "(no date)"


def composition(contents: Contents) -> Iterator[str]:
    """What is in it, as paragraphs of Markdown."""
    yield "## What is in it"
    yield table(
        ("file", "rows", "bytes", "what"),
        [(f"[{file.path}]({file.path})", file.rows, file.size, escaped(file.description)) for file in contents.files],
        right=("rows", "bytes"),
    )
    yield from _query(contents)
    yield from _sites(contents)
    yield from _months(contents)
    yield from _languages(contents.facts)


def _query(contents: Contents) -> Iterator[str]:
    selection = contents.selection
    yield "### The query"
    if selection.query.strip():
        yield f"    {' '.join(selection.query.split())}"
    else:
        yield "None: every article of the archive."
    said = []
    if selection.query.strip():
        if contents.reading is not None:
            said.append(f"Read as: articles {escaped(contents.reading)}.")
        said.append("It was asked of each article in the state the archive saw last.")
    if selection.every_revision:
        said.append("Of each article all states that the archive holds are here, one record each.")
    else:
        said.append("Of each article the latest state is here.")
    if selection.collapse:
        said.append("Of near-copies only the earliest known is here.")
    if selection.limit is not None:
        said.append(f"Not more than the first {selection.limit:,} records, by `id`, were taken.")
    yield " ".join(said)
    asked = [site.name for site in contents.coverage if site.articles]
    elsewhere = sorted(name for name in asked if name is not None and name not in contents.facts.months)
    if elsewhere:
        shown = ", ".join(map(escaped, elsewhere[:20])) + ("" if len(elsewhere) <= 20 else " …")
        others = counted(len(elsewhere), "other site")
        yield f"The archive also holds articles of {others}, of which none is here: {shown}."


def _sites(contents: Contents) -> Iterator[str]:
    facts = contents.facts
    yield "### By site"
    if not facts.articles:
        yield "Nothing was found."
        return
    coverage = {site.name: site for site in contents.coverage}
    rows = []
    for name in largest(contents):
        months = facts.months[name]
        dated = [month for month in months if month is not None]
        site = coverage.get(name)
        rows.append(
            (
                escaped(name or NO_SITE),
                escaped((site and site.title) or ""),
                sum(months.values()),
                share(sum(months.values()), facts.articles),
                sum(site.articles.values()) if site else None,
                min(dated, default=""),
                max(dated, default=""),
                months.get(None, 0),
            )
        )
    headings = ("site", "title", "articles", "share", "in the archive", "first", "last", "no date")
    yield table(headings, rows, right=("articles", "share", "in the archive", "no date"))
    copies = facts.articles - facts.clusters
    said = []
    if len(rows) < len(facts.sites):
        said.append(f"These are the largest of {len(facts.sites):,}; all are in [sites.csv](sites.csv).")
    said += [f"{counted(facts.revised, 'article')} changed after being first seen."]
    if copies:
        said.append(f"Near-copies counted once, there are {facts.clusters:,}.")
    if facts.not_free:
        said.append(f"Of {counted(facts.not_free, 'article')} the page says that it is not free to read.")
    yield " ".join(said)


def largest(contents: Contents) -> tuple[str | None, ...]:
    """The sites that are shown, by name: all, or those with the most articles."""
    facts = contents.facts
    ranked = sorted(facts.sites, key=lambda site: -sum(facts.months[site].values()))[:MAX_SITES]
    return tuple(site for site in facts.sites if site in ranked)


def _months(contents: Contents) -> Iterator[str]:
    facts = contents.facts
    counts = facts.by_month()
    dated = [month for month in counts if month is not None]
    if not dated:
        return
    by_years = len(months_between(dated[0], dated[-1])) > MAX_MONTHS
    width = len("2023" if by_years else "2023-05")
    periods = sorted({month[:width] for month in months_between(dated[0], dated[-1])})
    archived = archived_by_month(contents)
    columns = facts.sites if 1 < len(facts.sites) <= MAX_SITE_COLUMNS else ()
    with_archive = sum(archived.values()) != facts.articles
    headings = ["year" if by_years else "month", "articles"]
    if with_archive:
        headings += ["in the archive", "share"]
    headings += [escaped(name or NO_SITE) for name in columns]

    def row(label: str, of_period: list[str | None]) -> list[object]:
        found = sum(counts.get(month, 0) for month in of_period)
        cells: list[object] = [label, found]
        if with_archive:
            held = sum(archived.get(month, 0) for month in of_period)
            cells += [held, share(found, held)]
        for name in columns:
            cells.append(sum(facts.months[name].get(month, 0) for month in of_period))
        return cells

    every = sorted({*dated, *(month for month in archived if month is not None)})
    rows = []
    for empty, run in groupby(periods, lambda period: not any(month.startswith(period) for month in every)):
        run_of = list(run)
        if empty and len(run_of) > 2:
            rows.append(row(f"{run_of[0]} to {run_of[-1]}", []))
        else:
            rows += [row(period, [month for month in every if month.startswith(period)]) for period in run_of]
    if facts.undated or archived.get(None):
        rows.append(row(NO_DATE, [None]))
    yield f"### By {'year' if by_years else 'month'} of publication"
    yield table(headings, rows, right=headings[1:])
    notes = ["By site and month: [counts.csv](counts.csv)."]
    if with_archive:
        notes.append("*In the archive* are all articles of the sites above, whatever the query.")
    yield " ".join(notes)


def archived_by_month(contents: Contents) -> dict[str | None, int]:
    """All articles the archive holds of the sites that are in the data set."""
    counts: dict[str | None, int] = {}
    for site in contents.coverage:
        if site.name in contents.facts.months:
            for month, count in site.articles.items():
                counts[month] = counts.get(month, 0) + count
    return counts


def months_between(first: str, last: str) -> list[str]:
    """All months from one to another, both included.

    >>> months_between("2023-11", "2024-02")
    ['2023-11', '2023-12', '2024-01', '2024-02']
    """
    start, end = (12 * int(month[:4]) + int(month[5:]) - 1 for month in (first, last))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(start, end + 1)]


def _languages(facts: Facts) -> Iterator[str]:
    if not facts.languages:
        return
    yield "### By language"
    shown = list(facts.languages.items())[:MAX_LANGUAGES]
    rest = facts.articles - sum(count for _, count in shown)
    rows = [(escaped(name or "(not known)"), count, share(count, facts.articles)) for name, count in shown]
    if rest:
        rows.append(("(others)", rest, share(rest, facts.articles)))
    yield table(("language", "articles", "share"), rows, right=("articles", "share"))


def fields(contents: Contents) -> Iterator[str]:
    """Which fields its records have."""
    facts = contents.facts
    yield "## Fields"
    yield "How many records have a value, and what it means."
    meanings = {meaning.name: meaning for meaning in contents.files[0].fields}
    rows = [
        (code(name), share(count, facts.records), meanings[name].standing_alone.replace("|", "\\|"))
        for name, count in facts.filled.items()
    ]
    yield table(("field", "filled", "meaning"), rows, right=("filled",))
