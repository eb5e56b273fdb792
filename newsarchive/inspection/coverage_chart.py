"""Coverage as a picture: a calendar of one site, or a row of days for each of several. Needs the extra ``plots``.

Drawn like trends (:mod:`newsarchive.search.trends.chart`). Days in trouble carry a letter, so that a print without
colors tells them apart, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

from newsarchive.errors import ExportError
from newsarchive.model.coverage import CrawlDay, DayState, PublicationDay

if TYPE_CHECKING:
    import altair

Days = Sequence[PublicationDay | CrawlDay]

MAX_DAYS = 200_000
"""Days of all sites that are drawn: what a picture can show is far less."""

_SCALE = 2  # pixels of a PNG for one of the picture, so that it prints well
_CELL_PX = 15
_ROW_PX = 15
_DAY_PX = 9  # of a row of days
_MAX_ROW_PX = 1_800
_LETTERS_FROM_PX = 7  # a cell that is narrower has no room for a letter
_NAME_LENGTH = 40
# Greens, blues and grays for what is well; yellow, orange, red and purple for gaps. The hues are those of Okabe & Ito,
# "Color Universal Design" (2008), which people who are color-blind tell apart.
_COLORS = {
    DayState.COMPLETE: "#009E73",
    DayState.PARTLY: "#F0C84B",
    DayState.HELD: "#8CD3BC",
    DayState.NOTHING_PUBLISHED: "#E4EFEA",
    DayState.BLOCKED: "#7A1F1F",
    DayState.FAILED: "#D55E00",
    DayState.REFUSED: "#CC79A7",
    DayState.SKIPPED: "#56B4E9",
    DayState.EMPTY: "#E69F00",
    DayState.NO_CRAWL: "#5F5F5F",
    DayState.UNKNOWN: "#F2F2F2",
}
_LETTERS = {
    DayState.PARTLY: "/",
    DayState.NOTHING_PUBLISHED: "·",
    DayState.BLOCKED: "B",
    DayState.FAILED: "F",
    DayState.REFUSED: "R",
    DayState.SKIPPED: "S",
    DayState.EMPTY: "E",
    DayState.NO_CRAWL: "–",
    DayState.UNKNOWN: "?",
}
_DARK = (DayState.BLOCKED, DayState.FAILED, DayState.NO_CRAWL)


def picture(sites: Mapping[str, Days], format: str, *, of_crawls: bool = False) -> bytes:
    """The days of one site as a calendar, or of several as rows; ``format`` is ``png`` or ``svg``.

    Raises ExportError if the extra ``plots`` is not installed or there are too many days, ValueError for an unknown
    format or no days at all.
    """
    if format not in ("png", "svg"):
        raise ValueError(f"a picture is png or svg, not {format}")
    number = sum(map(len, sites.values()))
    if not number:
        raise ValueError("a calendar without days cannot be drawn")
    if number > MAX_DAYS:
        raise ExportError(f"{number:,} days are more than {MAX_DAYS:,}: narrow them with --since, or name one site")
    try:
        chart = _calendar(next(iter(sites.values()))) if len(sites) == 1 else _rows(sites)
        chart = _dressed(chart, sites, of_crawls=of_crawls)
        if format == "png":
            drawn = BytesIO()
            chart.save(drawn, format="png", scale_factor=_SCALE)
            return drawn.getvalue()
        text = StringIO()
        chart.save(text, format="svg")
        return text.getvalue().encode()
    except ImportError:
        raise ExportError("pictures need the extra plots: pip install 'newsarchive[plots]'") from None


def _calendar(days: Days) -> altair.FacetChart:
    """Weeks as columns, weekdays as rows, a block for each year."""
    import altair

    rows = [
        {
            "year": day.day.isocalendar().year,
            "week": day.day.isocalendar().week,
            "weekday": day.day.isoweekday(),
            **_look(day),
        }
        for day in days
    ]
    months = list(_months(days[0].day, days[-1].day))
    weekdays = "['', 'Mon', '', 'Wed', '', 'Fri', '', 'Sun'][datum.value]"
    last_week = max(row["week"] for row in rows)
    y_axis = altair.Axis(labelExpr=weekdays, ticks=False, domain=False, title=None)
    base = altair.Chart().encode(
        x=altair.X("week:O", axis=None, scale=altair.Scale(domain=list(range(1, last_week + 1)))),
        y=altair.Y("weekday:O", axis=y_axis, scale=altair.Scale(domain=list(range(1, 8)))),
    )
    names = (
        altair.Chart()
        .transform_filter("isValid(datum.month)")
        .mark_text(align="left", baseline="bottom", dx=-_CELL_PX / 2, fontSize=11, color="#555")
        .encode(x=altair.X("week:O", axis=None), y=altair.value(-3), text="month:N")
    )
    layers = altair.layer(
        base.transform_filter("isValid(datum.state)")
        .mark_rect(stroke="white", strokeWidth=1.5, cornerRadius=2)
        .encode(_color(days)),
        base.transform_filter("datum.letter")
        .mark_text(fontSize=9, fontWeight="bold")
        .encode(text="letter:N", color=_ink()),
        names,
        data=altair.InlineData(values=[*rows, *months]),
    ).properties(width=_CELL_PX * last_week, height=_CELL_PX * 7)
    header = altair.Header(labelAngle=0, labelAlign="left", labelFontSize=12, title=None)
    chart: altair.FacetChart = layers.facet(row=altair.Row("year:O", header=header), spacing=28)
    return chart


def _rows(sites: Mapping[str, Days]) -> Any:  # noqa: ANN401 (a layered chart)
    """A row of days for each site."""
    import altair

    rows = [
        {
            "site": _cut(site),
            "day": day.day.isoformat(),
            "after": (day.day + timedelta(days=1)).isoformat(),
            **_look(day),
        }
        for site, days in sites.items()
        for day in days
    ]
    first, last = min(row["day"] for row in rows), max(row["after"] for row in rows)
    number = (date.fromisoformat(last) - date.fromisoformat(first)).days
    width = min(_MAX_ROW_PX, max(300, _DAY_PX * number))
    scale = altair.Scale(type="utc", domain=[first, last])
    y = altair.Y(
        "site:N",
        sort=[_cut(site) for site in sites],
        axis=altair.Axis(title=None, ticks=False, domain=False, labelLimit=260),
    )
    base = altair.Chart()
    is_wide = width / number >= _LETTERS_FROM_PX
    shown = base.mark_rect(stroke="white", strokeWidth=1 if is_wide else 0).encode(
        x=altair.X("day:T", scale=scale, axis=altair.Axis(title=None, grid=False, labelOverlap=True)),
        x2="after:T",
        y=y,
        color=_color([day for days in sites.values() for day in days]),
    )
    layers: list[Any] = [shown]
    if is_wide:
        middle = base.transform_filter("datum.letter").transform_calculate(
            middle="(toNumber(toDate(datum.day)) + toNumber(toDate(datum.after))) / 2"
        )
        layers.append(
            middle.mark_text(fontSize=8, fontWeight="bold").encode(
                x=altair.X("middle:T", scale=scale), y=y, text="letter:N", color=_ink()
            )
        )
    chart: Any = altair.layer(*layers, data=altair.InlineData(values=rows)).properties(
        width=width, height=_ROW_PX * len(sites)
    )
    return chart


def _dressed(chart: Any, sites: Mapping[str, Days], *, of_crawls: bool) -> Any:  # noqa: ANN401 (of several kinds)
    import altair

    days = [day.day for some in sites.values() for day in some]
    what = "crawled on" if of_crawls else "published on"
    title = f"{_cut(next(iter(sites)))}: days {what}" if len(sites) == 1 else f"Days {what}, {len(sites):,} sites"
    return (
        chart.properties(
            background="white",
            title=altair.TitleParams(
                text=title, subtitle=f"{min(days)} to {max(days)}, UTC", anchor="start", subtitleColor="#555", offset=14
            ),
        )
        .configure_view(stroke=None)
        .configure_axis(labelFontSize=11)
        .configure_legend(labelFontSize=12, symbolStrokeWidth=0, symbolSize=150)
    )


def _look(day: PublicationDay | CrawlDay) -> dict[str, Any]:
    return {"state": day.state.value, "letter": _LETTERS.get(day.state, "")}


def _color(days: Days) -> altair.Color:
    import altair

    present = {day.state for day in days}
    shown = [state for state in DayState if state in present]
    scale = altair.Scale(domain=[state.value for state in shown], range=[_COLORS[state] for state in shown])
    labels = (
        "{"
        + ", ".join(
            f"'{state.value}': '{' '.join(filter(None, (_LETTERS.get(state), state.value)))}'" for state in shown
        )
        + "}"
    )
    legend = altair.Legend(title=None, symbolType="square", labelExpr=f"({labels})[datum.value]")
    return altair.Color("state:N", scale=scale, legend=legend)


def _ink() -> Any:  # noqa: ANN401 (a condition)
    """What letters are written in: white on dark cells."""
    import altair

    dark = " || ".join(f"datum.state == '{state.value}'" for state in _DARK)
    return altair.condition(dark, altair.value("white"), altair.value("#444"))


def _months(first: date, last: date) -> Iterator[dict[str, Any]]:
    """Where in its year's block each month begins."""
    day = first
    while day <= last:
        year, week, weekday = day.isocalendar()
        if weekday <= 4 or day == first:  # else most of the week is the old month's
            yield {"year": year, "week": week, "month": f"{day:%b}"}
        elif (day + timedelta(days=7)) <= last:
            year, week, _ = (day + timedelta(days=7)).isocalendar()
            yield {"year": year, "week": week, "month": f"{day:%b}"}
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _cut(text: str) -> str:
    return text if len(text) <= _NAME_LENGTH else f"{text[: _NAME_LENGTH - 1]}…"
