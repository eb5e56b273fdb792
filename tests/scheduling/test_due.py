from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.errors import ConfigError
from newsarchive.model.schedule import Schedule, Timing
from newsarchive.scheduling.due import (
    LAST_RETRY,
    LONGEST_INTERVAL,
    MAX_CLOCK_STEP,
    handed_out,
    next_due,
    plan,
    read_interval,
    retry_delay,
)

NOW = datetime(2024, 5, 3, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


def schedule(**fields):
    return Schedule(
        **{
            "site": "example",
            "timing": Timing.EVERY,
            "every_s": 7200,
            "added_at": NOW,
            "due_at": NOW,
            "planned_at": NOW,
        }
        | fields
    )


DAILY = schedule(timing=Timing.CRON, cron="0 2 * * *", every_s=None)
schedules = st.one_of(
    st.integers(60, int(LONGEST_INTERVAL.total_seconds())).map(lambda every: schedule(every_s=every)),
    st.sampled_from(["*/30 * * * *", "0 2 * * *", "30 2 * * *", "0 0 29 2 *", "15 */3 * * mon"]).flatmap(
        lambda cron: st.sampled_from(["UTC", "Europe/Berlin", "Africa/Kigali"]).map(
            lambda zone: schedule(timing=Timing.CRON, cron=cron, every_s=None, timezone=zone)
        )
    ),
    st.lists(st.floats(0, 20), min_size=24, max_size=24).map(
        lambda rhythm: schedule(timing=Timing.AUTO, every_s=None, rhythm=tuple(rhythm))
    ),
)
steps = st.timedeltas(-timedelta(days=3), timedelta(days=400))


@given(schedules, st.timedeltas(-timedelta(days=3000), timedelta(days=3000)))
def test_the_next_moment_lies_behind_any(any_schedule, distance):
    after = NOW + distance
    assert next_due(any_schedule, after) > after


@given(st.integers(60, 10**7), st.timedeltas(-timedelta(days=3000), timedelta(days=3000)))
def test_an_interval_stays_on_its_grid_and_skips_none(every_s, distance):
    one = schedule(every_s=every_s)
    due = next_due(one, NOW + distance)
    assert (due - one.added_at) % timedelta(seconds=every_s) == timedelta()
    assert due - (NOW + distance) <= timedelta(seconds=every_s)


@given(schedules, st.timedeltas(timedelta(), timedelta(days=400)))
def test_missed_turns_become_one(any_schedule, asleep):
    planned = plan(any_schedule, NOW)
    awake = planned.due_at + asleep
    given_out = handed_out(planned, awake)
    assert given_out.turn == planned.turn + 1
    assert given_out.due_at > awake
    assert given_out.last_due_at == planned.due_at


@given(schedules, st.timedeltas(timedelta(), MAX_CLOCK_STEP))
def test_a_clock_set_back_a_little_repeats_no_turn(any_schedule, back):
    due = plan(any_schedule, NOW).due_at
    given_out = handed_out(plan(any_schedule, NOW), due)
    assert plan(given_out, due - back).due_at > due


@given(schedules, st.timedeltas(MAX_CLOCK_STEP + timedelta(seconds=1), timedelta(days=4000)))
def test_a_clock_that_went_far_ahead_costs_no_turn_afterwards(any_schedule, ahead):
    wrong = plan(replace(any_schedule, due_at=NOW), NOW).due_at + ahead
    given_out = handed_out(replace(any_schedule, due_at=NOW), wrong)  # due, by the wrong clock
    again = plan(replace(given_out, last_due_at=wrong), NOW)  # the clock is right again
    assert again.due_at == next_due(any_schedule, NOW)


def test_a_clock_set_back_by_an_hour_does_not_repeat_the_night():
    two = NOW.replace(hour=2)
    ran = handed_out(replace(DAILY, due_at=two), two + timedelta(minutes=30))
    assert plan(ran, two - timedelta(minutes=30)).due_at == two + timedelta(days=1)


@given(schedules, st.lists(steps, max_size=20))
def test_whatever_the_clock_does_the_next_turn_is_not_lost(any_schedule, jumps):
    current, now = plan(any_schedule, NOW), NOW
    for jump in jumps:
        now += jump
        if current.due_at <= now:
            current = handed_out(current, now)
        elif current.planned_at > now:
            current = plan(current, now)
        latest = next_due(current, now + MAX_CLOCK_STEP)
        assert now < current.due_at <= latest


@pytest.mark.parametrize(
    ("text", "seconds"), [("1m", 60), ("90m", 5400), ("2h", 7200), ("1d", 86400), ("1w", 604800), ("1h30m", 5400)]
)
def test_an_interval_is_read(text, seconds):
    assert read_interval(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "0m", "30", "30s", "-1h", "1.5h", "2 h", "400d", "9999999w", "h", "1h x"])
def test_what_is_no_interval_is_refused(text):
    with pytest.raises(ConfigError):
        read_interval(text)


@given(st.integers(1, 10**9))
def test_a_failing_site_is_left_alone_for_longer_and_longer_up_to_a_day(failures):
    assert retry_delay(failures) <= retry_delay(failures + 1) <= LAST_RETRY
    assert retry_delay(1) == timedelta(minutes=15)


def test_a_rule_that_makes_no_sense_is_named():
    with pytest.raises(ConfigError, match="every 0 seconds"):
        next_due(schedule(every_s=0), NOW)
    with pytest.raises(ConfigError, match="is no time zone"):
        next_due(replace(DAILY, timezone="Nowhere"), NOW)
    with pytest.raises(ConfigError, match="is no cron expression"):
        next_due(replace(DAILY, cron=""), NOW)
