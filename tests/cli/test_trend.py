"""Trends and words as the commands print, write and draw them."""

from __future__ import annotations

import builtins
import csv
import io
import json
from datetime import date
from typing import Any

import pytest

from newsarchive.cli.trend_plot import legend, plot, runs, x_ticks, y_step
from newsarchive.search.trends.periods import Period, label, number, start
from newsarchive.search.trends.trend import Per, Trend, TrendPoint

PNG = b"\x89PNG\r\n\x1a\n"
COLUMNS = ["period", "start", "group", "articles", "archived", "share", "coverage"]


def a_trend(counts: list[tuple[int, int]], *groups: str, by: Period = Period.MONTH) -> Trend:
    """A trend of these articles and archived articles, alike in every group."""
    first = number(by, date(2020, 1, 1))
    return Trend(
        query="ferry",
        among="",
        by=by,
        per=Per.SECTION if groups else None,
        collapse=False,
        groups=groups,
        points=tuple(
            TrendPoint(
                start=start(by, first + index),
                label=label(by, first + index),
                group=group,
                articles=articles,
                archived=archived,
            )
            for index, (articles, archived) in enumerate(counts)
            for group in groups or (None,)
        ),
        total=sum(articles for articles, _ in counts),
        undated=0,
    )


def test_a_trend_through_a_pipe_is_a_table(newsarchive, crawled):
    result = newsarchive("trend", "school", "since:2024", "--by", "year", home=crawled)
    lines = result.out.splitlines()
    assert lines[0].split() == ["Period", "Articles", "Archived", "Share", "Coverage"]
    assert [line.split()[0] for line in lines[1:]] == ["2024", "2025", "2026"]
    assert all("%" in line for line in lines[1:])
    assert " articles" in result.err
    assert result.code == 0
    bare = newsarchive("trend", "school", "since:2024", "--by", "year", "--no-coverage", home=crawled)
    assert bare.out.splitlines()[0].split() == ["Period", "Articles", "Archived", "Share"]


def test_groups_are_columns_of_the_table(newsarchive, crawled):
    result = newsarchive("trend", "--by", "year", "--per", "lang", "--groups", "2", "--share", home=crawled)
    lines = result.out.splitlines()
    assert lines[0].split()[:2] == ["Period", "en"]
    assert lines[0].split()[-1] == "(others)"
    assert lines[2].split() == ["2004", *["-"] * (len(lines[0].split()) - 1)]
    assert "nothing archived in 20 of 24 periods" in result.err
    assert "without a publication date" in result.err


def test_csv_and_json_have_a_line_for_each_period_and_group(newsarchive, crawled):
    arguments = ("trend", "since:2024", "--by", "month", "--per", "section")
    rows = list(csv.DictReader(io.StringIO(newsarchive(*arguments, "--csv", home=crawled).out)))
    objects = [json.loads(line) for line in newsarchive(*arguments, "--json", home=crawled).out.splitlines()]
    assert list(rows[0]) == list(objects[0]) == COLUMNS
    assert [row["articles"] for row in rows] == [str(item["articles"]) for item in objects]
    assert {item["share"] for item in objects if not item["archived"]} == {None}
    assert {row["share"] for row in rows if row["archived"] == "0"} == {""}
    assert len({(row["period"], row["group"]) for row in rows}) == len(rows)


def test_pictures_are_written_whole(newsarchive, crawled, tmp_path):
    png, svg = tmp_path / "a.png", tmp_path / "a.svg"
    result = newsarchive("trend", "--per", "lang", "--share", "--png", str(png), "--svg", str(svg), home=crawled)
    assert (result.code, result.out) == (0, "")
    drawn = png.read_bytes()
    assert drawn.startswith(PNG) and b"IEND" in drawn[-12:]
    text = svg.read_text(encoding="utf-8")
    assert text.startswith("<svg") and text.rstrip().endswith("</svg>")
    assert "all articles" in text and "nothing archived" in text and "(others)" not in text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "a.svg"]


def test_a_picture_that_cannot_be_written_leaves_nothing_and_says_why(newsarchive, crawled, tmp_path):
    result = newsarchive("trend", "--png", str(tmp_path / "missing" / "a.png"), home=crawled)
    assert result.code == 1
    assert "is no folder; make it first" in result.err
    empty = newsarchive("trend", "thereisnosuchword", "--png", str(tmp_path / "a.png"), home=crawled)
    assert empty.code == 1
    assert "is not drawn: the query finds no article with a date" in empty.err
    assert list(tmp_path.iterdir()) == []


def test_a_picture_without_the_extra_says_how_to_install_it(newsarchive, crawled, tmp_path, monkeypatch):
    find = builtins.__import__

    def without_altair(name: str, *arguments: Any, **more: Any) -> Any:
        if name.split(".")[0] == "altair":
            raise ImportError(name)
        return find(name, *arguments, **more)

    monkeypatch.setattr(builtins, "__import__", without_altair)
    result = newsarchive("trend", "--svg", str(tmp_path / "a.svg"), home=crawled)
    assert result.code == 1
    assert result.err.count("\n") == 1
    assert "pip install 'newsarchive[plots]'" in result.err
    assert list(tmp_path.iterdir()) == []


def test_too_many_periods_are_refused_in_one_line(newsarchive, crawled):
    result = newsarchive("trend", "since:0001", "until:9999", "--by", "day", home=crawled)
    assert result.code == 2
    assert result.err.count("\n") == 1
    assert "count by year" in result.err


def test_a_trend_of_nothing_prints_nothing(newsarchive, crawled):
    result = newsarchive("trend", "thereisnosuchword", "--plot", home=crawled)
    assert (result.code, result.out) == (0, "")
    assert "no article found" in result.err


def test_a_plot_can_be_asked_for(newsarchive, crawled):
    result = newsarchive("trend", "since:2024", "--plot", "--per", "lang", home=crawled)
    assert result.out.startswith("articles per month: since:2024\n")
    assert "2024-01" in result.out and "▬▬" in result.out
    assert "\x1b" not in result.out


def test_a_plot_has_a_line_where_something_was_archived_and_none_elsewhere():
    trend = a_trend([(3, 9), (3, 9), (0, 0), (0, 0), (0, 0), (0, 0), (3, 9), (0, 0), (3, 9), (3, 9)])
    assert list(runs(trend.points)) == [range(2), range(6, 7), range(8, 10)]
    drawn = plot(trend, share=False, width=60, height=12).plain
    top = next(line for line in drawn.splitlines() if line.startswith("3┤"))
    assert "•" in top
    assert not top[15:30].strip()


def test_a_plot_begins_at_zero_and_ends_at_a_round_number():
    trend = a_trend([(9, 20), (12, 20), (10, 20)], "News", "(others)")
    shown = plot(trend, share=False, width=70, height=14).plain
    assert "15┤" in shown and "\n 0┤" in shown
    assert "60%" in plot(trend, share=True, width=70, height=14).plain
    assert "News" in legend(trend).plain


@pytest.mark.parametrize(("highest", "share", "step"), [(0, False, 1), (4, False, 1), (23, False, 5), (51, False, 20)])
def test_steps_of_the_vertical_axis_are_round(highest, share, step):
    assert y_step(highest, share=share) == step


def test_a_small_share_has_small_steps():
    assert y_step(0.3, share=True) == pytest.approx(0.1)


@pytest.mark.parametrize("by", list(Period))
@pytest.mark.parametrize("periods", [1, 2, 7, 100, 2000])
def test_the_time_axis_has_a_few_labels(by, periods):
    points = a_trend([(1, 1)] * periods, by=by).points
    places = x_ticks(by, points, 7)
    assert 1 <= len(places) <= 7
    assert all(0 <= place < periods for place in places)


def test_months_are_labeled_at_the_start_of_years():
    points = a_trend([(1, 1)] * 100).points
    assert [points[place].label for place in x_ticks(Period.MONTH, points, 5)] == [
        "2020-01", "2022-01", "2024-01", "2026-01", "2028-01",
    ]  # fmt: skip


def test_words_are_told_with_their_kind(newsarchive, crawled):
    result = newsarchive("words", "ferry", "--top", "5", home=crawled)
    assert result.code == 0
    assert result.out.splitlines()[0].split() == ["Articles", "of", "Expected", "Log", "ratio", "G2", "Word"]
    assert "ferry" in result.out
    assert "others" in result.err
    rows = [json.loads(line) for line in newsarchive("words", "section:sport", "--json", home=crawled).out.splitlines()]
    sections = [row for row in rows if row["kind"] == "section"]
    assert [row["name"] for row in sections] == ["Sport"]
    assert sections[0]["articles"] == sections[0]["size"] and sections[0]["rest_articles"] == 0


def test_words_can_be_of_one_kind_and_against_another_query(newsarchive, crawled):
    arguments = ("words", "lang:fr", "--against", "lang:en", "--only", "word", "--csv")
    rows = list(csv.DictReader(io.StringIO(newsarchive(*arguments, home=crawled).out)))
    assert {row["kind"] for row in rows} == {"word"}
    assert {"de", "des"} <= {row["name"] for row in rows}
    assert {row["rest_size"] for row in rows} == {"38"}


def test_words_of_everything_have_nothing_to_be_compared_with(newsarchive, crawled):
    result = newsarchive("words", "site:sample", home=crawled)
    assert (result.code, result.out) == (0, "")
    assert result.err == "there are no other articles to compare with\n"
    assert "no article found" in newsarchive("words", "thereisnosuchword", home=crawled).err
