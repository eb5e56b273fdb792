"""What becomes of a schedule when its turn comes, is taken over, or ends. Pure: the clock is given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from newsarchive.errors import ConfigError
from newsarchive.model.crawl_run import CrawlRun, LedgerEntry, Outcome, ResourceKind, RunOutcome
from newsarchive.model.schedule import Schedule, Timing, TurnOutcome
from newsarchive.scheduling.due import handed_out, plan, retry_delay

BUSY_DELAY = timedelta(minutes=1)
"""When a site is tried again that somebody else was crawling, or whose archive could not be reached. Longer than a
machine that lost its power holds its lock, see ``archive.lease``."""

_SPENT = "budget"
"""Reason of addresses for which nothing was left of a budget."""

_HAD = frozenset({Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.READ, Outcome.NOT_ARTICLE})
"""Outcomes of addresses that the site did answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnReport:
    """What a crawl has to say when it ends."""

    outcome: TurnOutcome
    reason: str | None = None
    run_id: int | None = None
    """None if it did not get as far as a run."""


def when_due(schedule: Schedule, now: datetime) -> Schedule:
    """What becomes of a schedule that is due, or that was planned by a clock that went ahead of this one.

    One whose rule cannot be read is paused, with the reason, so that it keeps no other from its turn.
    """
    try:
        if schedule.turn_at is None and schedule.due_at <= now:
            return handed_out(schedule, now)
        return plan(schedule, now)
    except ConfigError as error:
        return _broken(schedule, error)


def when_owed(schedule: Schedule, now: datetime) -> Schedule:
    """What becomes of a schedule whose turn's worker is gone: another gets it, and what has become due meanwhile."""
    try:
        return handed_out(schedule, now)
    except ConfigError as error:
        return _broken(schedule, error)


def _broken(schedule: Schedule, error: ConfigError) -> Schedule:
    return replace(schedule, is_paused=True, last_outcome=TurnOutcome.FAILED, last_reason=str(error))


def when_ended(
    schedule: Schedule,
    report: TurnReport,
    now: datetime,
    rhythm: tuple[float, ...] | None = None,
    rests_until: datetime | None = None,
) -> Schedule:
    """What becomes of a schedule when its turn has ended. ``rhythm``: what is known of the site's by now.

    A site whose host asked for a rest (``rests_until``; None: it did not) has its next turn when that is over.
    A site that fails is left alone for a while that doubles from a quarter of an hour to a day, and never comes earlier
    than its rule has it; the first success ends that.
    """
    if report.outcome is TurnOutcome.STOPPED:
        return schedule  # still owed
    ended = _ended(schedule, report, now, rhythm)
    if rests_until is None or rests_until <= ended.due_at:
        return ended
    return replace(ended, due_at=rests_until, planned_at=now)


def _ended(schedule: Schedule, report: TurnReport, now: datetime, rhythm: tuple[float, ...] | None) -> Schedule:
    ended = replace(schedule, turn_at=None)
    if report.outcome is TurnOutcome.BUSY:
        return replace(ended, due_at=now + BUSY_DELAY, planned_at=now)
    ended = replace(
        ended,
        last_run_id=report.run_id,
        last_finished_at=now,
        last_outcome=report.outcome,
        last_reason=report.reason,
    )
    if schedule.timing is Timing.AUTO:
        ended = plan(replace(ended, rhythm=rhythm), now)
    if report.outcome is TurnOutcome.DONE:
        return replace(ended, failures=0, failing_since=None)
    failures = schedule.failures + 1
    return replace(
        ended,
        failures=failures,
        failing_since=schedule.failing_since or now,
        due_at=max(ended.due_at, now + retry_delay(failures)),
        planned_at=now,
    )


def report_of(run: CrawlRun, entries: Iterable[LedgerEntry]) -> TurnReport:
    """What a finished crawl means for the schedule: it failed if the site answered nothing but its robots.txt.

    What our own budgets refused is no failure. ``entries`` of its ledger, read only as far as it takes.
    """
    if run.outcome is RunOutcome.STOPPED and run.reason == "shutdown":
        return TurnReport(outcome=TurnOutcome.STOPPED, run_id=run.id)
    if run.outcome is RunOutcome.FAILED:
        return TurnReport(outcome=TurnOutcome.FAILED, reason=run.reason, run_id=run.id)
    trouble: LedgerEntry | None = None
    for entry in entries:
        if entry.kind is ResourceKind.ROBOTS or (entry.outcome is Outcome.REFUSED and entry.reason == _SPENT):
            continue
        if entry.outcome in _HAD:
            return TurnReport(outcome=TurnOutcome.DONE, run_id=run.id)
        if trouble is None or entry.kind is ResourceKind.HOME:
            trouble = entry if entry.outcome not in (Outcome.SKIPPED, Outcome.INTERRUPTED) else trouble
    if trouble is None:
        return TurnReport(outcome=TurnOutcome.DONE, run_id=run.id)
    reason = f"{trouble.outcome}, {trouble.reason}: {trouble.url}"
    return TurnReport(outcome=TurnOutcome.FAILED, reason=reason, run_id=run.id)
