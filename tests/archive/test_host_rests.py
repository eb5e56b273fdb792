from datetime import UTC, datetime, timedelta

import pytest

from newsarchive.archive.schedules import ScheduleStore
from newsarchive.archive.writer import Batch
from newsarchive.model.site import Site

NOW = datetime(2024, 5, 3, 10, tzinfo=UTC)
SIX_HOURS = timedelta(hours=6)


def test_a_host_rests_until_it_said_and_no_longer(writer, reader):
    until = NOW + SIX_HOURS
    writer.store(Batch(rests={"a.example": until, "b.example": NOW + timedelta(seconds=1.5)}))
    assert reader.resting_hosts(NOW) == {"a.example": until, "b.example": NOW + timedelta(seconds=1.5)}
    assert reader.resting_hosts(NOW + timedelta(seconds=2)) == {"a.example": until}
    assert reader.resting_hosts(until) == {}


def test_the_longest_of_what_it_said_counts(writer, reader):
    for hours in (2, 6, 1):
        writer.store(Batch(rests={"a.example": NOW + timedelta(hours=hours)}))
    assert reader.resting_hosts(NOW) == {"a.example": NOW + SIX_HOURS}


def test_a_host_that_rested_may_ask_again(writer, reader):
    writer.store(Batch(rests={"a.example": NOW}))
    writer.store(Batch(rests={"a.example": NOW + SIX_HOURS}))
    assert reader.resting_hosts(NOW + timedelta(hours=1)) == {"a.example": NOW + SIX_HOURS}


@pytest.mark.parametrize(
    ("home_url", "host", "rests"),
    [
        ("https://a.example/", "a.example", True),
        ("https://a.example:8443/news", "www.a.example", True),  # where a home page without www. often leads
        ("https://www.a.example/", "a.example", True),
        ("http://[::1]:8000/", "::1", True),
        ("https://a.example/", "feeds.a.example", False),
        ("https://a.example/", "b.example", False),
    ],
)
def test_a_site_rests_with_the_host_of_its_home_page(database, writer, home_url, host, rests):
    writer.add_site(Site(name="a", home_url=home_url, added_at=NOW))
    writer.store(Batch(rests={host: NOW + SIX_HOURS}))
    assert ScheduleStore(database).rests_until("a", NOW) == (NOW + SIX_HOURS if rests else None)
