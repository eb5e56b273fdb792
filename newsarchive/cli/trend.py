"""``newsarchive trend``: how often a query is met over time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsarchive.cli import terminal
from newsarchive.cli.csv_rows import print_csv
from newsarchive.cli.options import Json
from newsarchive.cli.settings import config_from

if TYPE_CHECKING:
    from newsarchive.search.trends.coverage import Coverage
    from newsarchive.search.trends.trend import Trend, TrendPoint

_COLUMNS = ("period", "start", "group", "articles", "archived", "share", "coverage")
_DIGITS = 6  # of a share, behind the point
_INCOMPLETE = "*"  # behind a number of a period with known gaps
_GAP = "-"  # in a table of groups, where nothing was archived


class By(StrEnum):
    """The length of a period."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Per(StrEnum):
    """What a trend is split by."""

    SITE = "site"
    SECTION = "section"
    LANG = "lang"


def trend(
    context: typer.Context,
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUERY", help="Like: peacekeeping since:2015 until:2019; nothing: all articles."),
    ] = None,
    by: Annotated[By, typer.Option(help="Length of a period; all in UTC, weeks as ISO 8601 has them.")] = By.MONTH,
    per: Annotated[Per | None, typer.Option(help="A line for each site, section or language.")] = None,
    share: Annotated[
        bool, typer.Option("--share", help="Show the share of what was archived instead of the number of articles.")
    ] = False,
    among: Annotated[
        str, typer.Option(metavar="QUERY", help='Count among these articles only, like "site:example"; for the share.')
    ] = "",
    collapse: Annotated[
        bool, typer.Option("--collapse", help="Near-copies of one text count once, on the day of the earliest.")
    ] = False,
    groups: Annotated[
        int, typer.Option(min=1, max=50, metavar="N", help="With --per: how many groups; the others are one.")
    ] = 8,
    coverage: Annotated[
        bool, typer.Option("--coverage/--no-coverage", help="Tell periods with known gaps; takes longer than counting.")
    ] = True,
    plot: Annotated[
        bool | None, typer.Option("--plot/--table", help="What to print; a plot on a terminal, a table into a pipe.")
    ] = None,
    json: Json = False,
    csv: Annotated[bool, typer.Option("--csv", help="CSV on stdout, one line a period and group.")] = False,
    png: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw a picture (extra plots).")] = None,
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw a picture (extra plots).")] = None,
) -> None:
    """Count the articles a query finds by day, week, month or year. Also as a share of what was archived.

    Periods without a hit are 0; where nothing at all was archived there is no share, and a line has a gap. Coverage is
    the share of days that are no known gap (newsarchive coverage).
    """
    from newsarchive.api import Archive

    with Archive.of(config_from(context)) as archive:
        found = archive.trend(
            " ".join(query or ()), by=by.value, per=per and per.value, among=among, collapse=collapse, groups=groups
        )
        gaps = archive.trend_coverage(found, now=datetime.now(UTC)) if coverage else {}
    if json:
        for row in _rows(found, gaps):
            terminal.print_json(dict(zip(_COLUMNS, row, strict=True)))
    elif csv:
        print_csv(_COLUMNS, _rows(found, gaps))
    elif found.points and not (png or svg):
        if plot or (plot is None and terminal.out().is_terminal):
            _print_plot(found, share=share)
        else:
            _print_table(found, gaps, share=share)
    for path, format in ((png, "png"), (svg, "svg")):
        if path is not None:
            _draw(found, gaps, path, format, share=share)
    _print_remarks(found, gaps)


def _rows(trend: Trend, coverage: Coverage) -> Iterator[tuple[Any, ...]]:
    for point in trend.points:
        share = None if point.share is None else round(point.share, _DIGITS)
        covered = _covered(trend, coverage, point)
        covered = None if covered is None else round(covered, _DIGITS)
        yield point.label, point.start.isoformat(), point.group, point.articles, point.archived, share, covered


def _covered(trend: Trend, coverage: Coverage, point: TrendPoint) -> float | None:
    """The share of days that are no known gap; None: nothing can be said."""
    from newsarchive.search.trends.coverage import of_point

    covered = of_point(coverage, trend, point.start, point.group)
    return None if covered is None else covered.share


def _print_table(trend: Trend, coverage: Coverage, *, share: bool) -> None:
    """Periods down; beside them the counts, or a column for each group."""
    if not trend.groups:
        headings = ("Period", "Articles", "Archived", "Share", *(("Coverage",) if coverage else ()))
        rows = []
        for point in trend.points:
            covered = _covered(trend, coverage, point)
            known = "" if covered is None else f"{100 * covered:.0f}%"
            cells = (point.label, f"{point.articles:,}", f"{point.archived:,}", _percent(point))
            rows.append((*cells, *((known,) if coverage else ())))
        terminal.print_table(headings, rows, right=headings[1:])
        return
    series = trend.series().values()
    rows = [
        (
            points[0].label,
            *(
                (_percent(point) or _GAP if share else _count(point)) + _mark(_covered(trend, coverage, point))
                for point in points
            ),
        )
        for points in zip(*series, strict=True)
    ]
    terminal.print_table(("Period", *trend.groups), rows, right=trend.groups)


def _mark(covered: float | None) -> str:
    return _INCOMPLETE if covered is not None and covered < 1 else ""


def _count(point: TrendPoint) -> str:
    return f"{point.articles:,}" if point.archived else _GAP


def _percent(point: TrendPoint) -> str:
    return "" if point.share is None else f"{100 * point.share:.2f}%"


def _print_plot(trend: Trend, *, share: bool) -> None:
    from newsarchive.cli.trend_plot import HEIGHT, legend, plot

    out = terminal.out()
    what = "share of the articles archived" if share else "articles"
    terminal.print_text(f"{what} per {trend.by}: {trend.query.strip() or 'all'}", style="bold")
    out.print(plot(trend, share=share, width=out.width, height=max(10, min(HEIGHT, out.height - 4))))
    if trend.groups:
        terminal.print_text(legend(trend), prefix="  ")


def _draw(trend: Trend, coverage: Coverage, path: Path, format: str, *, share: bool) -> None:
    from newsarchive.errors import ExportError
    from newsarchive.export.whole_file import whole_file
    from newsarchive.search.trends.chart import picture

    if not trend.points:
        raise ExportError(f"{path} is not drawn: the query finds no article with a date")
    drawn = picture(trend, format, share=share, coverage=coverage)
    try:
        with whole_file(path) as file:
            file.write(drawn)
    except OSError as error:
        raise ExportError(f"{path} cannot be written: {error.strerror or error}") from error


def _print_remarks(trend: Trend, coverage: Coverage) -> None:
    """What the numbers do not say, on stderr."""
    if not trend.total:
        terminal.notes().print("no article found; newsarchive status says how many there are")
        return
    remarks = [f"{trend.total:,} {'article' if trend.total == 1 else 'articles'}"]
    if trend.collapse:
        remarks.append("near-copies counted once")
    if trend.undated:
        remarks.append(f"{trend.undated:,} without a publication date, in no period")
    periods = list(zip(*trend.series().values(), strict=True))
    if gaps := sum(1 for points in periods if not any(point.archived for point in points)):
        remarks.append(f"nothing archived in {gaps:,} of {len(periods):,} periods")
    if incomplete := sum(_mark(_covered(trend, coverage, point)) != "" for point in trend.points):
        mark = f" ({_INCOMPLETE} in a table)" if trend.groups else ""
        remarks.append(f"known gaps in {incomplete:,}{mark}: newsarchive coverage")
    terminal.notes().print("; ".join(remarks))
