from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.crawling.revisits.policy import Revisit, RevisitPolicy
from newsarchive.model.crawl_run import Outcome
from newsarchive.model.revisit_times import RevisitTimes
from newsarchive.model.visit import Visit

NOW = datetime(2026, 5, 17, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AGES = st.timedeltas(min_value=timedelta(0), max_value=20 * 365 * DAY)


def visit(*, age: timedelta, asked: timedelta, **fields) -> Visit:
    """A page published so long before it was asked for last, which was so long ago."""
    at = NOW - asked
    fields = {"first_asked_at": at, "published_at": at - age, **fields}
    return Visit(url="https://a.example/1", outcome=Outcome.NEW, asked_at=at, **fields)


@pytest.mark.parametrize(
    ("age", "interval"),
    [(0 * HOUR, HOUR), (23 * HOUR, HOUR), (DAY, DAY), (6 * DAY, DAY), (7 * DAY, 7 * DAY), (30 * DAY, 15 * DAY),
     (3650 * DAY, 1825 * DAY)],
)  # fmt: skip
def test_the_older_a_page_the_seldomer_it_is_looked_at(age, interval):
    assert not RevisitPolicy().is_due(visit(age=age, asked=interval - timedelta(seconds=1)), NOW)
    assert RevisitPolicy().is_due(visit(age=age, asked=interval), NOW)


@given(younger=AGES, older=AGES)
def test_no_page_is_looked_at_more_often_than_a_younger_one(younger, older):
    younger, older = sorted((younger, older))
    assert RevisitPolicy().interval(younger) <= RevisitPolicy().interval(older)


@given(age=AGES, asked=AGES, later=AGES)
def test_what_is_due_stays_due(age, asked, later):
    page = visit(age=age, asked=asked)
    assert not RevisitPolicy().is_due(page, NOW) or RevisitPolicy().is_due(page, NOW + later)


def test_a_date_ahead_makes_a_page_young():
    assert RevisitPolicy().is_due(visit(age=-5 * DAY, asked=HOUR), NOW)


def test_a_page_that_was_changed_is_young_again():
    page = visit(age=300 * DAY, asked=2 * HOUR)
    assert not RevisitPolicy().is_due(page, NOW)
    assert RevisitPolicy().is_due(visit(age=300 * DAY, asked=2 * HOUR, changed_at=NOW - 3 * HOUR), NOW)


def test_without_a_date_age_counts_from_the_first_look():
    asked = NOW - 2 * DAY
    assert not RevisitPolicy().is_due(
        visit(age=DAY, asked=2 * DAY, published_at=None, first_asked_at=asked - 8 * DAY), NOW
    )
    assert RevisitPolicy().is_due(visit(age=DAY, asked=2 * DAY, published_at=None, first_asked_at=asked), NOW)


@pytest.mark.parametrize(
    ("claim", "is_due"),
    [
        ("2026-05-17T11:30:00Z", True),
        ("2026-05-17T10:30:00Z", False),
        ("2026-05-17", True),  # perhaps later on that day
        ("2026-05-16", False),
        ("Sun, 17 May 2026 13:45:00 +0200", True),
        ("yesterday or so, who knows", False),
        ("", False),
    ],
)
def test_a_source_that_says_changed_since_makes_a_page_due(claim, is_due):
    page = visit(age=300 * DAY, asked=HOUR)
    assert RevisitPolicy().is_due(page, NOW, (claim,)) is is_due


def test_a_claim_that_was_there_at_the_last_look_says_nothing_new():
    page = visit(age=300 * DAY, asked=HOUR, claimed_modified="2026-05-17")
    assert not RevisitPolicy().is_due(page, NOW, ("2026-05-17",))
    assert RevisitPolicy().is_due(page, NOW, ("2026-05-17", "2026-05-18"))


def test_never_and_all_do_not_look_at_the_age():
    old, young = visit(age=300 * DAY, asked=HOUR), visit(age=HOUR, asked=5 * HOUR)
    assert [RevisitPolicy(mode=Revisit.NEVER).is_due(page, NOW, ("2030-01-01",)) for page in (old, young)] == [
        False
    ] * 2
    assert [RevisitPolicy(mode=Revisit.ALL).is_due(page, NOW) for page in (old, young)] == [True] * 2


def test_times_are_read_as_they_are_documented():
    times = RevisitTimes.parse("2h:10m 1w:1d +25%")
    assert times.steps == ((2 * HOUR, timedelta(minutes=10)), (7 * DAY, DAY))
    assert times.growth == 0.25
    assert RevisitPolicy(times=times).interval(100 * DAY) == 25 * DAY
    assert RevisitPolicy(times=RevisitTimes.parse("+0%")).interval(DAY) == timedelta(0)


@pytest.mark.parametrize(
    "text", ["", "1d", "1d:1h", "+50", "1d:1h 1d:2h +50%", "7d:7d 30d:1d +5%", "1d:1h 7d:1d -5%", "٣d:1h +5%"]
)
def test_times_that_make_no_sense_are_refused(text):
    with pytest.raises(ValueError, match="1d:1h 7d:1d 30d:7d"):
        RevisitTimes.parse(text)
