"""Sites looked at from time to time, in real archives, by one or several programs."""

from __future__ import annotations

import json
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from newsarchive.archive.database import Database
from newsarchive.archive.workers import SILENCE, WorkerStore
from newsarchive.archive.writer import ArchiveWriter, Batch
from newsarchive.errors import AlertError
from newsarchive.model.crawl_run import LedgerEntry, Outcome, ResourceKind, RunOutcome
from newsarchive.model.site import Site
from newsarchive.monitoring.told import telling_alone
from newsarchive.monitoring.watch import BETWEEN_LOOKS, SITES_AT_ONCE, Watch


class Clock:
    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture
def clock(now):
    return Clock(now)


@pytest.fixture
def database(target):
    with Database.open(target, create=True) as database:
        yield database


@pytest.fixture
def add(database, now):
    """Register sites that were never crawled, days ago."""

    def add(*names, days=9):
        for name in names:
            site = Site(name=name, home_url=f"https://{name}.example/", added_at=now - timedelta(days=days))
            ArchiveWriter(database).add_site(site)

    return add


def listener(heard):
    def hear(payload):
        alert = json.loads(payload)
        heard.append((alert["event"], alert["site"], alert["kind"]))

    return {"command": hear}


def test_a_site_is_looked_at_once_an_hour_and_its_trouble_told_once(database, clock, add):
    add("forgotten")
    heard = []
    watch = Watch(database, listener(heard), clock)
    assert (watch.look().sites, heard) == (1, [("new", "forgotten", "no-crawl")])
    clock.now += BETWEEN_LOOKS / 2
    assert watch.look().sites == 0
    clock.now += BETWEEN_LOOKS / 2
    assert (watch.look().sites, len(heard)) == (1, 1)


def test_trouble_that_is_over_is_told(database, clock, add, now):
    add("forgotten")
    heard = []
    watch = Watch(database, listener(heard), clock)
    watch.look()
    writer = ArchiveWriter(database)
    clock.now += BETWEEN_LOOKS
    run = writer.begin_run("forgotten", "site", {}, clock.now)
    page = LedgerEntry(
        run_id=run,
        url="https://forgotten.example/",
        kind=ResourceKind.HOME,
        queued_at=clock.now,
        outcome=Outcome.READ,
        finished_at=clock.now,
    )
    writer.store(Batch(finished=(page,)))
    writer.end_run(run, RunOutcome.FINISHED, None, clock.now)
    watch.look()
    assert heard[1:] == [("resolved", "forgotten", "no-crawl")]


def test_only_the_sites_that_were_crawled_are_looked_at_when_asked_for(database, clock, add):
    add("one", "two")
    heard = []
    watch = Watch(database, listener(heard), clock)
    assert watch.look({"two", "unknown"}).sites == 1
    assert [site for _, site, _ in heard] == ["two"]
    assert watch.look({"two"}).sites == 0
    assert watch.look().sites == 1


def test_many_sites_are_looked_at_in_parts(database, clock, add):
    add(*(f"site-{number}" for number in range(SITES_AT_ONCE + 3)), days=0)
    watch = Watch(database, listener([]), clock)
    assert [watch.look().sites for _ in range(3)] == [SITES_AT_ONCE, 3, 0]


def test_a_hook_that_fails_is_reported_and_hears_it_an_hour_later(database, clock, add):
    add("forgotten")

    def fail(payload):
        raise AlertError("nobody listens")

    look = Watch(database, {"command": fail}, clock).look()
    assert (look.told, [str(error) for error in look.errors]) == (0, ["nobody listens"])
    clock.now += BETWEEN_LOOKS
    heard = []
    assert (Watch(database, listener(heard), clock).look().told, len(heard)) == (1, 1)


def test_a_watch_that_is_stopped_tells_no_more_and_the_next_one_goes_on(database, clock, add):
    add("one", "two", "three")
    heard = []
    watch = Watch(database, {"command": lambda payload: (listener(heard)["command"](payload), watch.stop())}, clock)
    watch.look()
    assert (len(heard), watch.look().sites) == (1, 0)
    Watch(database, listener(heard), clock).look()
    assert sorted(site for _, site, _ in heard) == ["one", "three", "two"]


def test_a_watch_leaves_it_to_another_that_is_looking(database, target, clock, add):
    add("forgotten")
    heard = []
    with Database.open(target) as another, telling_alone(another):
        assert Watch(database, listener(heard), clock).look() is None
    assert heard == []


def test_of_many_that_watch_together_one_tells(target, clock, add):
    add("forgotten", "lost")
    heard = []
    barrier = Barrier(4)

    def watch():
        with Database.open(target) as mine:
            watch = Watch(mine, listener(heard), clock)
            barrier.wait()
            while (look := watch.look()) is None or look.sites:
                pass

    threads = [Thread(target=watch) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(heard) == [("new", "forgotten", "no-crawl"), ("new", "lost", "no-crawl")]


def test_a_worker_that_vanished_is_told_of_by_the_others_once_and_at_once(database, clock, now):
    store = WorkerStore(database)
    store.begin("doomed", now)
    store.begin("survivor", now)
    heard = []
    watches = [Watch(database, listener(heard), clock) for _ in range(2)]
    clock.now += SILENCE + timedelta(minutes=1)
    store.beat("survivor", now, now + SILENCE)
    store.beat("survivor", now, clock.now)
    for _ in range(3):
        for watch in watches:
            watch.look()
    assert heard == [("new", "(workers)", "worker-lost")]


def test_who_cannot_be_told_of_a_worker_is_tried_again_an_hour_later(database, clock, now):
    WorkerStore(database).begin("doomed", now)
    tried = []

    def fail(payload):
        tried.append(payload)
        raise AlertError("no")

    watch = Watch(database, {"command": fail}, clock)
    clock.now += 2 * SILENCE
    assert [len(watch.look().errors) for _ in range(3)] == [1, 0, 0]
    clock.now += BETWEEN_LOOKS
    watch.look()
    assert len(tried) == 2
