"""``newsarchive coverage``: a calendar for eyes, rows for programs, and pictures."""

import csv
import io
import json
from datetime import date, timedelta

import pytest
from rich.text import Text

from newsarchive.cli.coverage_calendar import SIGNS, heat_map, legend, strip
from newsarchive.model.coverage import DayState, PublicationDay

PNG = b"\x89PNG\r\n\x1a\n"


def days(*states, first=date(2026, 5, 1)):
    return [
        PublicationDay(day=first + timedelta(days=n), state=state, reason=None, archived=n, misses={})
        for n, state in enumerate(states)
    ]


def test_every_state_has_a_sign_of_its_own():
    assert set(SIGNS) == set(DayState)
    assert len(set(SIGNS.values())) == len(DayState)
    assert all(len(sign) == 1 and sign != " " for sign in SIGNS.values())


def test_a_calendar_has_weeks_as_columns_and_weekdays_as_rows():
    some = days(*[DayState.COMPLETE] * 9, DayState.BLOCKED)  # Friday the 1st of May to Sunday the 10th
    lines = [line.plain for line in heat_map(some, some[0].day, some[-1].day, width=80)]
    assert lines == ["    May", "Mon   ■", "      ■", "Wed   ■", "      ■", "Fri ■ ■", "    ■ ■", "Sun ■ B"]


def test_a_year_is_broken_where_the_terminal_ends():
    some = days(*[DayState.NO_CRAWL] * 365, first=date(2025, 6, 2))
    lines = list(heat_map(some, some[0].day, some[-1].day, width=60))
    assert len(lines) == 16
    assert all(line.cell_len <= 60 for line in lines)
    assert sum(line.plain.count("–") for line in lines) == 365
    months = lines[0].plain.split() + lines[8].plain.split()
    assert months[:3] == ["Jun", "Jul", "Aug"]
    assert "Jan'26" in months


def test_a_strip_has_a_sign_a_day_and_a_space_where_nothing_is_known():
    some = [*days(DayState.COMPLETE), *days(DayState.FAILED, first=date(2026, 5, 3))]
    assert strip("x ", some, date(2026, 5, 1), date(2026, 5, 4)).plain == "x ■ F "


def test_a_legend_names_what_occurs():
    shown = legend(days(DayState.COMPLETE, DayState.EMPTY, DayState.EMPTY))
    assert isinstance(shown, Text)
    assert shown.plain.replace("\xa0", " ").split("   ") == ["■ complete 1", "E empty 2"]


def test_one_site_is_a_calendar_with_what_is_known(newsarchive, crawled):
    result = newsarchive("coverage", "sample", home=crawled)
    assert result.code == 0
    assert result.out.startswith("sample: days published on, ")
    assert "complete" in result.out
    assert "\x1b" not in result.out


def test_all_sites_are_a_line_each(newsarchive, crawled):
    result = newsarchive("coverage", home=crawled)
    assert result.out.splitlines()[0].split()[:4] == ["Site", "Covered", "Gaps", "Missed"]
    assert result.out.splitlines()[1].startswith("sample")
    assert "newsarchive coverage SITE" in result.err


def test_rows_for_programs_have_every_day(newsarchive, crawled):
    objects = [json.loads(line) for line in newsarchive("coverage", "sample", "--json", home=crawled).out.splitlines()]
    rows = list(csv.DictReader(io.StringIO(newsarchive("coverage", "sample", "--csv", home=crawled).out)))
    assert list(rows[0]) == ["site", "day", "state", "reason", "expected", "had", "archived"]
    assert [row["day"] for row in rows] == [item["day"] for item in objects] == sorted({row["day"] for row in rows})
    assert sum(item["archived"] for item in objects) > 20
    bounded = newsarchive("coverage", "--json", "--since", "2026-01", "--until", "2026-03", home=crawled).out
    found = [json.loads(line)["day"] for line in bounded.splitlines()]
    assert found and all("2026-01-01" <= day <= "2026-03-31" for day in found)


def test_days_of_crawling_have_outcomes(newsarchive, crawled):
    rows = list(csv.DictReader(io.StringIO(newsarchive("coverage", "--by", "crawl", "--csv", home=crawled).out)))
    assert int(rows[0]["runs"]) >= 1
    assert int(rows[0]["new"]) > 20
    first = json.loads(newsarchive("coverage", "--by", "crawl", "--json", home=crawled).out.splitlines()[0])
    assert first["sources"] and first["new"] == int(rows[0]["new"])


def test_pictures_are_written_whole(newsarchive, crawled, tmp_path):
    pytest.importorskip("altair")
    png, svg = tmp_path / "a.png", tmp_path / "a.svg"
    assert newsarchive("coverage", "sample", "--png", str(png), "--svg", str(svg), home=crawled).code == 0
    assert png.read_bytes().startswith(PNG)
    assert svg.read_text(encoding="utf-8").startswith("<svg")
    early = newsarchive("coverage", "sample", "--since", "1990", "--until", "1990", "--png", str(png), home=crawled)
    assert (early.code, "is not drawn" in early.err) == (1, True)


def test_what_is_asked_wrongly_says_what_is_right(newsarchive, crawled):
    assert "newsarchive site list" in newsarchive("coverage", "nobody", home=crawled).err
    assert "--since" in newsarchive("coverage", "--since", "soon", home=crawled).err
