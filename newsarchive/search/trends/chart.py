"""A trend as a picture: PNG or SVG, drawn by Vega-Lite without a browser. Needs the extra ``plots``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

from newsarchive.errors import ExportError
from newsarchive.search.trends.periods import moments, number
from newsarchive.search.trends.trend import NO_VALUE, OTHERS, Trend, TrendPoint

if TYPE_CHECKING:
    import altair

    from newsarchive.search.trends.coverage import Coverage

WIDTH_PX = 900
HEIGHT_PX = 360
_SCALE = 2  # pixels of a PNG for one of the picture, so that it prints well
_TITLE_LENGTH = 110  # characters that fit above the picture
_NAME_LENGTH = 40  # characters of a group's name in the legend
_MARKED = 60  # points of one line up to which each gets a dot
_CROWDED = 400  # points of one line from which on it is drawn thinner
# Okabe & Ito, "Color Universal Design" (2008): told apart by people who are color-blind. Its yellow is too faint for
# a line on white and is a dark one here.
_COLORS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#8A7A00", "#000000")
_GRAY = "#9A9A9A"
_DARK_GRAY = "#5F5F5F"
_UNNAMED = {OTHERS: _GRAY, NO_VALUE: _DARK_GRAY}
_GAP = "nothing archived"
_GAP_COLOR = "#EDEDED"
_INCOMPLETE = "known gaps"
_INCOMPLETE_COLOR = "#FFF4D2"


class Picture(StrEnum):
    """A format of pictures."""

    PNG = "png"
    SVG = "svg"


def picture(trend: Trend, format: str, *, share: bool = False, coverage: Coverage | None = None) -> bytes:
    """The trend as a picture file; ``share``: in percent of what was archived, instead of articles.

    ``coverage``: periods with known gaps get another ground.

    Raises ExportError if the extra ``plots`` is not installed, ValueError for an unknown format or an empty trend.
    """
    chosen = Picture(format)
    chart = _chart(trend, share=share, coverage=coverage or {})
    try:
        if chosen is Picture.PNG:
            drawn = BytesIO()
            chart.save(drawn, format="png", scale_factor=_SCALE)
            return drawn.getvalue()
        text = StringIO()
        chart.save(text, format="svg")
        return text.getvalue().encode()
    except ImportError:
        raise _missing() from None


def _chart(trend: Trend, *, share: bool, coverage: Coverage) -> altair.LayerChart:
    try:
        import altair
    except ImportError:
        raise _missing() from None
    if not trend.points:
        raise ValueError("a trend without points cannot be drawn")
    series = trend.series()
    names = [_name(name) for name in series]
    left = iter(_COLORS)
    colors = [_UNNAMED.get(name) or next(left, _GRAY) for name in names]
    rows = [_row(point, place, points, share=share) for points in series.values() for place, point in enumerate(points)]
    x = altair.X(
        "start:T",
        title=None,
        scale=altair.Scale(type="utc", domain=_ends(trend)),
        axis=altair.Axis(labelOverlap=True, grid=False, tickCount=10),
    )
    y_title = "% of the articles archived" if share else "articles"
    y = altair.Y(
        "value:Q",
        title=f"{y_title} per {trend.by}",
        scale=altair.Scale(zero=True, nice=True, domainMin=0),
        axis=altair.Axis(tickMinStep=0 if share else 1, format="~r" if share else ",d"),
    )
    legend = altair.Legend(title=trend.per, symbolType="stroke", symbolStrokeWidth=3) if trend.per else None
    color = altair.Color("group:N", scale=altair.Scale(domain=names, range=colors), legend=legend)
    base = altair.Chart(altair.InlineData(values=rows)).encode(x=x, y=y, color=color)
    width = 1.5 if len(next(iter(series.values()))) <= _CROWDED else 0.8
    layers: list[Any] = [base.mark_line(strokeWidth=width, strokeJoin="round", invalid="break-paths-show-domains")]
    layers.append(base.mark_point(size=18, filled=True, opacity=1).transform_filter("datum.dot"))
    incomplete = _stretches(trend, lambda points: _is_incomplete(points, coverage))
    for stretches, color_of_band in ((_gaps(trend, coverage), _GAP_COLOR), (incomplete, _INCOMPLETE_COLOR)):
        if stretches:
            bands = altair.Chart(altair.InlineData(values=stretches)).mark_rect(clip=True, color=color_of_band)
            layers.insert(0, bands.encode(x=altair.X("start:T", scale=altair.Scale(type="utc")), x2="end:T"))
    chart: altair.LayerChart = (
        altair.layer(*layers)
        .properties(
            width=WIDTH_PX,
            height=HEIGHT_PX,
            background="white",
            title=altair.TitleParams(
                text=title(trend),
                subtitle=subtitle(trend) + (f"; yellow: {_INCOMPLETE}" if incomplete else ""),
                anchor="start",
                subtitleColor="#555",
            ),
        )
        .configure_view(stroke=None)
        .configure_axis(labelFontSize=12, titleFontSize=12, titleFontWeight="normal")
        .configure_legend(labelFontSize=12, labelLimit=260)
    )
    return chart


def title(trend: Trend) -> str:
    """What the trend is of, in one line."""
    return _cut(trend.query.strip() or "all articles", _TITLE_LENGTH)


def subtitle(trend: Trend) -> str:
    """What one has to know to read the numbers, in one line."""
    parts = [f"{trend.total:,} articles"]
    if trend.undated:
        parts.append(f"{trend.undated:,} of them without a date, not drawn")
    if trend.collapse:
        parts.append("near-copies counted once")
    if trend.among.strip():
        parts.append(f"among {_cut(trend.among.strip(), _NAME_LENGTH)}")
    if any(not point.archived for point in trend.points):
        parts.append(f"no line, gray: {_GAP}")
    return "; ".join(parts)


def _row(point: TrendPoint, place: int, points: tuple[TrendPoint, ...], *, share: bool) -> dict[str, Any]:
    """A point as the chart reads it; where nothing was archived it has no value, and the line is broken."""
    beside = points[max(0, place - 1) : place + 2]
    alone = sum(1 for other in beside if other.archived) == 1  # a line of one point would not be seen
    share_value = None if point.share is None else 100 * point.share
    return {
        "start": point.start.isoformat(),
        "group": _name(point.group),
        "value": share_value if share else point.articles if point.archived else None,
        "dot": bool(point.archived) and (alone or len(points) <= _MARKED),
    }


def _gaps(trend: Trend, coverage: Coverage) -> list[dict[str, str]]:
    """Stretches of periods in which nothing at all was archived, though nothing is known to be missing."""
    return _stretches(
        trend, lambda points: not any(point.archived for point in points) and not _is_incomplete(points, coverage)
    )


def _is_incomplete(points: tuple[TrendPoint, ...], coverage: Coverage) -> bool:
    """Whether something is known to be missing of a period."""
    covered = coverage.get((points[0].start, None))
    return covered is not None and covered.covered < covered.days


def _stretches(trend: Trend, has: Callable[[tuple[TrendPoint, ...]], bool]) -> list[dict[str, str]]:
    """Stretches of the periods that are so."""
    gaps: list[dict[str, str]] = []
    for points in zip(*trend.series().values(), strict=True):
        if not has(points):
            continue
        begin, end = _from_to(trend, points[0])
        if gaps and gaps[-1]["end"] == begin:
            gaps[-1]["end"] = end
        else:
            gaps.append({"start": begin, "end": end})
    return gaps


def _ends(trend: Trend) -> list[str]:
    """From the first period's first day to the last one's; a single period is put in the middle."""
    begin, end = (_from_to(trend, trend.points[place])[0] for place in (0, -1))
    if begin == end:
        since, until = map(date.fromisoformat, _from_to(trend, trend.points[0]))
        return [(since - min(until - since, since - date.min)).isoformat(), until.isoformat()]
    return [begin, end]


def _from_to(trend: Trend, point: TrendPoint) -> tuple[str, str]:
    """The first day of a period, and the first after it."""
    this = number(trend.by, point.start)
    since, until = moments(trend.by, this, this)
    return since.date().isoformat(), (until or since).date().isoformat()


def _name(group: str | None) -> str:
    return "" if group is None else _cut(group, _NAME_LENGTH)


def _cut(text: str, length: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _missing() -> ExportError:
    return ExportError("pictures need the extra plots: pip install 'newsarchive[plots]', or see the plot with --plot")
