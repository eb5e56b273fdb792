from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from newsarchive.archive.database import Database
from newsarchive.archive.hosts import write_hosts
from newsarchive.archive.schedules import ScheduleStore
from newsarchive.archive.schema.crawls import HOST
from newsarchive.archive.writer import ArchiveWriter, Batch
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


def test_requests_of_a_day_add_up_and_a_new_day_begins_with_none(writer, reader):
    day, next_day = NOW.date(), NOW.date() + timedelta(days=1)
    writer.store(Batch(asked={("a.example", day): 2, ("b.example", day): 1}))
    writer.store(Batch(asked={("a.example", day): 3}))
    assert reader.asked_on(day) == {"a.example": 5, "b.example": 1}
    writer.store(Batch(asked={("a.example", day): 1, ("a.example", next_day): 4}))
    assert (reader.asked_on(day), reader.asked_on(next_day)) == ({"b.example": 1}, {"a.example": 4})
    writer.store(Batch(asked={("a.example", day): 1}))  # by a crawl whose clock goes after
    assert reader.asked_on(next_day) == {"a.example": 4}


def test_a_host_that_was_asked_rests_as_any_other(writer, reader):
    writer.store(Batch(asked={("a.example", NOW.date()): 2}))
    assert reader.resting_hosts(NOW) == {}
    writer.store(Batch(rests={"a.example": NOW + SIX_HOURS}, asked={("a.example", NOW.date()): 1}))
    assert reader.resting_hosts(NOW) == {"a.example": NOW + SIX_HOURS}
    assert reader.asked_on(NOW.date()) == {"a.example": 3}


def test_what_a_host_is_asked_leaves_its_rest_and_the_other_way_around(writer, reader):
    writer.store(Batch(rests={"a.example": NOW + SIX_HOURS}, asked={("a.example", NOW.date()): 2}))
    writer.store(Batch(rests={"a.example": NOW}))
    writer.store(Batch(asked={("a.example", NOW.date() + timedelta(days=1)): 1}))
    assert reader.resting_hosts(NOW) == {"a.example": NOW + SIX_HOURS}
    assert reader.asked_on(NOW.date() + timedelta(days=1)) == {"a.example": 1}


def test_a_crawl_begins_by_removing_hosts_of_which_nothing_counts_any_more(database, writer, reader):
    yesterday, today = NOW.date() - timedelta(days=1), NOW.date()
    writer.store(
        Batch(
            rests={"rested": NOW, "rests": NOW + SIX_HOURS, "rested, asked": NOW},
            asked={
                ("asked before", yesterday): 9,
                ("asked", today): 9,
                ("rested, asked", today): 9,
                ("rests", yesterday): 1,
            },
        )
    )
    writer.begin_run(None, "urls", {}, NOW)
    with database.read() as connection:
        left = set(connection.execute(select(HOST.c.name)).scalars())
    assert left == {"rests", "rested, asked", "asked"}


def test_hosts_are_removed_without_waiting_for_a_crawl_that_writes_them(target):
    """Two programs; on SQLite their transactions take turns."""
    with Database.open(target, create=True) as one, Database.open(target, create=True) as other:
        ArchiveWriter(one).store(Batch(rests={"a.example": NOW, "b.example": NOW}))
        if one.name.startswith("postgresql"):
            with one.write() as connection:
                write_hosts(one, connection, {"a.example": NOW + SIX_HOURS}, {})
                ArchiveWriter(other).begin_run(None, "urls", {}, NOW)
        else:
            ArchiveWriter(one).store(Batch(rests={"a.example": NOW + SIX_HOURS}))
            ArchiveWriter(other).begin_run(None, "urls", {}, NOW)
        with one.read() as connection:
            assert set(connection.execute(select(HOST.c.name)).scalars()) == {"a.example"}
