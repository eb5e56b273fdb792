"""Rules on crawls: are there any, do they get anything, do more pages end badly than used to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from newsarchive.model.crawl_run import Outcome, ResourceKind
from newsarchive.monitoring.baseline import Baseline, middle
from newsarchive.monitoring.finding import Finding, Severity, Verdict
from newsarchive.monitoring.history import Ending, RunFact, SiteHistory

MIN_PATIENCE = timedelta(days=1)
"""If no crawl got anything for less than that, nothing is said: machines are restarted, sites have bad nights."""
FAILING_RUNS = 3
"""Crawls in a row that got nothing; one or two are a bad night."""
MIN_PAGES = 20
"""Pages of which a part is worth telling, and that one window of history has."""
MIN_WINDOWS = 5
MIN_BAD = 5
MIN_RISE = 0.1
"""By which a part must have risen; below ten pages in a hundred nobody would act."""
RISEN = 4.0
"""Standard deviations. Three rules are asked of every site at every look, so one in a thousand would be too often."""


def no_crawl(history: SiteHistory, now: datetime) -> Verdict:
    """Whether crawls come, and get something, as they used to."""
    ended = [run for run in history.detailed_runs if run.outcome is not None]
    if not history.runs and history.first_run_ended_at is None:
        if now - history.added_at < MIN_PATIENCE or history.is_paused:
            return Verdict(lacking="a crawl")
        return _found(history, "no-crawl", Severity.LOOK, "was never crawled", since=history.added_at)
    failing = _failing(ended)
    if len(failing) >= FAILING_RUNS:
        what = f"the last {len(failing)} crawls got nothing: {_why(failing[-1])}"
        return Verdict(
            findings=(
                Finding(
                    site=history.site,
                    kind="crawls-failing",
                    severity=Severity.WRONG,
                    message=what,
                    next_step=f"newsarchive runs show {failing[-1].id}",
                    since=failing[0].started_at,
                ),
            )
        )
    good = [run for run in history.runs if run.reached_site or (run.endings is None and run.has_ended)]
    if history.is_paused:
        return Verdict()
    if len(good) < 4:
        if not history.runs:
            return _found(history, "no-crawl", Severity.LOOK, "was not crawled for weeks", since=None)
        is_fresh = bool(good) and now - good[-1].started_at <= MIN_PATIENCE
        return Verdict(lacking=None if is_fresh else "4 crawls")
    gaps = [later.started_at - earlier.started_at for earlier, later in pairwise(good)]
    usual = middle(gaps)
    patience = max(3 * usual, 1.5 * max(gaps), MIN_PATIENCE)
    last = good[-1].started_at
    if now - last <= patience:
        return Verdict()
    message = f"no crawl got anything for {span(now - last)}; usual is one every {span(usual)}"
    return _found(history, "no-crawl", Severity.WRONG, message, since=last)


def _found(history: SiteHistory, kind: str, severity: Severity, message: str, *, since: datetime | None) -> Verdict:
    return Verdict(
        findings=(
            Finding(
                site=history.site,
                kind=kind,
                severity=severity,
                message=message,
                next_step=f"newsarchive crawl {history.site}; is the worker running?",
                since=since,
            ),
        )
    )


def _failing(ended: list[RunFact]) -> list[RunFact]:
    """The crawls at the end that got nothing, oldest first."""
    failing: list[RunFact] = []
    for run in reversed(ended):
        if run.reached_site:
            break
        failing.insert(0, run)
    return failing


def _why(run: RunFact) -> str:
    """What became of the home page, or of most else."""
    endings = sorted((run.endings or {}).items(), key=lambda item: (item[0][0] is not ResourceKind.HOME, -item[1]))
    for (_, outcome, reason), _count in endings:
        return f"{outcome}{f', {reason}' if reason else ''}"
    return f"{run.outcome or 'running'}, no address"


def unreadable(history: SiteHistory, now: datetime) -> Verdict:
    """Whether more pages than usual hold no article that the parser can read."""
    return _rising(history, "unreadable", _is_unread, f"newsarchive site check {history.site}")


def blocked(history: SiteHistory, now: datetime) -> Verdict:
    """Whether the server turns us away more often than usual."""
    return _rising(
        history, "blocked", lambda ending: ending[1] is Outcome.BLOCKED, "a longer delay, or write to the site's owner"
    )


def failing(history: SiteHistory, now: datetime) -> Verdict:
    """Whether more pages than usual cannot be had."""
    return _rising(
        history,
        "failing",
        lambda ending: ending[1] is Outcome.FAILED and not _is_unread(ending),
        f"newsarchive runs ledger RUN --outcome failed, RUN from newsarchive runs list --site {history.site}",
    )


def _is_unread(ending: Ending) -> bool:
    _, outcome, reason = ending
    if outcome is Outcome.NOT_ARTICLE:
        return reason in ("no-body", "no-headline")
    return outcome is Outcome.FAILED and (reason or "").startswith(
        ("parser-", "publisher-rule", "pipeline-error", "spider-error")
    )


_ASKED = (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.NOT_ARTICLE, Outcome.BLOCKED, Outcome.FAILED)


def _rising(history: SiteHistory, kind: str, is_bad: Callable[[Ending], bool], next_step: str) -> Verdict:
    windows = list(_windows(history.detailed_runs, is_bad))
    if len(windows) < MIN_WINDOWS + 1:
        return Verdict(lacking=f"{(MIN_WINDOWS + 1) * MIN_PAGES} pages")
    bad, asked, example = windows[0]
    usual = Baseline.of_shares([bad / asked for bad, asked, _ in windows[1:]], MIN_PAGES)
    share = bad / asked
    if bad < MIN_BAD or share < usual.usual + MIN_RISE or not usual.is_high(share, sigmas=RISEN):
        return Verdict()
    reasons = sorted(example.items(), key=lambda item: -item[1])
    named = ", ".join(f"{count} {reason}" for reason, count in reasons[:3])
    what = {"unreadable": "could not be read", "blocked": "were blocked", "failing": "could not be had"}[kind]
    finding = Finding(
        site=history.site,
        kind=kind,
        severity=Severity.WRONG if share >= 0.5 else Severity.LOOK,
        message=f"{bad} of the last {asked} pages {what} ({named}); usual are {usual.usual:.0%}",
        next_step=next_step.replace("RUN", str(history.detailed_runs[-1].id), 1),
    )
    return Verdict(findings=(finding,))


def _windows(runs: tuple[RunFact, ...], is_bad: Callable[[Ending], bool]) -> Iterator[tuple[int, int, dict[str, int]]]:
    """Bad pages, all pages and reasons of the bad ones, by as many runs as make :data:`MIN_PAGES`; the latest first."""
    bad, asked, reasons = 0, 0, dict[str, int]()
    for run in reversed(runs):
        for ending, count in (run.endings or {}).items():
            kind, outcome, reason = ending
            if kind is ResourceKind.PAGE and outcome in _ASKED:
                asked += count
                if is_bad(ending):
                    bad += count
                    reasons[reason or str(outcome)] = reasons.get(reason or str(outcome), 0) + count
        if asked >= MIN_PAGES:
            yield bad, asked, reasons
            bad, asked, reasons = 0, 0, {}


def span(time: timedelta) -> str:
    """A length of time, roughly.

    >>> span(timedelta(minutes=30)), span(timedelta(hours=50)), span(timedelta(days=9))
    ('30 minutes', '50 hours', '9 days')
    """
    seconds = time.total_seconds()
    if seconds < 7_200:
        size, unit = 60, "minute"
    elif seconds < 3 * 86_400:
        size, unit = 3_600, "hour"
    else:
        size, unit = 86_400, "day"
    number = max(round(seconds / size), 1)
    return f"{number} {unit}{'s' if number != 1 else ''}"
