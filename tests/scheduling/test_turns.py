from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.model.crawl_run import CrawlRun, LedgerEntry, Outcome, ResourceKind, RunOutcome
from newsarchive.model.schedule import Schedule, Timing, TurnOutcome
from newsarchive.scheduling.due import LAST_RETRY
from newsarchive.scheduling.turns import BUSY_DELAY, TurnReport, report_of, when_due, when_ended, when_owed

NOW = datetime(2024, 5, 3, 10, tzinfo=UTC)
HOURLY = Schedule(site="example", timing=Timing.EVERY, every_s=3600, added_at=NOW, due_at=NOW, planned_at=NOW)
RUNNING = when_due(HOURLY, NOW)
DONE = TurnReport(outcome=TurnOutcome.DONE, run_id=1)
FAILED = TurnReport(outcome=TurnOutcome.FAILED, reason="failed, dns: https://example.org/", run_id=2)


def entry(outcome, kind=ResourceKind.PAGE, reason=None):
    return LedgerEntry(
        run_id=1, url=f"https://example.org/{kind}", kind=kind, queued_at=NOW, outcome=outcome, reason=reason
    )


def run(outcome=RunOutcome.FINISHED, reason=None):
    return CrawlRun(
        id=1, site="example", spider="site", arguments={}, started_at=NOW, outcome=outcome, reason=reason, counts={}
    )


def test_a_turn_that_is_due_is_handed_out_once():
    assert (RUNNING.turn, RUNNING.turn_at) == (1, NOW)
    assert RUNNING.due_at == NOW + timedelta(hours=1)
    assert when_due(RUNNING, NOW + timedelta(hours=5)).turn == 1  # it is under way


def test_a_turn_that_outlasts_its_interval_is_followed_by_one():
    late = NOW + timedelta(hours=5, minutes=30)
    ended = when_ended(RUNNING, DONE, late)
    again = when_due(ended, late)
    assert again.turn == 2
    assert again.due_at == NOW + timedelta(hours=6)


def test_a_dead_workers_turn_is_another_one_and_takes_what_became_due_with_it():
    taken_over = when_owed(RUNNING, NOW + timedelta(hours=3))
    assert taken_over.turn == 2
    assert taken_over.due_at == NOW + timedelta(hours=4)


def test_a_stopped_turn_is_still_owed():
    assert when_ended(RUNNING, TurnReport(outcome=TurnOutcome.STOPPED), NOW) == RUNNING


@pytest.mark.parametrize("report", [DONE, FAILED, TurnReport(outcome=TurnOutcome.BUSY)])
def test_the_next_turn_is_not_before_the_rest_that_the_host_asked_for(report):
    over = NOW + timedelta(hours=6)
    ended = when_ended(RUNNING, report, NOW, rests_until=over)
    assert (ended.due_at, ended.planned_at, ended.turn_at) == (over, NOW, None)
    assert when_due(ended, over - timedelta(seconds=1)).turn == RUNNING.turn
    assert when_due(ended, over).turn == RUNNING.turn + 1


def test_a_rest_that_is_over_first_changes_nothing():
    soon = NOW + timedelta(minutes=5)
    assert when_ended(RUNNING, DONE, NOW, rests_until=soon) == when_ended(RUNNING, DONE, NOW)


def test_a_busy_site_is_tried_again_soon_and_has_not_failed():
    ended = when_ended(RUNNING, TurnReport(outcome=TurnOutcome.BUSY), NOW)
    assert (ended.turn_at, ended.failures, ended.due_at) == (None, 0, NOW + BUSY_DELAY)


@given(st.integers(1, 40), st.integers(60, 10**7))
def test_a_failing_site_backs_off_up_to_a_day_and_is_reset_by_success(failures, every_s):
    current, now = replace(RUNNING, every_s=every_s), NOW
    delays = []
    for _ in range(failures):
        current = when_ended(current, FAILED, now)
        delays.append(current.due_at - now)
        now = current.due_at
        current = when_due(current, now)
        assert current.turn_at == now
    assert current.failures == failures
    assert current.failing_since == NOW
    longest = max(LAST_RETRY, timedelta(seconds=every_s))
    assert all(timedelta(minutes=15) <= delay <= longest for delay in delays)
    current = when_ended(current, DONE, now)
    assert (current.failures, current.failing_since, current.last_outcome) == (0, None, TurnOutcome.DONE)
    assert current.due_at <= now + timedelta(seconds=every_s)


def test_a_schedule_that_cannot_be_read_is_paused_with_the_reason():
    broken = replace(HOURLY, timing=Timing.CRON, cron="nonsense")
    for paused in (when_due(broken, NOW), when_owed(replace(broken, turn_at=NOW), NOW)):
        assert paused.is_paused
        assert paused.turn == 0
        assert "nonsense" in paused.last_reason


def test_a_rhythm_learnt_from_this_crawl_plans_the_next():
    auto = replace(RUNNING, timing=Timing.AUTO, every_s=None)
    assert when_ended(auto, DONE, NOW, (4.0,) * 24).due_at == NOW + timedelta(minutes=15)
    assert when_ended(auto, DONE, NOW, None).due_at == NOW + timedelta(hours=2)


@pytest.mark.parametrize(
    ("entries", "outcome"),
    [
        ([entry(Outcome.READ, ResourceKind.HOME), entry(Outcome.FAILED)], TurnOutcome.DONE),
        ([entry(Outcome.UNCHANGED)], TurnOutcome.DONE),
        ([], TurnOutcome.DONE),
        ([entry(Outcome.SKIPPED), entry(Outcome.READ, ResourceKind.ROBOTS)], TurnOutcome.DONE),
        ([entry(Outcome.READ, ResourceKind.ROBOTS), entry(Outcome.FAILED, ResourceKind.HOME)], TurnOutcome.FAILED),
        ([entry(Outcome.BLOCKED, ResourceKind.HOME), entry(Outcome.SKIPPED)], TurnOutcome.FAILED),
        ([entry(Outcome.REFUSED, ResourceKind.HOME, "robots-txt")], TurnOutcome.FAILED),
    ],
)
def test_a_crawl_failed_if_the_site_answered_nothing(entries, outcome):
    assert report_of(run(), entries).outcome is outcome


def test_the_home_page_says_why_a_site_failed():
    entries = [entry(Outcome.FAILED, ResourceKind.FEED, "http-500"), entry(Outcome.FAILED, ResourceKind.HOME, "dns")]
    assert report_of(run(), entries).reason == "failed, dns: https://example.org/home"


def test_how_a_run_ended_counts_more_than_what_it_had():
    had = [entry(Outcome.NEW)]
    assert report_of(run(RunOutcome.FAILED, "the disk is full"), had).reason == "the disk is full"
    assert report_of(run(RunOutcome.STOPPED, "shutdown"), had).outcome is TurnOutcome.STOPPED
    assert report_of(run(RunOutcome.STOPPED, "max-pages"), had).outcome is TurnOutcome.DONE


def test_a_site_whose_requests_of_the_day_are_spent_has_not_failed():
    refused = [entry(Outcome.REFUSED, ResourceKind.HOME, "budget")]
    assert report_of(run(RunOutcome.STOPPED, "budget"), refused) == DONE
    failed = [*refused, entry(Outcome.FAILED, ResourceKind.FEED, "dns")]
    assert report_of(run(RunOutcome.STOPPED, "budget"), failed).outcome is TurnOutcome.FAILED
