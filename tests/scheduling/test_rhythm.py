from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from newsarchive.scheduling.rhythm import (
    ENOUGH,
    LONGEST,
    SHORTEST,
    UNKNOWN,
    WINDOW,
    learn_rhythm,
    next_by_rhythm,
)

NOW = datetime(2024, 5, 31, 0, tzinfo=UTC)
rhythms = st.lists(st.floats(0, 50), min_size=24, max_size=24).map(tuple)


def daily(*hours, days=28):
    """Articles at these hours of each of the days before now."""
    return [NOW - timedelta(days=day) + timedelta(hours=hour) for day in range(1, days + 1) for hour in hours]


def test_a_rhythm_is_articles_an_hour_of_the_day():
    rhythm = learn_rhythm(daily(8, 8, 20), NOW - timedelta(days=100), NOW)
    assert rhythm is not None
    assert {hour: rate for hour, rate in enumerate(rhythm) if rate} == {8: 2.0, 20: 1.0}


def test_what_came_before_the_first_crawl_ended_does_not_count():
    rhythm = learn_rhythm(daily(8, days=28), NOW - timedelta(days=4), NOW)
    assert rhythm is not None
    assert rhythm[8] == 1.0


def test_nothing_is_known_after_a_day():
    assert learn_rhythm(daily(8), NOW - ENOUGH + timedelta(minutes=1), NOW) is None
    assert next_by_rhythm(None, NOW) == NOW + UNKNOWN


def test_a_site_is_due_when_one_article_is_to_be_expected():
    rhythm = learn_rhythm(daily(8, 20), NOW - timedelta(days=100), NOW)
    assert next_by_rhythm(rhythm, NOW) == NOW + timedelta(hours=9)
    assert next_by_rhythm(rhythm, NOW + timedelta(hours=9)) == NOW + timedelta(hours=21)


def test_a_busy_site_is_looked_at_every_quarter_of_an_hour_and_a_silent_one_every_day():
    assert next_by_rhythm((40.0,) * 24, NOW) == NOW + SHORTEST
    assert next_by_rhythm((0.0,) * 24, NOW) == NOW + LONGEST


@given(rhythms, st.datetimes(timezones=st.just(UTC), min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_it_is_never_sooner_than_a_quarter_of_an_hour_nor_later_than_a_day(rhythm, after):
    assert SHORTEST <= next_by_rhythm(rhythm, after) - after <= LONGEST


@given(rhythms, rhythms)
def test_who_publishes_more_is_due_no_later(one, other):
    more = tuple(a + b for a, b in zip(one, other, strict=True))
    assert next_by_rhythm(more, NOW) <= next_by_rhythm(one, NOW)


@given(st.lists(st.timedeltas(timedelta(days=-60), timedelta(days=1)), max_size=200), st.timedeltas(ENOUGH, 2 * WINDOW))
def test_a_rhythm_has_as_many_articles_a_day_as_there_were(distances, watched):
    published = [NOW + distance for distance in distances]
    rhythm = learn_rhythm(published, NOW - watched, NOW)
    assert rhythm is not None
    days = min(watched, WINDOW) / timedelta(days=1)
    counted = [moment for moment in published if NOW - min(watched, WINDOW) <= moment <= NOW]
    assert abs(sum(rhythm) * days - len(counted)) < 1e-6
