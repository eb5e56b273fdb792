from datetime import date, timedelta

import pytest

from newsarchive.errors import ExportError
from newsarchive.inspection.coverage_chart import MAX_DAYS, picture
from newsarchive.model.coverage import DayState, PublicationDay

pytest.importorskip("altair")


def days(number, first=date(2025, 12, 1)):
    states = list(DayState)
    return tuple(
        PublicationDay(day=first + timedelta(days=n), state=states[n % len(states)], reason=None, misses={})
        for n in range(number)
    )


def test_one_site_is_a_calendar_with_weekdays_months_and_every_state():
    drawn = picture({"example": days(60)}, "svg").decode()
    assert all(f">{name}<" in drawn for name in ("Mon", "Sun", "Jan", "2025", "2026"))
    assert all(state.value in drawn for state in DayState)
    assert "example: days published on" in drawn


def test_several_sites_are_rows():
    drawn = picture({"one": days(30), "two": days(20)}, "svg", of_crawls=True).decode()
    assert ">one<" in drawn and ">two<" in drawn
    assert "Days crawled on, 2 sites" in drawn


def test_a_site_is_drawn_whatever_its_name():
    assert picture({"a'b\\\"<c>": days(3), "x" * 300: days(1)}, "png").startswith(b"\x89PNG")


def test_what_cannot_be_drawn_says_why():
    with pytest.raises(ValueError, match="png or svg"):
        picture({"example": days(1)}, "gif")
    with pytest.raises(ValueError, match="without days"):
        picture({"example": ()}, "png")
    many = days(1) * (MAX_DAYS + 1)
    with pytest.raises(ExportError, match="--since"):
        picture({"example": many}, "png")
