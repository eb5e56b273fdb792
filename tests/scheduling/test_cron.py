from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.errors import ConfigError
from newsarchive.scheduling.cron import MAX_CHARS, check_cron, next_cron, time_zone

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [
    "UTC",
    "Africa/Kigali",  # no daylight saving
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",  # half an hour off
    "Australia/Lord_Howe",  # half an hour of daylight saving
    "America/Sao_Paulo",  # began at midnight, until 2018
    "Asia/Beirut",  # begins at midnight
    "Pacific/Apia",  # left a whole day out in 2011
    "Africa/Casablanca",  # four changes a year
]
START, END = datetime(2009, 1, 1), datetime(2026, 12, 31)  # noqa: DTZ001 (hypothesis wants them naive)
moments = st.datetimes(START, END, timezones=st.just(UTC))
zones = st.sampled_from(ZONES).map(ZoneInfo)
minute_lists = st.sets(st.integers(0, 59), min_size=1, max_size=4)
hour_lists = st.sets(st.integers(0, 23), min_size=1, max_size=5)


def listed(numbers):
    return ",".join(map(str, sorted(numbers)))


def runs(expression, zone, after, count):
    """The next moments, as a clock on the wall shows them."""
    found = [after]
    for _ in range(count):
        found.append(next_cron(expression, zone, found[-1]))
    return [moment.astimezone(zone).isoformat()[5:16] for moment in found[1:]]


def on_wall(zone, *parts):
    return datetime(*parts, tzinfo=zone)


def test_a_time_that_is_left_out_is_made_up_for_at_the_end_of_the_gap():
    night = on_wall(BERLIN, 2024, 3, 30, 12)
    assert runs("30 2 * * *", BERLIN, night, 2) == ["03-31T03:00", "04-01T02:30"]
    assert runs("0 2 * * *", BERLIN, night, 2) == ["03-31T03:00", "04-01T02:00"]
    assert runs("*/10 2 * * *", BERLIN, night, 2) == ["03-31T03:00", "04-01T02:00"]
    assert runs("0 */2 * * *", BERLIN, on_wall(BERLIN, 2024, 3, 30, 23), 4) == [
        "03-31T00:00",
        "03-31T03:00",
        "03-31T04:00",
        "03-31T06:00",
    ]


def test_a_time_that_comes_twice_counts_once():
    night = on_wall(BERLIN, 2024, 10, 26, 12)
    assert runs("30 2 * * *", BERLIN, night, 2) == ["10-27T02:30", "10-28T02:30"]
    assert runs("0 2 * * *", BERLIN, night, 2) == ["10-27T02:00", "10-28T02:00"]
    assert next_cron("30 2 * * *", BERLIN, night).isoformat() == "2024-10-27T00:30:00+00:00"  # the first of the two
    assert runs("0 */2 * * *", BERLIN, on_wall(BERLIN, 2024, 10, 26, 23), 3) == [
        "10-27T00:00",
        "10-27T02:00",
        "10-27T04:00",
    ]


def test_every_hour_is_every_hour_that_passes():
    for expression in ("0 * * * *", "0 0-23 * * *", "0 */1 * * *"):
        spring = runs(expression, BERLIN, on_wall(BERLIN, 2024, 3, 31, 0, 30), 3)
        assert spring == ["03-31T01:00", "03-31T03:00", "03-31T04:00"]
        autumn = runs(expression, BERLIN, on_wall(BERLIN, 2024, 10, 27, 1, 30), 3)
        assert autumn == ["10-27T02:00", "10-27T02:00", "10-27T03:00"]


def test_a_zone_without_changes_has_none():
    kigali = ZoneInfo("Africa/Kigali")
    assert runs("30 2 * * *", kigali, on_wall(kigali, 2024, 3, 30, 12), 2) == ["03-31T02:30", "04-01T02:30"]


def test_leap_days_and_ends_of_years():
    assert next_cron("0 0 29 2 *", BERLIN, on_wall(BERLIN, 2024, 3, 1)) == on_wall(BERLIN, 2028, 2, 29)
    assert next_cron("59 23 31 12 *", BERLIN, on_wall(BERLIN, 2024, 12, 31, 23, 59)) == on_wall(
        BERLIN, 2025, 12, 31, 23, 59
    )
    assert next_cron("0 0 1 1 *", BERLIN, on_wall(BERLIN, 2024, 12, 31, 23, 59)) == on_wall(BERLIN, 2025, 1, 1)


@given(minute_lists, hour_lists, zones, moments)
def test_a_named_time_runs_once_at_that_time_or_at_the_end_of_a_gap(minutes, hours, zone, after):
    expression = f"{listed(minutes)} {listed(hours)} * * *"
    found = [after]
    while found[-1] < after + timedelta(days=3):
        found.append(next_cron(expression, zone, found[-1]))
    for before, moment in pairwise(found):
        assert moment > before
        shown = moment.astimezone(zone)
        if shown.hour in hours and shown.minute in minutes and shown.second == 0:
            assert shown.fold == 0  # never the second of two
        else:  # at the end of a gap that a named time fell into
            earlier = moment - timedelta(seconds=1)
            assert earlier.astimezone(zone).utcoffset() != shown.utcoffset()


@given(minute_lists, hour_lists, zones, moments, st.integers(0, 3 * 24 * 60))
def test_no_time_that_the_clock_on_the_wall_shows_is_dropped(minutes, hours, zone, after, later):
    """Any moment that the expression names, and that is no repetition, is the next one a second before."""
    moment = (after + timedelta(minutes=later)).replace(second=0, microsecond=0)
    shown = moment.astimezone(zone)
    named = shown.replace(hour=min(hours, key=lambda hour: abs(hour - shown.hour)), minute=min(minutes), fold=0)
    if named.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == named.replace(tzinfo=None):  # it exists
        instant = named.astimezone(UTC)
        assert next_cron(f"{listed(minutes)} {listed(hours)} * * *", zone, instant - timedelta(seconds=1)) == instant


@given(minute_lists, st.sampled_from([z for z in ZONES if "Lord_Howe" not in z]).map(ZoneInfo), moments)
def test_an_hourly_time_never_waits_for_more_than_an_hour(minutes, zone, after):
    assert timedelta() < next_cron(f"{listed(minutes)} * * * *", zone, after) - after <= timedelta(hours=1)


@given(st.text(max_size=30) | st.from_regex(r"[0-9*,/#L-]{1,6}( [0-9*,/#L-]{1,6}){4}", fullmatch=True))
def test_any_text_is_an_expression_or_is_refused_in_one_line(text):
    try:
        expression = check_cron(text)
    except ConfigError as error:
        assert "\n" not in str(error)
    else:
        after = datetime(2024, 5, 3, tzinfo=UTC)
        assert next_cron(expression, BERLIN, after) > after


@pytest.mark.parametrize("text", ["", "* * * *", "* * * * * *", "61 * * * *", "0 0 31 2 *", "a b c d e", "*" * 1000])
def test_what_is_no_expression_is_refused(text):
    with pytest.raises(ConfigError):
        check_cron(text)


def test_the_longest_expression_anybody_needs_is_taken():
    every_minute = ",".join(map(str, range(60)))
    assert len(f"{every_minute} * * * *") < MAX_CHARS
    assert check_cron(f"{every_minute} * * * *")


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../../etc/passwd", "Europe", "Europe/Berlin\0"])
def test_what_is_no_time_zone_is_refused(name):
    with pytest.raises(ConfigError, match="is no time zone"):
        time_zone(name)
