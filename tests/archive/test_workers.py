from datetime import UTC, datetime, timedelta

import pytest

from newsarchive.archive.schedules import ScheduleStore
from newsarchive.archive.workers import KEPT, SILENCE, WorkerStore
from newsarchive.model.schedule import Schedule, Timing
from newsarchive.model.site import Site
from newsarchive.model.worker import WorkerRecord

NOW = datetime(2024, 5, 3, 10, tzinfo=UTC)
BEAT = timedelta(seconds=30)


@pytest.fixture
def store(database):
    return WorkerStore(database)


def test_a_worker_is_known_from_its_start_to_its_end(store):
    store.begin("a", NOW)
    store.beat("a", NOW, NOW + BEAT)
    assert store.all() == (WorkerRecord(name="a", started_at=NOW, seen_at=NOW + BEAT, steady_since=NOW),)
    store.end("a", NOW, NOW + 2 * BEAT)
    assert store.all()[0].ended_at == NOW + 2 * BEAT


def test_a_process_that_gets_the_number_of_an_earlier_one_is_another_worker(store):
    store.begin("a", NOW)
    store.begin("a", NOW + SILENCE)
    store.end("a", NOW + SILENCE, NOW + 2 * SILENCE)
    assert [(worker.started_at, worker.ended_at) for worker in store.all()] == [
        (NOW + SILENCE, NOW + 2 * SILENCE),
        (NOW, None),
    ]


def test_a_worker_that_was_silent_begins_anew_to_be_steady(store):
    store.begin("a", NOW)
    store.beat("a", NOW, NOW + SILENCE)
    assert store.all()[0].steady_since == NOW
    back = NOW + 2 * SILENCE + BEAT
    store.beat("a", NOW, back)
    assert store.all()[0].steady_since == back


def test_workers_of_long_ago_are_removed_but_not_the_last_one(store):
    store.begin("a", NOW)
    store.begin("b", NOW + BEAT)
    store.begin("c", NOW + BEAT + 2 * KEPT)
    assert [worker.name for worker in store.all()] == ["c", "b"]


def test_turns_that_were_due_or_handed_out_before_a_time_are_overdue_unless_paused(database, store, writer):
    hour = timedelta(hours=1)
    for name, due_at, turn_at, is_paused in (
        ("due", NOW - hour, None, False),
        ("owed", NOW + hour, NOW - hour, False),
        ("paused", NOW - hour, None, True),
        ("later", NOW + hour, None, False),
    ):
        writer.add_site(Site(name=name, home_url=f"https://{name}.example/", added_at=NOW))
        schedule = Schedule(
            site=name,
            timing=Timing.EVERY,
            every_s=3600,
            added_at=NOW,
            planned_at=NOW,
            due_at=due_at,
            turn_at=turn_at,
            is_paused=is_paused,
        )
        ScheduleStore(database).put(schedule, lambda known: known)
    assert store.overdue(NOW) == 2
