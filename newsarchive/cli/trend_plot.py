"""A trend drawn in a terminal: a line for each group, broken where nothing was archived."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from plotext import figure, marker
from rich.text import Text

from newsarchive.search.trends.periods import Period, number
from newsarchive.search.trends.trend import OTHERS, Trend, TrendPoint

HEIGHT = 20
"""Lines of a plot, if the terminal has as many."""

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"

_COLORS = (33, 208, 35, 161, 134, 37, 136, 99)  # of 256; readable on black and on white
_GRAY = 245  # of (others), and of what there are no colors for
_TICK_COLUMNS = 14  # from one label of the time axis to the next
_Y_TICKS = 5
_YEARS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
_STEPS = {
    Period.DAY: (1, 7, 14, 28, 91, 182, *(364 * years for years in _YEARS)),
    Period.WEEK: (1, 2, 4, 13, 26, *(52 * years for years in _YEARS)),
    Period.MONTH: (1, 2, 3, 6, *(12 * years for years in _YEARS)),
    Period.YEAR: _YEARS,
}


def plot(trend: Trend, *, share: bool, width: int, height: int = HEIGHT) -> Text:
    """The plot in so many columns and lines; ``share``: in percent of what was archived, instead of articles."""
    series = trend.series()
    figure.clear()  # the library draws on one figure
    figure.plot_size(width, height)
    figure.theme("simple")  # in the terminal's own colors
    heights = [_height(point, share=share) for point in trend.points if point.archived]
    step = y_step(max(heights, default=0), share=share)
    top = step * max(1, -(-max(heights, default=0) // step))
    ticks = [step * index for index in range(int(top / step) + 1)]
    figure.ruler("y").lim(0, top)
    figure.ruler("y").ticks(ticks, [f"{tick:,.10g}{'%' if share else ''}" for tick in ticks])
    points = next(iter(series.values()))
    line = "braille" if len(points) > width else "hd"  # thinner where periods crowd
    places = x_ticks(trend.by, points, max(1, width // _TICK_COLUMNS))
    figure.ruler("x").lim(0, max(1, len(points) - 1))
    figure.ruler("x").ticks(places, [points[place].label for place in places])
    # The largest group is drawn last, over the others.
    for name, color in reversed(list(zip(series, colors(tuple(series)), strict=True))):
        for run in runs(series[name]):
            drawn = [_height(series[name][index], share=share) for index in run]
            symbol = "•" if len(run) == 1 else line  # a line of one point would hardly be seen
            figure.draw(figure.signal(list(run), drawn, marker=marker(symbol, color)).lines())
    return Text.from_ansi(figure.build().string())


def legend(trend: Trend) -> Text:
    """The names of the groups, each behind its color."""
    text = Text()
    for name, color in zip(trend.groups, colors(trend.groups), strict=True):
        text.append(f"▬▬{NO_BREAK_SPACE}", style=f"color({color})").append(f"{name.replace(' ', NO_BREAK_SPACE)}  ")
    return text


def colors(names: Sequence[str | None]) -> Iterator[int]:
    """A color for each group."""
    left = iter(_COLORS)
    for name in names:
        yield _GRAY if name == OTHERS else next(left, _GRAY)


def runs(points: Sequence[TrendPoint]) -> Iterator[range]:
    """Stretches of periods, by index, in which something was archived."""
    begin = None
    for index, point in enumerate(points):
        if point.archived and begin is None:
            begin = index
        if not point.archived and begin is not None:
            yield range(begin, index)
            begin = None
    if begin is not None:
        yield range(begin, len(points))


def y_step(highest: float, *, share: bool) -> float:
    """From one tick of the vertical axis to the next: 1, 2 or 5 times a power of ten; whole numbers of articles."""
    for exponent in count(-4 if share else 0):
        for factor in (1, 2, 5):
            step = factor * 10.0**exponent
            if step * _Y_TICKS >= highest:
                return step
    raise AssertionError("there is always a next power")


def x_ticks(period: Period, points: Sequence[TrendPoint], limit: int) -> list[int]:
    """Which periods get a label, by index: ``limit`` or fewer, in even steps; months and years at round numbers."""
    first = number(period, points[0].start)
    origin = 0 if period in (Period.MONTH, Period.YEAR) else first
    for step in _STEPS[period]:
        begin = (origin - first) % step
        places = list(range(begin, len(points), step))
        if len(places) <= limit:
            return places or [0]
    return [0]


def _height(point: TrendPoint, *, share: bool) -> float:
    return 100 * (point.share or 0) if share else float(point.articles)
