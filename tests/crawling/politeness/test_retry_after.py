from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.crawling.politeness.retry_after import MAX_WAIT_S, MAX_WAITS_S, MIN_WAIT_S, Patience, read_retry_after

NOW = datetime(1994, 11, 6, 8, 49, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("1.5", 1.5),
        ("9" * 5000, math.inf),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 30.0),  # the three forms of RFC 9110, 5.6.7
        ("Sunday, 06-Nov-94 08:49:37 GMT", 30.0),
        ("Sun Nov  6 08:49:37 1994", 30.0),
        ("Sun, 06 Nov 1994 10:49:37 +0200", 30.0),
        ("Sun, 06 Nov 1994 08:00:00 GMT", 0.0),  # past
        ("-5", None),
        ("soon", None),
        ("", None),
        ("٣", None),
        ("Sun, 99 Nov 1994 08:49:37 GMT", None),
        ("120, 60", None),
    ],
)
def test_seconds_and_dates_are_read(value, seconds):
    assert read_retry_after(value, NOW) == seconds


@given(st.text())
def test_whatever_it_holds_it_is_no_error(value):
    seconds = read_retry_after(value, NOW)
    assert seconds is None or seconds >= 0


@given(st.integers(min_value=-(10**9), max_value=10**10))
def test_a_date_is_as_far_as_it_is(seconds):
    date = NOW + timedelta(seconds=seconds)
    value = format_datetime(date, usegmt=True)
    assert read_retry_after(value, NOW) == max(seconds, 0)


def test_a_host_rests_as_long_as_it_asked():
    patience = Patience()
    assert patience.asked("a.example", 30, now=100) == 130
    assert patience.asked("a.example", 10, now=110) == 130  # it said 130 before
    assert patience.asked("b.example", 0, now=100) == 100 + MIN_WAIT_S
    assert patience.why_left("a.example") is None


def test_a_longer_rest_than_a_crawl_waits_is_left_to_the_next_crawl():
    patience = Patience()
    assert patience.asked("a.example", MAX_WAIT_S + 1, now=0) == math.inf
    assert patience.why_left("a.example") == "asks for a rest of 601 s; a crawl waits 600 s"
    assert patience.asked("a.example", 1, now=5) == math.inf  # for good
    assert patience.why_left("b.example") is None


def test_a_host_that_asks_again_and_again_is_left():
    patience = Patience()
    now, rests = 0.0, 0
    while (until := patience.asked("a.example", 60, now)) < math.inf:
        now, rests = until, rests + 1
    assert rests * 60 == MAX_WAITS_S
    assert patience.why_left("a.example") == "has had the crawl wait 1800 s and asks for more"


def test_what_is_left_of_a_rest_that_an_earlier_crawl_was_asked_for_is_waited_for_or_not():
    patience = Patience()
    assert patience.recall("a.example", NOW + timedelta(seconds=90), NOW, now=5) == 95
    assert patience.why_left("a.example") is None
    assert patience.recall("b.example", NOW + timedelta(hours=6), NOW, now=5) == math.inf
    assert patience.why_left("b.example") == (
        "b.example asked an earlier crawl for a rest until 1994-11-06 14:49 UTC; a crawl waits 600 s"
    )


@given(st.lists(st.tuples(st.floats(0, 2000), st.floats(0, 100)), max_size=50))
def test_a_host_is_never_asked_earlier_than_it_said_nor_waited_for_longer_than_the_limit(asked):
    patience, now, first = Patience(), 0.0, None
    for seconds, pause in asked:
        until = patience.asked("a.example", seconds, now)
        assert until >= now + seconds
        if until < math.inf:
            first = now if first is None else first
            assert until - now <= MAX_WAITS_S + MIN_WAIT_S
        now += pause
