from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from newsarchive.archive.database import Database
from newsarchive.archive.schedules import MAX_REASON, ScheduleStore
from newsarchive.archive.writer import ArchiveWriter, Batch
from newsarchive.errors import ArchiveError, UnknownSiteError
from newsarchive.model.article import DatePrecision
from newsarchive.model.crawl_run import RunOutcome
from newsarchive.model.schedule import Schedule, Timing, Turn, TurnOutcome
from newsarchive.model.site import Site

TICKERS = 4
SITES = 40


@pytest.fixture
def schedule(hours):
    """An hourly schedule, due at the start."""

    def make(site="example", **fields):
        start = hours(0)
        known = {"timing": Timing.EVERY, "every_s": 3600, "added_at": start, "due_at": start, "planned_at": start}
        return Schedule(site=site, **known | fields)

    return make


@pytest.fixture
def store(database, writer):
    return ScheduleStore(database)


@pytest.fixture
def hand_out(hours):
    """What a tick makes of a schedule: its turn is given away, the next one is an hour later."""

    def change(schedule):
        return replace(schedule, turn=schedule.turn + 1, turn_at=hours(0), due_at=schedule.due_at + timedelta(hours=1))

    return change


def test_a_schedule_comes_back_as_it_was_put(store, schedule, hours):
    whole = schedule(
        timing=Timing.CRON,
        cron="0 2 * * *",
        every_s=None,
        timezone="Africa/Kigali",
        is_paused=True,
        last_due_at=hours(1),
        turn=3,
        turn_at=hours(2),
        rhythm=(0.5,) * 24,
        failures=2,
        failing_since=hours(3),
        last_finished_at=hours(4),
        last_outcome=TurnOutcome.FAILED,
        last_reason="failed, dns",
    )
    assert store.put(whole, lambda _: pytest.fail("there was none")) == whole
    assert store.get("example") == whole
    assert store.all() == (whole,)


def test_a_site_has_one_schedule_which_is_changed(store, schedule):
    store.put(schedule(), lambda _: pytest.fail("there was none"))
    store.put(schedule(), lambda known: replace(known, every_s=60))
    assert [known.every_s for known in store.all()] == [60]


def test_a_schedule_needs_a_site(store, schedule):
    with pytest.raises(UnknownSiteError, match="no site is registered as 'nobody'"):
        store.put(schedule("nobody"), lambda known: known)
    for use in (store.get, store.remove, lambda site: store.change(site, lambda known: known)):
        with pytest.raises(ArchiveError, match="'example' has no schedule"):
            use("example")


def test_a_removed_site_takes_its_schedule_along(store, schedule, writer):
    store.put(schedule(), lambda known: known)
    writer.remove_site("example")
    assert store.all() == ()


def test_a_turn_is_due_when_its_time_has_come(store, schedule, hand_out, hours):
    store.put(schedule(due_at=hours(1)), lambda known: known)
    assert store.claim_due(hours(0.99), hand_out, limit=9) == ()
    assert store.claim_due(hours(1), hand_out, limit=9) == (Turn(site="example", number=1),)
    assert store.claim_due(hours(5), hand_out, limit=9) == ()  # until it has ended


def test_a_paused_schedule_is_never_due(store, schedule, hand_out, hours):
    store.put(schedule(is_paused=True), lambda known: known)
    assert store.claim_due(hours(9), hand_out, limit=9) == ()
    store.change("example", lambda known: replace(known, turn_at=hours(0)))
    assert store.claim_owed(hand_out, is_held=lambda *_: (), limit=9) == ()


def test_those_who_waited_longest_come_first(store, schedule, hand_out, hours, writer):
    for number, name in enumerate(("third", "first", "second")):
        writer.add_site(Site(name=name, home_url=f"https://{name}.example/", added_at=hours(0)))
        store.put(schedule(name, due_at=hours((3, 1, 2)[number])), lambda known: known)
    claimed = store.claim_due(hours(9), hand_out, limit=2, without={"second"})
    assert [turn.site for turn in claimed] == ["first", "third"]


def test_what_a_wrong_clock_planned_is_looked_at(store, schedule, hours):
    store.put(schedule(due_at=hours(90), planned_at=hours(80)), lambda known: known)
    turns = store.claim_due(hours(1), lambda known: replace(known, due_at=hours(2), planned_at=hours(1)), limit=9)
    assert turns == ()
    assert store.get("example").due_at == hours(2)


def test_a_turn_is_owed_until_it_ends(store, schedule, hand_out, hours):
    store.put(schedule(), lambda known: known)
    (turn,) = store.claim_due(hours(0), hand_out, limit=9)
    assert store.is_owed(turn)
    assert store.claim_owed(hand_out, is_held=lambda _, sites: sites, limit=9) == ()
    ended = store.end_turn(turn, lambda known: replace(known, turn_at=None, last_reason="x" * 999 + "\0"))
    assert ended is not None
    assert not store.is_owed(turn)
    assert len(store.get("example").last_reason) == MAX_REASON


def test_an_old_turn_cannot_end_the_one_that_took_it_over(store, schedule, hand_out, hours):
    store.put(schedule(), lambda known: known)
    (lost,) = store.claim_due(hours(0), hand_out, limit=9)
    (current,) = store.claim_owed(hand_out, is_held=lambda *_: (), limit=9)
    assert not store.is_owed(lost)
    assert store.end_turn(lost, lambda _: pytest.fail("not its business")) is None
    assert store.is_owed(current)
    store.remove("example")
    assert store.end_turn(current, lambda _: pytest.fail("nobody's business")) is None


def test_a_turn_that_cannot_be_handed_over_was_not_handed_out(store, schedule, hand_out, hours):
    store.put(schedule(), lambda known: known)

    def fail(*_):
        raise ArchiveError("no queue")

    with pytest.raises(ArchiveError, match="no queue"):
        store.claim_due(hours(0), hand_out, limit=9, hand_over=fail)
    assert store.get("example").turn_at is None


def test_each_due_site_is_claimed_by_one_of_many_who_ask_at_once(target, schedule, hand_out, hours):
    with Database.open(target, create=True) as database:
        writer, store = ArchiveWriter(database), ScheduleStore(database)
        for number in range(SITES):
            site = Site(name=f"site-{number}", home_url=f"https://{number}.example/", added_at=hours(0))
            writer.add_site(site)
            store.put(schedule(site.name), lambda known: known)
    ready = threading.Barrier(TICKERS)

    def tick(_):
        claimed = []
        with Database.open(target) as database:
            ready.wait()
            for _ in range(SITES):
                claimed += ScheduleStore(database).claim_due(hours(0), hand_out, limit=3)
        return [turn.site for turn in claimed]

    with ThreadPoolExecutor(TICKERS) as threads:
        claimed = [site for sites in threads.map(tick, range(TICKERS)) for site in sites]
    assert sorted(claimed) == sorted(f"site-{number}" for number in range(SITES))


def test_a_rhythm_is_learnt_from_when_articles_came_out(store, page, writer, entry, hours):
    def published(at, **fields):
        return page(f"news/{at}", f"Text {at}.", at=at, site="example", **fields)

    run = writer.begin_run("example", "site", {}, hours(0))
    exact = {"date_published": hours(9), "date_precision": DatePrecision.MINUTE}
    pages = (
        published(10.0, **exact),
        published(11.0, date_published=hours(-2), date_precision=DatePrecision.DAY),  # when in the day is not known
        published(12.0),
        published(13.0, date_published=hours(-900), date_precision=DatePrecision.MINUTE),  # old when it was found
        published(1.0),  # before the time that is asked for
    )
    writer.store(Batch(pages=tuple((found, entry(run, found.requested_url)) for found in pages)))
    writer.end_run(run, RunOutcome.FINISHED, None, hours(14))
    moments, first_crawl_ended = store.published("example", hours(5))
    assert sorted(moments) == [hours(9), hours(11), hours(12)]
    assert first_crawl_ended == hours(14)
