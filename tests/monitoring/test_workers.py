"""What is said of workers, by when they were heard of."""

from __future__ import annotations

from datetime import timedelta

from newsarchive.archive.workers import SILENCE
from newsarchive.model.worker import WorkerRecord
from newsarchive.monitoring.workers import TOLD_FOR, judge_workers

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def a_worker(now, name="a", *, started=24 * HOUR, seen=MINUTE / 2, steady=None, ended=None):
    """A worker by how long ago each of these was."""
    return WorkerRecord(
        name=name,
        started_at=now - started,
        seen_at=now - seen,
        steady_since=now - (started if steady is None else steady),
        ended_at=None if ended is None else now - ended,
    )


def kinds(*workers, now, overdue=0):
    return [finding.kind for finding in judge_workers(workers, overdue, now).findings]


def test_workers_that_run_or_have_ended_in_order_are_no_finding(now):
    assert kinds(a_worker(now), a_worker(now, "b", seen=HOUR, ended=HOUR), now=now) == []


def test_a_worker_that_was_not_heard_of_has_vanished(now):
    health = judge_workers([a_worker(now), a_worker(now, "b", seen=2 * SILENCE)], 0, now)
    (finding,) = health.findings
    assert (finding.site, finding.kind, str(finding.severity)) == ("(workers)", "worker-lost", "look")
    assert finding.message == "the worker b vanished: it was last heard of 2026-03-12 05:54 UTC"


def test_the_same_process_number_can_vanish_twice(now):
    lost = [a_worker(now, seen=hours * HOUR, started=(hours + 1) * HOUR) for hours in (2, 4)]
    health = judge_workers([a_worker(now, "b"), *lost], 0, now)
    assert len({finding.key for finding in health.findings}) == 2


def test_a_worker_that_vanished_a_day_ago_is_no_finding_any_more(now):
    assert kinds(a_worker(now), a_worker(now, "b", started=3 * TOLD_FOR, seen=TOLD_FOR), now=now) == []


def test_when_a_database_comes_back_none_of_its_workers_has_vanished(now):
    silent = [a_worker(now, name, seen=HOUR) for name in "bc"]
    health = judge_workers([a_worker(now, steady=MINUTE), *silent], 0, now)
    assert (health.findings, health.unjudged) == ((), {"worker-lost"})
    assert kinds(a_worker(now, steady=2 * SILENCE), *silent, now=now) == ["worker-lost", "worker-lost"]


def test_turns_that_wait_while_nobody_works_are_wrong(now):
    lost, ended = a_worker(now, seen=2 * HOUR), a_worker(now, "b", seen=3 * HOUR, ended=3 * HOUR)
    health = judge_workers([lost, ended], 7, now)
    assert [finding.kind for finding in health.findings] == ["no-worker", "worker-lost"]
    nobody = health.findings[0]
    assert nobody.message == "no worker has run since 2026-03-12 04:00 UTC; 7 turns are overdue"
    assert nobody.next_step == "start one: newsarchive worker"
    assert str(nobody.severity) == "wrong"
    (nobody,) = judge_workers([], 1, now).findings
    assert nobody.message == "no worker has run yet; 1 turn is overdue"


def test_nobody_is_missed_where_nothing_waits_or_somebody_works(now):
    assert kinds(now=now) == []
    assert kinds(a_worker(now), now=now, overdue=7) == []
